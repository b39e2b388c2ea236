import { setTimeout as delay } from 'node:timers/promises';
import type { HostFunction, TimerTrigger } from '../hostFunction.ts';
import { HostError } from '../hostError.ts';
import type { InvocationRequest, Invoke } from '../invocation.ts';
import type { Logger } from '../log.ts';
import { createRunning } from '../running.ts';
import { jsonData } from '../typedData.ts';
import type { Listener } from './listener.ts';
import { isFrequent, parseSchedule, type Schedule } from './schedule.ts';
import { resume, type ScheduleStatus, type TimerRecord } from './timerRecord.ts';
import { messageOf } from '../../service/thrown.ts';

export type TimerFunction = HostFunction<TimerTrigger>;

/** What setTimeout can count. */
const longestTimeoutMs = 2 ** 31 - 1;
/** How often a host that stands by asks whether the other one is gone. */
const standByMs = 1_000;
/** .NET's DateTime.MinValue: there was no run yet. */
const never = '0001-01-01T00:00:00+00:00';

const timestamp = (time: number | undefined): string =>
  time === undefined ? never : new Date(time).toISOString().replace('Z', '+00:00');

/** What the function gets; a timer that is not monitored has no status. */
export const timerRequest = (status: ScheduleStatus | undefined, pastDue: boolean): InvocationRequest => ({
  input: jsonData({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: status
      ? { Last: timestamp(status.last), Next: timestamp(status.next), LastUpdated: timestamp(status.updated) }
      : null,
    IsPastDue: pastDue,
  }),
});

export const readSchedule = ({ name, trigger }: TimerFunction, timeZone: string | undefined): Schedule => {
  try {
    return parseSchedule(trigger.schedule, timeZone);
  } catch (error) {
    const reason = messageOf(error);
    throw new HostError(`${name}: "${trigger.schedule}" is no schedule: ${reason}`);
  }
};

export type TimerOptions = {
  readonly target: TimerFunction;
  readonly schedule: Schedule;
  /** Undefined while another host runs this timer. */
  readonly claim: () => TimerRecord | undefined;
  readonly invoke: Invoke;
  readonly log: Logger;
  readonly now: () => number;
};

/**
 * Runs a function when it is due, one run at a time, until it is stopped. As in Azure, a time that passes during a run is made up for
 * at once after it, but only one; and a run that was missed before the start comes at the start, past due, if the timer is monitored.
 */
export const startTimer = ({ target, schedule, claim, invoke, log, now }: TimerOptions): Listener => {
  const { name: functionName, trigger, retry } = target;
  const monitored = trigger.monitor && !isFrequent(schedule, now());
  const running = createRunning();
  const stopping = new AbortController();
  let timeout: NodeJS.Timeout | undefined;
  let record: TimerRecord | undefined;
  let status: ScheduleStatus = { last: undefined, next: undefined, updated: undefined };

  const later = (ms: number, act: () => void): void => {
    if (!stopping.signal.aborted) timeout = setTimeout(act, Math.min(Math.max(ms, 0), longestTimeoutMs));
  };

  /** Once, and again as the policy says while it fails. */
  const runWithRetries = async (request: InvocationRequest): Promise<void> => {
    let outcome = await invoke(target, request);
    const { maxRetryCount = 0, delayMs = () => 0 } = retry ?? {};
    for (let retryCount = 0; !outcome.succeeded && retryCount < maxRetryCount; retryCount += 1) {
      const { message, stack = '' } = outcome.error;
      const retryContext = {
        retryCount: retryCount + 1,
        maxRetryCount: Number.isFinite(maxRetryCount) ? maxRetryCount : -1,
        exception: { message, source: functionName, stackTrace: stack },
      };
      // Cut short by the end, which must not wait for it.
      await delay(delayMs(retryCount), undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      outcome = await invoke(target, { ...request, retryContext });
    }
  };

  const run = async (due: number, pastDue: boolean): Promise<void> => {
    const started = now();
    await runWithRetries(timerRequest(monitored ? status : undefined, pastDue));
    // A clock that is a little early must not make the same time due twice.
    const last = Math.max(started, due);
    status = { last, next: schedule.next(last), updated: last };
    if (monitored) record?.write(status);
    wait();
  };

  const wait = (): void => {
    const { next } = status;
    if (next === undefined) return;
    later(next - now(), () => {
      if (now() < next) wait();
      else void running.track(run(next, false));
    });
  };

  const begin = (): void => {
    const at = now();
    const recorded = monitored ? record?.read() : undefined;
    status = resume(recorded, schedule, at);
    if (monitored) record?.write({ ...status, updated: status.updated ?? at });
    const missed = recorded !== undefined && status.next !== undefined && status.next < at;
    if (missed || trigger.runOnStartup) void running.track(run(0, missed));
    else wait();
  };

  const standBy = (): void => {
    record = claim();
    if (record) begin();
    else later(standByMs, standBy);
  };

  standBy();
  if (!record)
    log('information', 'runs in another host with the same data folder; this one stands by', { functionName });
  return {
    stop: () => {
      stopping.abort();
      clearTimeout(timeout);
      return Promise.resolve();
    },
    idle: running.idle,
    close: () => {
      record?.release();
      return Promise.resolve();
    },
  };
};
