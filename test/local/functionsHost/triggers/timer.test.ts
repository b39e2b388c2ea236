import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InvocationRequest, Invoke } from '../../../../local/functionsHost/invocation.ts';
import { parseSchedule } from '../../../../local/functionsHost/triggers/schedule.ts';
import { startTimer, type TimerFunction } from '../../../../local/functionsHost/triggers/timer.ts';

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
    // The day of the month and the day of the week must both fit: the next Friday the 13th.
    ['0 0 0 13 * 5', '2026-11-20T00:00:00Z', '2027-08-13T00:00:00.000Z'],
    ['00:00:30', '2026-11-20T10:00:00Z', '2026-11-20T10:00:30.000Z'],
  ])('%s after %s is due at %s', (schedule, after, due) => expect(next(schedule, after)).toBe(due));

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
  const timer = (schedule: string, durationMs: number, runOnStartup = false) => {
    const target: TimerFunction = {
      name: 'tick',
      metadata: { name: 'tick', bindings: {} },
      callback: () => undefined,
      triggerBinding: 'timer',
      trigger: { kind: 'timer', schedule, runOnStartup },
    };
    return startTimer({ target, schedule: parseSchedule(schedule), invoke: invokeFor(durationMs), now: Date.now });
  };

  beforeEach(() => {
    runs.length = 0;
    vi.useFakeTimers({ now: start });
  });
  afterEach(() => vi.useRealTimers());

  it('runs when it is due, and says when it ran and will run', async () => {
    const { stop } = timer('*/10 * * * * *', 0);
    await vi.advanceTimersByTimeAsync(25_000);
    stop();
    expect(runs.map((run) => run.at)).toEqual([10_000, 20_000]);
    expect(runs.map((run) => run.info)).toEqual([
      {
        Schedule: { AdjustForDST: true },
        ScheduleStatus: {
          Last: '0001-01-01T00:00:00+00:00',
          Next: '2026-11-20T10:00:20.000+00:00',
          LastUpdated: '0001-01-01T00:00:00+00:00',
        },
        IsPastDue: false,
      },
      {
        Schedule: { AdjustForDST: true },
        ScheduleStatus: {
          Last: '2026-11-20T10:00:10.000+00:00',
          Next: '2026-11-20T10:00:30.000+00:00',
          LastUpdated: '2026-11-20T10:00:10.000+00:00',
        },
        IsPastDue: false,
      },
    ]);
  });

  it('never runs twice at a time: what is due meanwhile is left out', async () => {
    const { stop } = timer('*/10 * * * * *', 15_000);
    await vi.advanceTimersByTimeAsync(55_000);
    stop();
    expect(runs.map((run) => run.at)).toEqual([10_000, 30_000, 50_000]);
  });

  it('runs at the start if it is told to', async () => {
    const { stop } = timer('0 0 * * * *', 0, true);
    await vi.advanceTimersByTimeAsync(0);
    stop();
    expect(runs.map((run) => run.at)).toEqual([0]);
  });

  it('is past due if it could not run in time', async () => {
    const { stop } = timer('*/10 * * * * *', 0);
    vi.setSystemTime(start + 60_000);
    await vi.advanceTimersByTimeAsync(10_000);
    stop();
    expect(runs[0]?.info.IsPastDue).toBe(true);
  });

  it('waits longer than a timeout of Node can last', async () => {
    const { stop } = timer('0 0 0 1 1 *', 0);
    await vi.advanceTimersByTimeAsync(at('2027-01-01T00:00:00Z') - start);
    stop();
    expect(runs).toHaveLength(1);
  });

  it('does not run any more once it is stopped', async () => {
    timer('*/10 * * * * *', 0).stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(runs).toEqual([]);
  });
});
