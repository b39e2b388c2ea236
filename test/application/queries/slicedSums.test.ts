import { describe, expect, it } from 'vitest';
import { createSlicedSums } from '../../../application/queries/slicedSums.ts';
import type { Group, Sums } from '../../../eventSourcing/viewRoute.ts';

const sums: Sums = {
  slice: 'entry.day',
  by: ['entry.currency'],
  sum: ['entry.count'],
  isClosed: (day) => day < '3',
};
const things = { name: 'things', version: 1, build: 1 };
const minutes = (count: number) => count * 60_000;

/** A store with one entry a day, of a count that grows with each query. */
const summing = () => {
  const asked: (readonly [unknown, unknown])[] = [];
  const clock = { at: 0, now: () => clock.at };
  const never = () => Promise.reject(new Error('It asks for sums alone'));
  const searches = {
    rows: never,
    entries: never,
    sums(_: unknown, { where }: { readonly where: readonly (readonly unknown[])[] }): Promise<Group[]> {
      const [from, to] = [where[0]?.[2], where[1]?.[2]];
      asked.push([from, to]);
      const days = ['1', '3', '4'].filter((day) => day >= String(from) && day <= String(to));
      return Promise.resolve(days.map((day) => ({ by: [day, 'EUR'], sums: [asked.length] })));
    },
  };
  const slicedSums = createSlicedSums(searches, clock);
  type Query = Parameters<typeof slicedSums.read>;
  const read = async (...query: Query) => (await slicedSums.read(...query)).groups;
  const age = async (...query: Query) => (await slicedSums.read(...query)).ageMs;
  return { asked, clock, read, age };
};
const days = ['1', '2', '3'];

describe('sums', () => {
  it('are asked for in one query, and stand in the order of their slices', async () => {
    const { asked, read } = summing();
    expect(await read(things, sums, days)).toEqual([
      { by: ['1', 'EUR'], sums: [1] },
      { by: ['3', 'EUR'], sums: [1] },
    ]);
    expect(asked).toEqual([['1', '3']]);
  });

  it('of closed slices are asked for once, also where there is nothing; of others each time', async () => {
    const { asked, read } = summing();
    await read(things, sums, days);
    expect(await read(things, sums, days)).toEqual([
      { by: ['1', 'EUR'], sums: [1] },
      { by: ['3', 'EUR'], sums: [2] },
    ]);
    await read(things, sums, ['1', '2']);
    expect(asked).toEqual([
      ['1', '3'],
      ['3', '3'],
    ]);
  });

  it('of closed slices are asked for again after ten minutes', async () => {
    const { asked, clock, read } = summing();
    await read(things, sums, ['1']);
    clock.at = minutes(10) - 1;
    await read(things, sums, ['1']);
    expect(asked).toHaveLength(1);
    clock.at = minutes(10);
    expect(await read(things, sums, ['1'])).toEqual([{ by: ['1', 'EUR'], sums: [2] }]);
  });

  it('are as old as the oldest of those that were kept, and new where none was', async () => {
    const { clock, age } = summing();
    expect(await age(things, sums, ['1'])).toBe(0);
    clock.at = 1_500;
    expect(await age(things, sums, ['1'])).toBe(1_500);
    expect(await age(things, sums, ['2', '3'])).toBe(0);
    clock.at = 2_000;
    expect(await age(things, sums, ['2'])).toBe(500);
    expect(await age(things, sums, ['3'])).toBe(0);
    expect(await age(things, sums, days)).toBe(2_000);
    clock.at = minutes(10);
    expect(await age(things, sums, ['1'])).toBe(0);
  });

  it('of another generation are others', async () => {
    const { asked, read } = summing();
    await read(things, sums, ['1']);
    await read({ ...things, version: 2 }, sums, ['1']);
    expect(asked).toHaveLength(2);
  });
});
