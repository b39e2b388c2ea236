import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosReadModels } from '../../adapters/cosmos/views/readModels.ts';
import { cosmosRows } from '../../adapters/cosmos/views/rows.ts';
import { transactions } from '../../projections/transactions.ts';
import { cosmosForTests } from '../support/cosmos.ts';

const database = await cosmosForTests();
const containerOf = (name: string) => database.container(name);
const readModels = cosmosReadModels(containerOf);
const rows = cosmosRows(containerOf);

describe('the rows of a generation', () => {
  it('are cleared with what lies beside them, some at a time, and those of others stay', async () => {
    const [one, other] = [1, 2].map((build) => ({ ...transactions, build }));
    if (!one || !other) throw new Error('There are two');
    const keys = Array.from({ length: 8 }, () => randomUUID());
    const entries = Array.from({ length: 20 }, (_, index) => ({ key: `line-${index}`, entry: {} }));
    for (const generation of [one, other]) {
      for (const key of keys) {
        await readModels.store(generation, key, { row: { customerId: 'c' }, positions: { a: 1 } }, entries, undefined);
      }
    }
    const cleared: number[] = [];
    while (cleared.at(-1) !== 0) cleared.push(await rows.clear(one));
    expect(cleared).toEqual([100, 68, 0]);
    for (const key of keys) {
      expect(await readModels.load(one, key)).toBeUndefined();
      expect(await readModels.load(other, key)).toBeDefined();
    }
  });
});
