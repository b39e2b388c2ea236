import { app } from '@azure/functions';
import { reconcile } from '../composition.ts';

/** It ends before the next one begins. */
const maximumMs = 25_000;

app.timer('reconcileViews', { schedule: '*/30 * * * * *', handler: () => reconcile(maximumMs) });
