import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosRows } from '../../../adapters/cosmos/views/rows.ts';
import { createCatchUp } from '../../../application/views/catchUp.ts';
import { createFreshRows } from '../../../application/queries/freshRows.ts';
import { createProjector } from '../../../application/views/projector.ts';
import type { EventStore } from '../../../application/eventStore.ts';
import { ownerOf } from '../../../domain/ownership.ts';
import type { BankEvent } from '../../../domain/registry.ts';
import { accounts as accountsView } from '../../../projections/accounts.ts';
import { customers as customersView } from '../../../projections/customers.ts';
import { commitOf, created, deposited, EUR, opened } from '../../support/bank.ts';
import { cosmosForTests } from '../../support/cosmos.ts';
import { firstBuild, liveAsCoded } from '../../support/generations.ts';
import { historyOf } from '../../support/history.ts';

const database = await cosmosForTests();
const containerOf = (name: string) => database.container(name);
const store = cosmosEventStore(containerOf('events'));
const history = historyOf(store);
const rows = cosmosRows(containerOf);
const projector = createProjector(rows, history, () => Promise.resolve());
const generations = liveAsCoded();
const accounts = firstBuild(accountsView);
const customers = firstBuild(customersView);
const catchUp = createCatchUp({ history, projector, generations });

/** What it asks the event store, how long it waits, and what happens meanwhile. */
const freshRows = (eventStore: EventStore = store, meanwhile: () => Promise<unknown> = () => Promise.resolve()) => {
  const asked = { looks: 0, versions: 0, waitedMs: 0 };
  const counted: EventStore = {
    ...eventStore,
    commitAt: (...args) => ((asked.looks += 1), eventStore.commitAt(...args)),
    newestVersion: (...args) => ((asked.versions += 1), eventStore.newestVersion(...args)),
  };
  const own = historyOf(counted);
  const wait = async (ms: number) => {
    asked.waitedMs += ms;
    await meanwhile();
  };
  const fresh = createFreshRows({ eventStore: counted, history: own, rows, generations, catchUp, ownerOf, wait });
  return { ...fresh, asked };
};

const append = async (kind: string, id: string, before: number, ...events: readonly BankEvent[]) => {
  const result = await store.append([commitOf(kind, id, before, events)], { state: {}, stateVersion: 1 });
  expect(result).toEqual({ outcome: 'appended' });
};
/** A customer with an account at version 2; no view has heard of them. */
const bank = async () => {
  const [customerId, accountId] = [randomUUID(), randomUUID()];
  await append('customer', customerId, 0, created);
  await append('account', accountId, 0, opened(customerId));
  await append('account', accountId, 1, deposited(5, 5, customerId));
  return {
    customerId,
    accountId,
    depositMore: () => append('account', accountId, 2, deposited(2, 7, customerId)),
  };
};

describe('a row', () => {
  it('that the view has is answered from there, without asking the event store', async () => {
    const { accountId } = await bank();
    await projector.catchUp(accounts, accountId, accountId, 2);
    const notAsked = () => Promise.reject(new Error('It is not asked'));
    const untouchable: EventStore = { ...store, loadNewest: notAsked, commitAt: notAsked, newestVersion: notAsked };
    const rows = freshRows(untouchable);
    const fromView = { source: 'view', found: { row: { balance: 5 }, positions: { [accountId]: 2 } } };
    expect(await rows.read(accounts, 'account', accountId, [])).toMatchObject(fromView);
    expect(await rows.read(accounts, 'account', accountId, [{ aggregateId: accountId, version: 2 }])).toMatchObject(
      fromView,
    );
  });

  it('that is behind what is asked for is first brought there', async () => {
    const { accountId, depositMore } = await bank();
    await projector.catchUp(accounts, accountId, accountId, 2);
    await depositMore();
    const asked = [{ aggregateId: accountId, version: 3 }];
    expect(await freshRows().read(accounts, 'account', accountId, asked)).toMatchObject({
      source: 'events',
      found: { row: { balance: 7 }, positions: { [accountId]: 3 } },
    });
  });

  it('that ends in the middle of a commit is brought on, without waiting', async () => {
    for (const reached of [3, 4]) {
      const { accountId } = await bank();
      await append('account', accountId, 2, deposited(1, 6), deposited(1, 7), deposited(1, 8));
      await projector.apply(accounts, accountId, (await history.next(accountId, 0)).slice(0, reached));
      const fresh = freshRows();
      const asked = [{ aggregateId: accountId, version: 5 }];
      expect(await fresh.read(accounts, 'account', accountId, asked)).toMatchObject({
        source: 'events',
        found: { row: { balance: 8 }, positions: { [accountId]: 5 } },
      });
      expect(fresh.asked.waitedMs).toBe(0);
    }
  });

  it('is there as soon as its aggregate is, though nothing was asked for', async () => {
    const { accountId } = await bank();
    expect(await freshRows().read(accounts, 'account', accountId, [])).toMatchObject({
      source: 'events',
      found: { row: { balance: 5, currency: EUR }, positions: { [accountId]: 2 } },
    });
  });

  it('that has only heard of other aggregates than its own hears of that one, too', async () => {
    const { customerId, accountId } = await bank();
    await projector.catchUp(customers, customerId, accountId, 2);
    expect(await freshRows().read(customers, 'customer', customerId, [])).toMatchObject({
      source: 'events',
      found: { row: { customer: { firstName: 'Ada' } }, positions: { [customerId]: 1, [accountId]: 2 } },
    });
  });

  it('reflects all that is asked for, of whatever aggregates it follows', async () => {
    const { customerId, accountId } = await bank();
    const other = randomUUID();
    await append('account', other, 0, opened(customerId));
    const asked = [
      { aggregateId: accountId, version: 1 },
      { aggregateId: other, version: 1 },
    ];
    expect(await freshRows().read(customers, 'customer', customerId, asked)).toMatchObject({
      source: 'events',
      found: { positions: { [customerId]: 1, [accountId]: 2, [other]: 1 } },
    });
  });
});

