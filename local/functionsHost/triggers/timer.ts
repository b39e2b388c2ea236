import { messageOf } from '../../service/thrown.ts';
import { HostError } from '../hostError.ts';
import type { Invoke } from '../invocation.ts';
import type { Logger } from '../log.ts';
import { createRunning } from '../running.ts';
import type { Listener } from './listener.ts';
import { isFrequent, parseSchedule, type Schedule } from './schedule.ts';
import { invokeWithRetries } from './retriedInvocation.ts';
import { resume, type ScheduleStatus, type TimerRecord } from './timerRecord.ts';
import { timerRequest, type TimerFunction } from './timerRequest.ts';

/** The longest time that setTimeout can count. */
const longestTimeoutMs = 2 ** 31 - 1;
/** How often a host that stands by asks whether the other host is gone. */
const standByMs = 1_000;

/** Throws a HostError if the timer's schedule is none. */
export const readSchedule = ({ name, trigger }: TimerFunction, timeZone: string | undefined): Schedule => {
  try {
    return parseSchedule(trigger.schedule, timeZone);
  } catch (error) {
    throw new HostError(`${name}: "${trigger.schedule}" is no schedule: ${messageOf(error)}`);
  }
};

export type TimerOptions = {
  readonly target: TimerFunction;
  readonly schedule: Schedule;
  /** Takes the timer's record; undefined while another host runs this timer. */
  readonly claim: () => TimerRecord | undefined;
  readonly invoke: Invoke;
  readonly log: Logger;
  readonly now: () => number;
};

/**
 * Runs a function when it is due, one run at a time, until it is stopped. As in Azure, one run follows at once if others were due
 * during a run; and a monitored timer that missed a run before the host started runs at the start, past due.
 */
export const startTimer = ({ target, schedule, claim, invoke, log, now }: TimerOptions): Listener => {
  const { name: functionName, trigger } = target;
  const monitored = trigger.monitor && !isFrequent(schedule, now());
  const running = createRunning();
  const stopping = new AbortController();
  let timeout: NodeJS.Timeout | undefined;
  let record: TimerRecord | undefined;
  let status: ScheduleStatus = { last: undefined, next: undefined, updated: undefined };

  const later = (ms: number, act: () => void): void => {
    if (!stopping.signal.aborted) timeout = setTimeout(act, Math.min(Math.max(ms, 0), longestTimeoutMs));
  };

  const run = async (due: number, pastDue: boolean): Promise<void> => {
    const started = now();
    const request = timerRequest(monitored ? status : undefined, pastDue);
    await invokeWithRetries(target, request, invoke, stopping.signal);
    // If the timeout fired a little early, the same time must not be due again.
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
