import { expect, it } from 'vitest';
import { availableOverTime } from '../../console/pages/account/available.ts';

const always = { now: 100, knownFrom: 0 };
const points = [
  { version: 1, at: 10, balance: 50 },
  { version: 2, at: 40, balance: 30 },
];

it('what is held is not available, from when it is placed until it ends', () => {
  expect(availableOverTime(points, [{ from: 20, until: 60, amount: 5 }], always)).toEqual({
    times: [10, 20, 40, 60, 100],
    balances: [50, 50, 30, 30, 30],
    available: [50, 45, 25, 30, 30],
  });
});

it('a hold that is open ends after now, and does not show its end', () => {
  const { times, available } = availableOverTime(points, [{ from: 40, until: 500, amount: 30 }], always);
  expect([times, available]).toEqual([
    [10, 40, 100],
    [50, 0, 0],
  ]);
});

it('is not told of times of which not all holds are known', () => {
  expect(availableOverTime(points, [], { now: 100, knownFrom: 40 }).available).toEqual([null, 30, 30]);
});

it('a hold that is captured between two samples is not available before the next one', () => {
  const samples = [
    { version: 1, at: 10, balance: 50 },
    { version: 9, at: 40, balance: 30 },
  ];
  const captured = { from: 5, until: 25, amount: 20 };
  const { times, available } = availableOverTime(samples, [captured, { from: 35, until: 60, amount: 5 }], always);
  expect([times, available]).toEqual([
    [10, 40, 60, 100],
    [30, 25, 30, 30],
  ]);
});

it('of several movements at one instant the last one counts', () => {
  const both = [...points, { version: 3, at: 40, balance: 20 }];
  expect(availableOverTime(both, [], always).balances).toEqual([50, 20, 20]);
});

it('is empty for an account without points', () => {
  expect(availableOverTime([], [{ from: 1, until: 2, amount: 3 }], always).times).toEqual([]);
});
