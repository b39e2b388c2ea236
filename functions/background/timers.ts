import { app } from '@azure/functions';
import type { ContextServices } from '../services.ts';

type Timer = {
  /** An NCRONTAB expression: it begins with seconds. */
  readonly schedule: string;
  /** Whether it also runs when an instance starts: after a crash, work may have waited for some time already. */
  readonly runsAtStart?: true;
  readonly run: (services: ContextServices) => Promise<void>;
};

/** Below the five minutes that a function on a consumption plan may take. */
const longestMs = 4 * 60_000;

export const timers: Readonly<Record<string, Timer>> = {
  // These two end before their next run begins.
  reconcileViews: {
    schedule: '*/30 * * * * *',
    run: ({ reconcile }) => reconcile(25_000),
  },
  superviseViews: { schedule: '*/10 * * * * *', run: ({ superviseViews }) => superviseViews(8_000) },
  runReplays: { schedule: '*/5 * * * * *', runsAtStart: true, run: ({ runReplays }) => runReplays(longestMs) },
  relayCommits: {
    schedule: '*/5 * * * * *',
    runsAtStart: true,
    async run({ relay, stream, log }) {
      const [sent] = await Promise.all([relay(longestMs), stream(longestMs)]);
      if (sent > 0) log('info', `Relayed ${sent} messages`);
    },
  },
};

export const registerTimers = (services: ContextServices): void => {
  for (const [name, { schedule, runsAtStart = false, run }] of Object.entries(timers)) {
    app.timer(name, { schedule, runOnStartup: runsAtStart, handler: () => run(services) });
  }
};
