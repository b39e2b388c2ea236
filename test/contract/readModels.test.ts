import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosListings } from '../../adapters/cosmos/listings.ts';
import { cosmosReadModels, partitionOf, rowId } from '../../adapters/cosmos/readModels.ts';
import { BrokenRow, type PageQuery } from '../../application/ports.ts';
import type { Entry } from '../../projections/projection.ts';
import { eur } from '../support/bank.ts';
import { cosmosForTests } from '../support/cosmos.ts';
import { transactions, type Transaction } from '../../projections/transactions.ts';

const database = await cosmosForTests();
const containerOf = (name: string) => database.container(name);
const readModels = cosmosReadModels(containerOf);
const listings = cosmosListings(containerOf);

const tooLarge = 'x'.repeat(2_100_000);
const line = (version: number, reference: string): Entry<Transaction> => ({
  key: String(version).padStart(3, '0'),
  entry: {
    id: `a:${version}`,
    type: 'deposit',
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
const rowOf = (customerId: string, version: number) => ({ row: { customerId }, positions: { a: version } });
const referencesOf = async (key: string) =>
  (await listings.entries(transactions, key, { ...newestFirst, limit: 10 })).items.map(({ reference }) => reference);
/** A row at version 2 with one entry. */
const stored = async () => {
  const key = randomUUID();
  const written = await readModels.store(transactions, key, rowOf('c', 2), [line(2, 'first')], undefined);
  if (written === 'conflict') throw new Error('It is new');
  return { key, written };
};

describe('a row', () => {
  it('is read as it was written', async () => {
    const { key, written } = await stored();
    expect(await readModels.load(transactions, key)).toEqual(written);
    expect(written).toMatchObject(rowOf('c', 2));
  });

  it('that was never written is not there', async () =>
    expect(await readModels.load(transactions, randomUUID())).toBeUndefined());

  it('is written by one of two who loaded it; the other one is in conflict, and writes nothing', async () => {
    const { key, written } = await stored();
    const first = await readModels.store(transactions, key, rowOf('d', 3), [line(3, 'one')], written.etag);
    expect(await readModels.store(transactions, key, rowOf('e', 4), [line(4, 'other')], written.etag)).toBe('conflict');
    expect(await readModels.load(transactions, key)).toEqual(first);
    expect(await referencesOf(key)).toEqual(['one', 'first']);
  });

  it('is created once', async () => {
    const { key, written } = await stored();
    expect(await readModels.store(transactions, key, rowOf('d', 3), [line(3, 'other')], undefined)).toBe('conflict');
    expect(await readModels.load(transactions, key)).toEqual(written);
    expect(await referencesOf(key)).toEqual(['first']);
  });

  it('that is gone is in conflict for who loaded it', async () => {
    const { key, written } = await stored();
    await containerOf('transactions').item(rowId, partitionOf(transactions, key)).delete();
    expect(await readModels.store(transactions, key, rowOf('d', 3), [], written.etag)).toBe('conflict');
  });

  it('of another version of the projection is another row', async () => {
    const { key } = await stored();
    expect(await readModels.load({ ...transactions, version: 2 }, key)).toBeUndefined();
  });

  it('that does not fit its schema is broken', async () => {
    const key = randomUUID();
    const item = { id: rowId, partition: partitionOf(transactions, key) };
    await containerOf('transactions').items.create({ ...item, positions: { a: 1 }, row: { of: 'newer code' } });
    await expect(readModels.load(transactions, key)).rejects.toThrow(BrokenRow);
    await containerOf('transactions').items.upsert({ ...item, positions: { a: 'one' }, row: { customerId: 'c' } });
    await expect(readModels.load(transactions, key)).rejects.toThrow(BrokenRow);
  });

  it('that is too large to be written is broken, and stays as it was', async () => {
    const { key, written } = await stored();
    await expect(readModels.store(transactions, key, rowOf(tooLarge, 3), [], written.etag)).rejects.toThrow(BrokenRow);
    expect(await readModels.load(transactions, key)).toEqual(written);
  });
});

describe('an entry', () => {
  it('that is there already is written over', async () => {
    const { key, written } = await stored();
    const entries = [line(2, 'again'), line(3, 'next')];
    expect(await readModels.store(transactions, key, rowOf('c', 3), entries, written.etag)).not.toBe('conflict');
    expect(await referencesOf(key)).toEqual(['next', 'again']);
  });
});
