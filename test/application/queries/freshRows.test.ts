import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosRows } from '../../../adapters/cosmos/views/rows.ts';
import { createCatchUp } from '../../../application/views/catchUp.ts';
import { createFreshRows } from '../../../application/queries/freshRows.ts';
import { createProjector } from '../../../application/views/projector.ts';
import type { EventStore } from '../../../application/eventStore.ts';
import type { AccountEvent } from '../../../domain/account/events.ts';
import type { CustomerEvent } from '../../../domain/customer/events.ts';
import { ownerOf } from '../../../domain/ownership.ts';
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

/** On a clock that only pauses move, and what happens in each. */
const freshRows = (eventStore: EventStore = store, meanwhile: () => Promise<unknown> = () => Promise.resolve()) => {
  let now = 0;
  const pause = async () => {
    now += 500;
    await meanwhile();
  };
  return createFreshRows({ eventStore, rows, generations, catchUp, ownerOf, clock: { now: () => now }, pause });
};

const append = async (
  kind: string,
  id: string,
  before: number,
  event: AccountEvent | CustomerEvent,
  customerId?: string,
) => {
  const loaded = await store.loadHead(id);
  const commit = commitOf(kind, id, before, [event]);
  const { version, occurredAt } = commit;
  const head = { aggregate: kind, version, state: { customerId }, stateVersion: 1, occurredAt };
  await store.append([commit], head, loaded?.etag);
};
/** A customer with an account at version 2; no view has heard of them. */
const bank = async () => {
  const [customerId, accountId] = [randomUUID(), randomUUID()];
  await append('customer', customerId, 0, created);
  await append('account', accountId, 0, opened(customerId), customerId);
  await append('account', accountId, 1, deposited(5, 5, customerId), customerId);
  return {
    customerId,
    accountId,
    depositMore: () => append('account', accountId, 2, deposited(2, 7, customerId), customerId),
  };
};

describe('a row', () => {
  it('that the view has is answered from there, without asking the event store', async () => {
    const { accountId } = await bank();
    await projector.catchUp(accounts, accountId, accountId, 2);
    const notAsked = () => Promise.reject(new Error('It is not asked'));
    const untouchable: EventStore = { ...store, loadHead: notAsked, loadHeadIfChanged: notAsked };
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
    await append('account', other, 0, opened(customerId), customerId);
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
  it('is waited for, for two seconds, and then named', async () => {
    const { accountId } = await bank();
    let pauses = 0;
    const rows = freshRows(store, () => Promise.resolve((pauses += 1)));
    const position = { aggregateId: accountId, version: 3 };
    expect(await rows.read(accounts, 'account', accountId, [position])).toEqual({ found: 'notReached', position });
    expect(pauses).toBe(4);
  });

  it('is answered if it comes in time', async () => {
    const { accountId, depositMore } = await bank();
    const rows = freshRows(store, depositMore);
    expect(await rows.read(accounts, 'account', accountId, [{ aggregateId: accountId, version: 3 }])).toMatchObject({
      found: { row: { balance: 7 } },
    });
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
