import { describe, expect, it } from 'vitest';
import { createSeconds } from '../../../application/activity/seconds.ts';

const startMs = Date.parse('2026-11-20T10:00:00.400Z');
const secondsAt = () => {
  const clock = { nowMs: startMs, now: () => clock.nowMs };
  return { clock, seconds: createSeconds(clock) };
};

describe('what an instance did by the second', () => {
  it('has the times of half and of 99 of 100, and leaves out what did not happen', () => {
    const { seconds } = secondsAt();
    for (let ms = 1; ms <= 200; ms += 1) seconds.command(ms, ms > 190);
    seconds.events(190);
    expect(seconds.list()).toEqual([
      { at: '2026-11-20T10:00:00.000Z', commands: 200, refused: 10, events: 190, commandMs: { p50: 100, p99: 198 } },
    ]);
  });

  it('says nothing of the age of events that come again', () => {
    const { seconds } = secondsAt();
    seconds.folded(90 * 86_400_000);
    expect(seconds.list()).toEqual([]);
    seconds.folded(7);
    expect(seconds.list()[0]).toMatchObject({ viewMs: { p50: 7, p99: 7 } });
  });

  it('is kept for ten minutes, without idle seconds', () => {
    const { clock, seconds } = secondsAt();
    for (let second = 0; second < 1_000; second += 2) {
      clock.nowMs = startMs + second * 1_000;
      seconds.folded(5.04);
    }
    const list = seconds.list();
    expect(list.at(-1)).toEqual({
      ...{ at: '2026-11-20T10:16:38.000Z', commands: 0, refused: 0, events: 0 },
      viewMs: { p50: 5, p99: 5 },
    });
    expect(list[0]?.at).toBe('2026-11-20T10:06:40.000Z');
    expect(list).toHaveLength(300);
    clock.nowMs += 3_600_000;
    expect(seconds.list()).toEqual([]);
  });
});
