import { describe, expect, it } from 'vitest';
import { createRateLimit } from '../../../functions/http/rateLimit.ts';

/** A limit of that many a minute, on a clock that tests put forward. */
const limit = (perMinute: number) => {
  const clock = { ms: 0, now: () => clock.ms };
  const { take, charge } = createRateLimit(perMinute, clock);
  const takeAll = (count: number, caller = 'ada') => Array.from({ length: count }, () => take(caller));
  return { clock, take, charge, takeAll };
};
const admitted = (count: number) => Array.from({ length: count }, () => 0);

describe('a limit of 60 requests a minute', () => {
  it('admits them all at once, and then one each second', () => {
    const { clock, take, takeAll } = limit(60);
    expect(takeAll(60)).toEqual(admitted(60));
    expect(take('ada')).toBe(1_000);
    clock.ms += 400;
    expect(take('ada')).toBeCloseTo(600);
    clock.ms += 600;
    expect(takeAll(2)).toEqual([0, 1_000]);
  });

  it('admits no more than those of a minute after a long time', () => {
    const { clock, takeAll } = limit(60);
    takeAll(60);
    clock.ms += 3_600_000;
    expect(takeAll(61)).toEqual([...admitted(60), 1_000]);
  });

  it('counts what is charged later, also where there is no room for it', () => {
    const { clock, take, charge, takeAll } = limit(60);
    charge('ada', 58);
    expect(takeAll(3)).toEqual([0, 0, 1_000]);
    charge('ada', 9);
    expect(take('ada')).toBe(10_000);
    clock.ms += 10_000;
    expect(takeAll(2)).toEqual([0, 1_000]);
    expect(take('grace')).toBe(0);
  });

  it('counts each caller alone', () => {
    const { take, takeAll } = limit(60);
    takeAll(61);
    expect(take('grace')).toBe(0);
  });

  it('is not moved by a clock that is put back', () => {
    const { clock, take, takeAll } = limit(60);
    takeAll(60);
    clock.ms -= 3_600_000;
    expect(take('ada')).toBe(1_000);
  });

  it('remembers a bounded number of callers, of whom the busy ones stay', () => {
    const { take, takeAll } = limit(2);
    takeAll(2, 'busy');
    takeAll(2, 'idle');
    for (let index = 0; index < 9_999; index += 1) {
      if (index % 1_000 === 0) expect(take('busy')).toBeGreaterThan(0);
      take(String(index));
    }
    expect(take('busy')).toBeGreaterThan(0);
    expect(take('idle')).toBe(0);
  });
});

describe('a limit of 0', () => {
  it('is none', () => expect(limit(0).takeAll(1_000)).toEqual(admitted(1_000)));
});
