import type { Clock } from '../clock.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Cost } from '../meter.ts';

/** How often a step says that it is at work. */
const beatMs = 3_000;
/** How much longer than its deadline a step may wait until the units that it spent are due. */
const overtimeMs = 45_000;

type Options = {
  readonly jobs: Pick<Jobs, 'update'>;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
};

/**
 * Waits until the units spent so far are due, at so many in a second. Says meanwhile that the step is at work: others would take a
 * silent step for lost.
 */
export const createPace = (
  { jobs, clock, wait }: Options,
  jobId: string,
  spent: Readonly<Cost>,
  unitsPerSecond: number,
  deadline: number,
): (() => Promise<void>) => {
  const begun = clock.now();
  let beat = begun;
  return async () => {
    const dueMs = (spent.units / unitsPerSecond) * 1_000;
    const until = Math.min(begun + dueMs, deadline + overtimeMs);
    for (;;) {
      if (clock.now() >= beat + beatMs) {
        beat = clock.now();
        await jobs.update(jobId, () => ({}));
      }
      if (clock.now() >= until) return;
      await wait(Math.min(beatMs, until - clock.now()));
    }
  };
};
