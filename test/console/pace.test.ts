import { describe, expect, it } from 'vitest';
import { pauseAfter, renewalMs, retryAfterMs, timerMs } from '../../console/api/pace.ts';

const waitOf = (given?: string) =>
  retryAfterMs({ headers: new Headers(given === undefined ? {} : { 'retry-after': given }) });
const quiet = { isStill: false, hasFailed: false, isTouched: false, wasTouched: false, usualMs: 5_000 };

describe('a question', () => {
  it('waits as long as the app says in seconds, and makes no hot loop of anything else', () => {
    expect(['30', undefined, 'Wed, 21 Oct 2026 07:28:00 GMT', '-5', '1e3', ''].map(waitOf)).toEqual([
      30_000, 0, 0, 0, 0, 0,
    ]);
    expect(waitOf('9'.repeat(400))).toBe(2 ** 31 - 1);
  });

  it('that is asked once is asked again while it has no answer, and no more once it has', () => {
    const once = { ...quiet, isStill: true };
    expect(pauseAfter({ ...once, hasFailed: true })).toBe(5_000);
    expect(pauseAfter(once)).toBeUndefined();
  });

  it('is asked again soon where something has moved meanwhile, and once more when views have it', () => {
    expect(pauseAfter({ ...quiet, isTouched: true })).toBe(1_000);
    expect(pauseAfter({ ...quiet, wasTouched: true })).toBe(2_000);
    expect(pauseAfter(quiet)).toBe(5_000);
  });
});

it('no timer is longer than browsers take', () => {
  expect([-1, 7, 2 ** 40].map(timerMs)).toEqual([0, 7, 2 ** 31 - 1]);
});

it('a token is renewed a minute before its end, a short one halfway, and none at once or never', () => {
  expect([3_600, 60, 10, 1, 0].map(renewalMs)).toEqual([3_540_000, 30_000, 5_000, 1_000, 1_000]);
  expect(renewalMs(90 * 86_400)).toBe(2 ** 31 - 1);
});
