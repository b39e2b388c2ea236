import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../../local/cosmos/database.ts';
import { createCatalogue } from '../../../../local/cosmos/definitions/catalogue.ts';
import type { Container } from '../../../../local/cosmos/definitions/container.ts';
import { readChangeFeed } from '../../../../local/cosmos/feed/changeFeed.ts';
import { readItem } from '../../../../local/cosmos/items/itemReads.ts';
import { perform } from '../../../../local/cosmos/items/items.ts';
import { transact } from '../../../../local/cosmos/items/itemTransaction.ts';
import { createPast } from '../../../../local/cosmos/items/past.ts';
import type { StoredItem } from '../../../../local/cosmos/items/storedItem.ts';
import { queryItems } from '../../../../local/cosmos/queries/queryItems.ts';

const lagMs = 1_000;
const now = 1_700_000_000_000;
const key = ['p'];
const scope = { partitionKey: key, range: undefined };
const unlimited = { rows: Infinity, bytes: Infinity };

let database: Database;
let containers = 0;
beforeAll(() => {
  database = openDatabase(undefined);
});
afterAll(() => {
  database.close();
});

const newContainer = (): Container => {
  const catalogue = createCatalogue(database, { now: () => now, lagMs });
  const id = `d${++containers}`;
  catalogue.createDatabase({ id });
  return catalogue.createContainer(id, {
    id: 'c',
    partitionKey: { paths: ['/p'] },
    indexingPolicy: { includedPaths: [{ path: '/n/?' }], excludedPaths: [{ path: '/*' }] },
  });
};

type Thing = { id: string; n: number };
type Change = { readonly id: string; readonly n: number | undefined };

/** Writes a number under an id, or deletes the item; deleting nothing is nothing. */
const apply = (container: Container, state: Map<string, number>, { id, n }: Change): void => {
  if (n === undefined && !state.has(id)) return;
  transact(database, container, now, (transaction) =>
    n === undefined
      ? perform(transaction, key, { type: 'Delete', id, ifMatch: undefined })
      : perform(transaction, key, { type: 'Upsert', document: { id, p: 'p', n }, ifMatch: undefined }),
  );
  if (n === undefined) state.delete(id);
  else state.set(id, n);
};

const queried = (container: Container, query: string, horizon: number, size: number): Thing[] => {
  const found: Thing[] = [];
  let token: string | undefined;
  do {
    const limits = { ...unlimited, rows: size };
    const asked = { text: query, parameters: new Map(), token, limits, now, scope, horizon, isByPlan: false };
    const page = queryItems(database, container, asked);
    found.push(...page.rows.map((row) => JSON.parse(row) as Thing));
    token = page.token;
  } while (token !== undefined);
  return found.map(({ id, n }) => ({ id, n }));
};

const read = (container: Container, id: string, horizon: number): number | undefined => {
  try {
    const { body } = readItem({ database, container, now, horizon }, key, { id, ifNoneMatch: undefined });
    return (JSON.parse(body ?? '') as Thing).n;
  } catch {
    return undefined;
  }
};

const changes = (container: Container, horizon: number): Thing[] => {
  const asked = { scope, from: 0, modifiedSince: 0, horizon, lsnOffset: 0, limits: unlimited, now };
  return readChangeFeed(database, container, asked)
    .texts.map((text) => JSON.parse(text) as Thing)
    .map(({ id, n }) => ({ id, n }));
};

const byId = (left: Thing, right: Thing): number => (left.id < right.id ? -1 : 1);

it('whatever was written since, a read sees the state after the transaction that it asks for', () => {
  const change = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    n: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 15 }), fc.integer({ min: 1, max: 3 }), (given, size) => {
      const container = newContainer();
      const state = new Map<string, number>();
      const states = new Map([[0, new Map<string, number>()]]);
      for (const each of given) {
        apply(container, state, each);
        states.set(container.lsn, new Map(state));
      }
      for (const [lsn, then] of states) {
        const expected = [...then].map(([id, n]) => ({ id, n })).sort(byId);
        expect(queried(container, 'SELECT * FROM c', lsn, size).sort(byId)).toEqual(expected);
        expect(changes(container, lsn).sort(byId)).toEqual(expected);
        const sorted = queried(container, 'SELECT * FROM c ORDER BY c.n DESC', lsn, size);
        expect(sorted.map(({ n }) => n)).toEqual(expected.map(({ n }) => n).sort((left, right) => right - left));
        for (const id of ['a', 'b', 'c', 'd']) expect(read(container, id, lsn)).toBe(then.get(id));
      }
    }),
    { numRuns: 60 },
  );
});

describe('the past', () => {
  const version = (lsn: number, size = 10) => ({ lsn, body: 'x'.repeat(size) }) as StoredItem;

  it('lasts as long as reads may lag', () => {
    const past = createPast(lagMs);
    past.record(1, 0, []);
    past.record(2, 500, [version(1)]);
    expect([past.lsnAt(999), past.lsnAt(1_000), past.lsnAt(1_500)]).toEqual([0, 1, Infinity]);
    expect(past.versionsAt(1)).toHaveLength(1);
    past.record(3, 1_600, []);
    expect([past.lsnAt(1_600), past.versionsAt(1)]).toEqual([2, []]);
  });

  it('is bounded: too much of it, and reads lag less', () => {
    const past = createPast(lagMs);
    for (let lsn = 1; lsn <= 100; lsn++) past.record(lsn, 0, [version(lsn - 1, 1024 * 1024)]);
    expect(past.lsnAt(0)).toBeGreaterThan(30);
    expect(past.versionsAt(past.lsnAt(0))).toHaveLength(1);
  });

  it('of a service without lag is none', () => {
    const past = createPast(0);
    past.record(1, 0, [version(0)]);
    expect([past.lsnAt(0), past.versionsAt(0)]).toEqual([Infinity, []]);
  });
});
