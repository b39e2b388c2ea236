import { app } from '@azure/functions';
import type { Services } from '../services.ts';

type Timer = {
  /** An NCRONTAB expression: it begins with seconds. */
  readonly schedule: string;
  /** Whether it also runs when an instance starts: after a crash, work may have waited for some time already. */
  readonly runsAtStart?: true;
  readonly run: (services: Services) => Promise<void>;
};

/** Below the five minutes that a function on a consumption plan may take. */
const longestMs = 4 * 60_000;

export const timers: Readonly<Record<string, Timer>> = {
  // These two end before their next run begins.
  reconcileViews: {
    schedule: '*/30 * * * * *',
    // Together: each timer costs a second of an instance for every run.
    async run({ reconcile, checkInvariants }) {
      await Promise.all([reconcile(25_000), checkInvariants()]);
    },
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

export const registerTimers = (services: Services): void => {
  for (const [name, { schedule, runsAtStart = false, run }] of Object.entries(timers)) {
    app.timer(name, { schedule, runOnStartup: runsAtStart, handler: () => run(services) });
  }
};
