import { app } from '@azure/functions';
import { runReplays } from '../composition.ts';

/** Below the five minutes that a function on a consumption plan may take. */
const maximumMs = 4 * 60_000;

app.timer('runReplays', { schedule: '*/5 * * * * *', handler: () => runReplays(maximumMs) });
