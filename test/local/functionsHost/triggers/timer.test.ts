import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InvocationRequest, Invoke } from '../../../../local/functionsHost/invocation.ts';
import { parseSchedule } from '../../../../local/functionsHost/triggers/schedule.ts';
import { startTimer } from '../../../../local/functionsHost/triggers/timer.ts';
import type { TimerFunction } from '../../../../local/functionsHost/triggers/timerRequest.ts';
import {
  ownRecord,
  type ScheduleStatus,
  type TimerRecord,
} from '../../../../local/functionsHost/triggers/timerRecord.ts';

const at = (text: string): number => Date.parse(text);
const next = (schedule: string, after: string): string | undefined => {
  const time = parseSchedule(schedule).next(at(after));
  return time === undefined ? undefined : new Date(time).toISOString();
};

describe('a schedule', () => {
  it.each([
    ['0 */5 * * * *', '2026-11-20T10:02:00Z', '2026-11-20T10:05:00.000Z'],
    ['*/10 * * * * *', '2026-11-20T10:00:00Z', '2026-11-20T10:00:10.000Z'],
    ['30 9 * * 1-5', '2026-11-20T10:00:00Z', '2026-11-23T09:30:00.000Z'],
    // The next Friday the 13th: day of the month and day of the week must both fit.
    ['0 0 0 13 * 5', '2026-11-20T00:00:00Z', '2027-08-13T00:00:00.000Z'],
    ['00:00:30', '2026-11-20T10:00:00Z', '2026-11-20T10:00:30.000Z'],
  ])('%s after %s is due at %s', (schedule, after, due) => expect(next(schedule, after)).toBe(due));

  it('is in the time zone that it is given, also when the clocks change', () => {
    const { next } = parseSchedule('0 30 9 * * *', 'Europe/Berlin');
    expect(new Date(next(at('2026-10-24T00:00:00Z')) ?? 0).toISOString()).toBe('2026-10-24T07:30:00.000Z');
    expect(new Date(next(at('2026-10-25T00:00:00Z')) ?? 0).toISOString()).toBe('2026-10-25T08:30:00.000Z');
    expect(() => parseSchedule('0 30 9 * * *', 'Nowhere/City').next(0)).toThrow();
  });

  it.each(['', 'every minute', '61 * * * * *', '00:00:00'])('"%s" is none', (text) =>
    expect(() => parseSchedule(text)).toThrow(),
  );
});

describe('a timer', () => {
  const start = at('2026-11-20T10:00:00Z');
  const runs: { at: number; info: Record<string, unknown> }[] = [];
  const invokeFor =
    (durationMs: number): Invoke =>
    async (_target, { input }: InvocationRequest) => {
      runs.push({ at: Date.now() - start, info: JSON.parse(input.json ?? '{}') as Record<string, unknown> });
      await new Promise((resolve) => setTimeout(resolve, durationMs));
      return { succeeded: true, response: {} };
    };
  const timer = (schedule: string, durationMs: number, runOnStartup = false, record = ownRecord()) => {
    const target: TimerFunction = {
      name: 'tick',
      metadata: { name: 'tick', bindings: {} },
      callback: () => undefined,
      triggerBinding: 'timer',
      trigger: { kind: 'timer', schedule, runOnStartup, monitor: true },
      outputs: [],
    };
    return startTimer({
      target,
      schedule: parseSchedule(schedule),
      claim: () => record,
      invoke: invokeFor(durationMs),
      log: () => undefined,
      now: Date.now,
    });
  };

  beforeEach(() => {
    runs.length = 0;
    vi.useFakeTimers({ now: start });
  });
  afterEach(() => vi.useRealTimers());

  it('runs when it is due, and says when it ran before and was due now', async () => {
    const { stop } = timer('0 * * * * *', 0);
    await vi.advanceTimersByTimeAsync(125_000);
    await stop();
    expect(runs.map((run) => run.at)).toEqual([60_000, 120_000]);
    expect(runs.map((run) => run.info)).toEqual([
      {
        Schedule: { AdjustForDST: true },
        ScheduleStatus: {
          Last: '0001-01-01T00:00:00+00:00',
          Next: '2026-11-20T10:01:00.000+00:00',
          LastUpdated: '0001-01-01T00:00:00+00:00',
        },
        IsPastDue: false,
      },
      {
        Schedule: { AdjustForDST: true },
        ScheduleStatus: {
          Last: '2026-11-20T10:01:00.000+00:00',
          Next: '2026-11-20T10:02:00.000+00:00',
          LastUpdated: '2026-11-20T10:01:00.000+00:00',
        },
        IsPastDue: false,
      },
    ]);
  });

  it('has no status if it is due more than once a minute', async () => {
    const { stop } = timer('*/10 * * * * *', 0);
    await vi.advanceTimersByTimeAsync(10_000);
    await stop();
    expect(runs.map((run) => run.info.ScheduleStatus)).toEqual([null]);
  });

  it('never runs twice at a time: of what is due meanwhile, one run follows at once', async () => {
    const { stop } = timer('*/10 * * * * *', 35_000);
    await vi.advanceTimersByTimeAsync(80_002);
    await stop();
    expect(runs.map((run) => run.at)).toEqual([10_000, 45_001, 80_002]);
  });

  it('runs at the start if it is told to', async () => {
    const { stop } = timer('0 0 * * * *', 0, true);
    await vi.advanceTimersByTimeAsync(0);
    await stop();
    expect(runs.map((run) => run.at)).toEqual([0]);
  });

  describe('that was missed before the start', () => {
    const hour = 3_600_000;
    const recordOf = (status: ScheduleStatus): TimerRecord => {
      const record = ownRecord();
      record.write(status);
      return record;
    };

    it('runs at once, past due, and then as its schedule says', async () => {
      const record = recordOf({ last: start - 2 * hour, next: start - hour, updated: start - 2 * hour });
      const { stop } = timer('0 0 * * * *', 0, false, record);
      await vi.advanceTimersByTimeAsync(hour + 1);
      await stop();
      expect(runs.map((run) => [run.at, run.info.IsPastDue])).toEqual([
        [0, true],
        [hour, false],
      ]);
      expect(record.read()).toEqual({ last: start + hour, next: start + 2 * hour, updated: start + hour });
    });

    it('is not made up for if the schedule has changed since then', async () => {
      const record = recordOf({ last: start - 2 * hour, next: start - hour, updated: start - 2 * hour });
      const { stop } = timer('0 30 * * * *', 0, false, record);
      await vi.advanceTimersByTimeAsync(hour);
      await stop();
      expect(runs.map((run) => [run.at, run.info.IsPastDue])).toEqual([[hour / 2, false]]);
    });

    it('counts from the first start, though there was no run yet', async () => {
      const record = ownRecord();
      await timer('0 0 * * * *', 0, false, record).stop();
      vi.setSystemTime(start + 2 * hour + 1);
      const { stop } = timer('0 0 * * * *', 0, false, record);
      await vi.advanceTimersByTimeAsync(1);
      await stop();
      expect(runs.map((run) => run.info.IsPastDue)).toEqual([true]);
    });
  });

  it('waits longer than a timeout of Node can last', async () => {
    const { stop } = timer('0 0 0 1 1 *', 0);
    await vi.advanceTimersByTimeAsync(at('2027-01-01T00:00:00Z') - start);
    await stop();
    expect(runs).toHaveLength(1);
  });

  it('does not run any more once it is stopped', async () => {
    await timer('*/10 * * * * *', 0).stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(runs).toEqual([]);
  });
});
