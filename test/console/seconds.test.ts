import { expect, it } from 'vitest';
import { highestOf, secondsUpTo, sumOf } from '../../console/parts/seconds.ts';

const begin = Date.parse('2026-11-20T10:00:00.000Z') / 1_000;
const busy = {
  ...{ at: '2026-11-20T10:00:01.000Z', commands: 2, refused: 1, events: 3 },
  ...{ commandMs: { p50: 4, p99: 9 }, viewMs: { p50: 12, p99: 30 } },
};

it('seconds in which nothing happened are zeros, and have no times', () => {
  expect(secondsUpTo([busy], begin + 2, 3)).toEqual({
    times: [begin, begin + 1, begin + 2],
    commands: [0, 2, 0],
    refused: [0, 1, 0],
    events: [0, 3, 0],
    answered: [null, 9, null],
    folded: [null, 12, null],
    foldedSlowest: [null, 30, null],
  });
});

it('the seconds move on without a new answer, until what happened is out of sight', () => {
  expect(secondsUpTo([busy], begin + 3, 3).commands).toEqual([2, 0, 0]);
  expect(secondsUpTo([busy], begin + 4, 3).commands).toEqual([0, 0, 0]);
});

it('sums are of all, the highest is of those that there are', () => {
  expect(sumOf([1, 2, 3])).toBe(6);
  expect(highestOf([null, 9, 4])).toBe(9);
  expect(highestOf([null])).toBeUndefined();
});