describe('what nobody knows', () => {
  it('is an aggregate that never began, or never can', async () => {
    const fenced = randomUUID();
    await store.fence(fenced);
    for (const id of [randomUUID(), fenced]) {
      expect(await freshRows().read(accounts, 'account', id, [])).toEqual({ found: 'unknown' });
    }
  });

  it('is one of another kind', async () => {
    const { customerId, accountId } = await bank();
    expect(await freshRows().read(accounts, 'account', customerId, [])).toEqual({ found: 'unknown' });
    expect(await freshRows().read(customers, 'customer', accountId, [])).toEqual({ found: 'unknown' });
    expect(await rows.load(customers, accountId)).toBeUndefined();
  });
});

describe('a version that is still to come', () => {
  const current = async () => {
    const one = await bank();
    await projector.catchUp(accounts, one.accountId, one.accountId, 2);
    await projector.catchUp(customers, one.customerId, one.customerId, 1);
    return one;
  };

  it('is waited for, for two seconds, by few looks, and then named', async () => {
    const { accountId, customerId } = await current();
    const positions = [
      { aggregateId: accountId, version: 3 },
      { aggregateId: accountId, version: 999_999_999_999_999 },
    ];
    for (const position of positions) {
      const fresh = freshRows();
      expect(await fresh.read(accounts, 'account', accountId, [position])).toEqual({ found: 'notReached', position });
      expect(fresh.asked).toEqual({ looks: 4, versions: 0, waitedMs: 2_000 });
    }
    for (const [aggregateId, looks] of [
      [customerId, 4],
      [randomUUID(), 3],
    ] as const) {
      const fresh = freshRows();
      const position = { aggregateId, version: 2 };
      expect(await fresh.read(customers, 'customer', customerId, [position])).toEqual({
        found: 'notReached',
        position,
      });
      expect(fresh.asked).toEqual({ looks, versions: 0, waitedMs: 2_000 });
    }
  });

  it('is waited for after the row has folded all that there is', async () => {
    const { accountId, depositMore } = await current();
    await depositMore();
    const fresh = freshRows();
    const position = { aggregateId: accountId, version: 4 };
    expect(await fresh.read(accounts, 'account', accountId, [position])).toEqual({ found: 'notReached', position });
    expect(fresh.asked).toEqual({ looks: 3, versions: 0, waitedMs: 2_000 });
    expect(await rows.load(accounts, accountId)).toMatchObject({ row: { balance: 7 } });
  });

  it('is answered if it comes in time', async () => {
    for (const begin of [bank, current]) {
      const { accountId, depositMore } = await begin();
      const fresh = freshRows(store, depositMore);
      expect(await fresh.read(accounts, 'account', accountId, [{ aggregateId: accountId, version: 3 }])).toMatchObject({
        found: { row: { balance: 7 } },
      });
      expect(fresh.asked.waitedMs).toBe(300);
    }
  });

  it('is answered if it comes in the middle of a commit', async () => {
    const { accountId } = await current();
    const more = () => append('account', accountId, 2, deposited(1, 6), deposited(1, 7));
    expect(
      await freshRows(store, more).read(accounts, 'account', accountId, [{ aggregateId: accountId, version: 4 }]),
    ).toMatchObject({ found: { row: { balance: 7 } } });
  });

  it('is answered if it is the first of an aggregate that the row follows', async () => {
    const { customerId } = await current();
    const other = randomUUID();
    const fresh = freshRows(store, () => append('account', other, 0, opened(customerId)));
    expect(await fresh.read(customers, 'customer', customerId, [{ aggregateId: other, version: 1 }])).toMatchObject({
      found: { positions: { [other]: 1 } },
    });
    expect(fresh.asked).toEqual({ looks: 2, versions: 0, waitedMs: 300 });
  });

  it('that no row follows is waited for as well', async () => {
    const { accountId, depositMore } = await bank();
    const position = { aggregateId: accountId, version: 3 };
    const fresh = freshRows();
    expect(await fresh.firstNotReached([{ ...position, version: 2 }, position])).toEqual(position);
    expect(fresh.asked).toEqual({ looks: 2, versions: 2, waitedMs: 2_000 });
    expect(await freshRows(store, depositMore).firstNotReached([position])).toBeUndefined();
  });
});

describe('a version of an aggregate that the row does not follow', () => {
  it('is foreign, be it another account or one of another customer', async () => {
    const [mine, other] = [await bank(), await bank()];
    const position = { aggregateId: other.accountId, version: 1 };
    const found = { found: 'foreign', position };
    expect(await freshRows().read(accounts, 'account', mine.accountId, [position])).toEqual(found);
    expect(await freshRows().read(customers, 'customer', mine.customerId, [position])).toEqual(found);
  });

  it('is foreign where it is of another kind', async () => {
    const { customerId, accountId } = await bank();
    const position = { aggregateId: customerId, version: 1 };
    const read = freshRows().read(accounts, 'account', accountId, [position]);
    expect(await read).toEqual({ found: 'foreign', position });
  });
});
