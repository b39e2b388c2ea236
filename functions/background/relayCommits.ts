import { app } from '@azure/functions';
import { log, relay } from '../composition.ts';

/** Below the five minutes that a function on a consumption plan may take. */
const maximumMs = 4 * 60_000;

app.timer('relayCommits', {
  schedule: '*/5 * * * * *',
  handler: async () => {
    const sent = await relay(maximumMs);
    if (sent > 0) log('info', `Relayed ${sent} messages`);
  },
});
