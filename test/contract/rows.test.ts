import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosSearches } from '../../adapters/cosmos/views/searches.ts';
import { partitionOf, rowId } from '../../adapters/cosmos/views/rowItem.ts';
import { cosmosRows } from '../../adapters/cosmos/views/rows.ts';
import { BrokenRow, maximumEntries } from '../../application/views/ports.ts';
import type { PageQuery } from '../../application/queries/ports.ts';
import type { KeyedEntry } from '../../eventSourcing/view.ts';
import { dailyTotals as dailyTotalsView } from '../../projections/dailyTotals.ts';
import type { BookEntry } from '../../projections/book/entry.ts';
import { transactions as transactionsView } from '../../projections/transactions.ts';
import { EUR, eur } from '../support/bank.ts';
import { cosmosForTests } from '../support/cosmos.ts';
import { firstBuild } from '../support/generations.ts';

const database = await cosmosForTests();
const containerOf = (name: string) => database.container(name);
const rows = cosmosRows(containerOf);
const searches = cosmosSearches(containerOf);
const dailyTotals = firstBuild(dailyTotalsView);
const transactions = firstBuild(transactionsView);

const tooLarge = 'x'.repeat(2_100_000);
const line = (version: number, reference: string): KeyedEntry<BookEntry> => ({
  key: String(version).padStart(3, '0'),
  entry: {
    id: `a:${version}`,
    type: 'deposit',
    isIn: true,
    amount: eur(1),
    balanceAfter: 1,
    reference,
    occurredAt: new Date(Date.UTC(2026, 0, 1, 0, 0, version)).toISOString(),
    version,
  },
});
const newestFirst: Pick<PageQuery, 'orderBy' | 'after'> = {
  orderBy: [['entry.version', 'descending']],
  after: undefined,
};
const bookOf = (customerId: string) => ({
  customerId,
  currency: EUR,
  openedAt: '2026-01-01T00:00:00.000Z',
  timeZone: 'UTC',
  month: null,
  reversals: 0,
});
const rowOf = (customerId: string, version: number) => ({ row: bookOf(customerId), positions: { a: version } });
const referencesOf = async (key: string) =>
  (await searches.entries(transactions, key, { ...newestFirst, limit: 10 })).items.map(
    (entry) => 'reference' in entry && entry.reference,
  );
/** A row at version 2 with one entry. */
const stored = async () => {
  const key = randomUUID();
  const written = await rows.store(transactions, key, rowOf('c', 2), [line(2, 'first')], undefined);
  if (written === 'conflict') throw new Error('It is new');
  return { key, written };
};

describe('a row', () => {
  it('is read as it was written', async () => {
    const { key, written } = await stored();
    expect(await rows.load(transactions, key)).toEqual(written);
    expect(written).toMatchObject(rowOf('c', 2));
  });

  it('that was never written is not there', async () =>
    expect(await rows.load(transactions, randomUUID())).toBeUndefined());

  it('is written by one of two who loaded it; the other one is in conflict', async () => {
    const { key, written } = await stored();
    const first = await rows.store(transactions, key, rowOf('d', 3), [line(3, 'one')], written.etag);
    expect(await rows.store(transactions, key, rowOf('e', 4), [line(3, 'one')], written.etag)).toBe('conflict');
    expect(await rows.load(transactions, key)).toEqual(first);
    expect(await referencesOf(key)).toEqual(['one', 'first']);
  });

  it('is created once', async () => {
    const { key, written } = await stored();
    expect(await rows.store(transactions, key, rowOf('d', 3), [], undefined)).toBe('conflict');
    expect(await rows.load(transactions, key)).toEqual(written);
  });

  it('that is gone is in conflict for who loaded it', async () => {
    const { key, written } = await stored();
    await containerOf('transactions').item(rowId, partitionOf(transactions, key)).delete();
    expect(await rows.store(transactions, key, rowOf('d', 3), [], written.etag)).toBe('conflict');
  });

  it('of another version of the view is another row', async () => {
    const { key } = await stored();
    expect(await rows.load({ ...transactions, version: transactions.version + 1 }, key)).toBeUndefined();
  });

  it('that does not fit its schema is broken', async () => {
    const key = randomUUID();
    const item = { id: rowId, partition: partitionOf(transactions, key) };
    await containerOf('transactions').items.create({ ...item, positions: { a: 1 }, row: { of: 'newer code' } });
    await expect(rows.load(transactions, key)).rejects.toThrow(BrokenRow);
    await containerOf('transactions').items.upsert({
      ...item,
      positions: { a: 'one' },
      row: bookOf('c'),
    });
    await expect(rows.load(transactions, key)).rejects.toThrow(BrokenRow);
  });

  it('that is too large to be written is broken, and stays as it was', async () => {
    const { key, written } = await stored();
    await expect(rows.store(transactions, key, rowOf(tooLarge, 3), [], written.etag)).rejects.toThrow(BrokenRow);
    expect(await rows.load(transactions, key)).toEqual(written);
  });
});

