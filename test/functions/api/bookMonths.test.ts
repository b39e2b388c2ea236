import { describe, expect, it } from 'vitest';
import { provisionalMonths } from '../../../functions/api/bookMonths.ts';
import { evenly } from '../../../functions/api/readBalances.ts';
import type { Book } from '../../../projections/book/entry.ts';
import { EUR } from '../../support/bank.ts';

const book = (month: string): Book => ({
  customerId: 'c',
  currency: EUR,
  openedAt: '2026-01-10T00:00:00.000Z',
  timeZone: 'UTC',
  reversals: 0,
  month: { month, first: 2, last: 7, opening: 0, closing: 5, lines: 3, in: '5' },
});

const isProvisional = async (
  month: string,
  { now, newest = 7, last = '2026-01' }: { now: string; newest?: number; last?: string },
) => {
  let looks = 0;
  const eventStore = {
    newestVersion: () => {
      looks += 1;
      return Promise.resolve(newest);
    },
  };
  const services = { eventStore, clock: { now: () => Date.parse(now) } } as unknown as Parameters<
    typeof provisionalMonths
  >[0];
  const ask = provisionalMonths(services, { id: 'a', book: book(last), reached: 7 } as Parameters<
    typeof provisionalMonths
  >[1]);
  return { is: await ask(month), again: await ask(month), looks };
};

describe('a month is provisional', () => {
  it.each(['2026-01-31T23:00:00.000Z', '2026-02-01T00:00:00.000Z', '2026-02-01T00:59:59.999Z'])(
    'until it has been over for an hour, and nobody looks at the event store: %s',
    async (now) => expect(await isProvisional('2026-01', { now })).toEqual({ is: true, again: true, looks: 0 }),
  );

  it('no longer, once the book is as far as the event store was after that hour, which one look tells', async () =>
    expect(await isProvisional('2026-01', { now: '2026-02-01T01:00:00.000Z' })).toEqual({
      is: false,
      again: false,
      looks: 1,
    }));

  it('while the book lacks an event', async () =>
    expect(await isProvisional('2026-01', { now: '2026-06-01T00:00:00.000Z', newest: 8 })).toMatchObject({ is: true }));

  it('no longer, once the book has a transaction of a later month: time never goes back within an account', async () =>
    expect(await isProvisional('2026-01', { now: '2026-02-01T01:00:00.000Z', newest: 8, last: '2026-02' })).toEqual({
      is: false,
      again: false,
      looks: 0,
    }));
});

describe('versions evenly from the first to the last', () => {
  it.each([
    [0, 5, []],
    [1, 5, [1]],
    [4, 5, [1, 2, 3, 4]],
    [5, 5, [1, 2, 3, 4, 5]],
    [9, 3, [1, 5, 9]],
    [100_000, 2, [1, 100_000]],
    [10, 4, [1, 4, 7, 10]],
  ])('of %i are %i at most', (last, points, expected) => expect(evenly(last, points)).toEqual(expected));

  it('are as many as asked, each once, and in order', () => {
    for (const last of [200, 201, 399, 100_000]) {
      const versions = evenly(last, 200);
      expect(new Set(versions).size).toBe(200);
      expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    }
  });
});
