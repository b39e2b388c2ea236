import type { HostFunction, TimerTrigger } from '../functionIndex.ts';
import { HostError } from '../hostError.ts';
import type { Invoke } from '../invocation.ts';
import { jsonData } from '../typedData.ts';
import type { TypedData } from '../rpc.ts';
import { parseSchedule, type Schedule } from './schedule.ts';

export type TimerFunction = HostFunction & { readonly trigger: TimerTrigger };

/** A run that starts later than this is past due: the machine slept, or was too busy. */
const pastDueMs = 1_000;
/** What setTimeout can count. */
const longestTimeoutMs = 2 ** 31 - 1;
/** .NET's DateTime.MinValue: there was no run yet. */
const never = '0001-01-01T00:00:00+00:00';

const timestamp = (time: number | undefined): string =>
  time === undefined ? never : new Date(time).toISOString().replace('Z', '+00:00');

const timerInfo = (times: { last?: number; next: number | undefined; updated?: number }, pastDue: boolean): TypedData =>
  jsonData({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: {
      Last: timestamp(times.last),
      Next: timestamp(times.next),
      LastUpdated: timestamp(times.updated),
    },
    IsPastDue: pastDue,
  });

export const readSchedule = ({ name, trigger }: TimerFunction): Schedule => {
  try {
    return parseSchedule(trigger.schedule);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HostError(`${name}: "${trigger.schedule}" is no schedule: ${reason}`);
  }
};

/**
 * Runs a function when it is due, until it is stopped. One run at a time: times that pass during a run are left out, as in Azure.
 * What happened before this process is not known: nothing is made up for at the start.
 */
export const startTimer = (options: {
  target: TimerFunction;
  schedule: Schedule;
  invoke: Invoke;
  now: () => number;
}): { stop: () => void } => {
  const { target, schedule, invoke, now } = options;
  let timeout: NodeJS.Timeout | undefined;
  let stopped = false;
  let last: number | undefined;

  const run = async (pastDue: boolean): Promise<void> => {
    const started = now();
    const next = schedule.next(started);
    const times = { next, ...(last !== undefined && { last, updated: last }) };
    last = started;
    await invoke(target, { input: timerInfo(times, pastDue) });
    arm();
  };

  const arm = (): void => {
    const due = schedule.next(now());
    if (due !== undefined) wait(due);
  };

  const wait = (due: number): void => {
    if (stopped) return;
    const leftMs = due - now();
    timeout = setTimeout(
      () => {
        const lateMs = now() - due;
        if (lateMs < 0) wait(due);
        else void run(lateMs > pastDueMs);
      },
      Math.min(Math.max(leftMs, 0), longestTimeoutMs),
    );
  };

  if (target.trigger.runOnStartup) void run(false);
  else arm();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timeout);
    },
  };
};