describe('an entry', () => {
  it('that is there already is written over', async () => {
    const { key, written } = await stored();
    const entries = [line(2, 'first'), line(3, 'next')];
    expect(await rows.store(transactions, key, rowOf('c', 3), entries, written.etag)).not.toBe('conflict');
    expect(await referencesOf(key)).toEqual(['next', 'first']);
  });

  it('that cannot be written keeps the position from being moved', async () => {
    const { key, written } = await stored();
    const entries = [line(3, 'next'), line(4, tooLarge)];
    await expect(rows.store(transactions, key, rowOf('c', 4), entries, written.etag)).rejects.toThrow(BrokenRow);
    expect(await rows.load(transactions, key)).toEqual(written);
  });

  it('that alone is refused keeps the position from being moved', async () => {
    const { key, written } = await stored();
    const entries = [line(3, 'next'), { ...line(4, 'other'), key: 'no/key' }];
    await expect(rows.store(transactions, key, rowOf('c', 4), entries, written.etag)).rejects.toThrow('400');
    expect(await rows.load(transactions, key)).toEqual(written);
  });

  it('of many at once is there when the row is', async () => {
    const { key, written } = await stored();
    const versions = Array.from({ length: maximumEntries }, (_, index) => index + 3);
    const entries = versions.map((version) => line(version, `${version}`));
    await rows.store(transactions, key, rowOf('c', maximumEntries + 2), entries, written.etag);
    const { items } = await searches.entries(transactions, key, { ...newestFirst, limit: 200 });
    expect(items).toHaveLength(maximumEntries + 1);
  });
});

describe('an open entry', () => {
  const day = (date: string, count: number) => ({
    ...{ day: date, timeZone: 'UTC', first: 2, currency: EUR, withdrawals: { tenMillions: 0, rest: 0 } },
    ...{ deposits: { tenMillions: 0, rest: count }, count, ledger: [] },
  });
  type Day = ReturnType<typeof day>;
  const at = (last: Day, version: number) => ({ row: { last }, positions: { a: version } });
  const open = (last: Day) => ({ ...last, until: '9999-12-31' });
  const completed = (last: Day) => [{ key: last.day, entry: { ...last, until: '2026-01-02' } }];
  const daysOf = async (key: string) =>
    (await searches.entries(dailyTotals, key, { orderBy: [['entry.day', 'ascending']], after: undefined, limit: 10 }))
      .items;
  const [first, more, second] = [day('2026-01-01', 1), day('2026-01-01', 2), day('2026-01-02', 1)];

  it('is found as it is by now, and once when it is completed', async () => {
    const key = randomUUID();
    let etag: string | undefined;
    const store = async (last: Day, version: number, entries: readonly KeyedEntry[]) => {
      const written = await rows.store(dailyTotals, key, at(last, version), entries, etag);
      if (written === 'conflict') throw new Error('Nobody else writes it');
      etag = written.etag;
    };
    await store(first, 2, []);
    expect(await daysOf(key)).toEqual([open(first)]);
    await store(more, 3, []);
    expect(await daysOf(key)).toEqual([open(more)]);
    await store(second, 4, completed(more));
    expect(await daysOf(key)).toEqual([{ ...more, until: '2026-01-02' }, open(second)]);
  });

  it('is not completed by who loaded the row before another one wrote it', async () => {
    const key = randomUUID();
    await rows.store(dailyTotals, key, at(first, 2), [], undefined);
    expect(await rows.store(dailyTotals, key, at(second, 3), completed(first), '"stale"')).toBe('conflict');
    expect(await daysOf(key)).toEqual([open(first)]);
  });
});

describe('the rows of a generation', () => {
  it('are cleared with what lies beside them, some at a time, and those of others stay', async () => {
    const [one, other] = [2, 3].map((build) => ({ ...transactions, build }));
    if (!one || !other) throw new Error('There are two');
    const keys = Array.from({ length: 8 }, () => randomUUID());
    const entries = Array.from({ length: 20 }, (_, index) => ({ key: `line-${index}`, entry: {} }));
    for (const generation of [one, other]) {
      for (const key of keys) {
        await rows.store(generation, key, { row: bookOf('c'), positions: { a: 1 } }, entries, undefined);
      }
    }
    const cleared: number[] = [];
    while (cleared.at(-1) !== 0) cleared.push(await rows.clear(one));
    expect(cleared).toEqual([100, 68, 0]);
    for (const key of keys) {
      expect(await rows.load(one, key)).toBeUndefined();
      expect(await rows.load(other, key)).toBeDefined();
    }
  });
});

describe('a list of rows', () => {
  it('has each row of the generation once, with its positions, and no entries', async () => {
    const generation = { ...transactions, build: 77 };
    const keys = Array.from({ length: 250 }, () => randomUUID());
    await Promise.all(keys.map((key) => rows.store(generation, key, rowOf('c', 2), [line(2, 'first')], undefined)));
    const listed: unknown[] = [];
    let continuation: string | undefined;
    do {
      const page = await rows.list(generation, continuation);
      listed.push(...page.rows);
      ({ continuation } = page);
    } while (continuation !== undefined);
    expect(listed).toHaveLength(keys.length);
    expect(listed).toEqual(expect.arrayContaining(keys.map((key) => ({ key, positions: { a: 2 } }))));
  });

  it('leaves out a row that nobody can read', async () => {
    const generation = { ...transactions, build: 78 };
    await rows.store(generation, 'good', rowOf('c', 2), [], undefined);
    const item = {
      id: rowId,
      partition: partitionOf(generation, 'bad'),
      generation: 'transactions@1.78',
      positions: 7,
    };
    await containerOf('transactions').items.create({ ...item, key: 'bad' });
    expect((await rows.list(generation, undefined)).rows.map(({ key }) => key)).toEqual(['good']);
  });
});
