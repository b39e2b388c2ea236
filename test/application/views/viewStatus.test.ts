import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosGaps } from '../../../adapters/cosmos/views/gaps.ts';
import { cosmosParking } from '../../../adapters/cosmos/parking.ts';
import { cosmosRows } from '../../../adapters/cosmos/views/rows.ts';
import { createProjector } from '../../../application/views/projector.ts';
import { createViewStatus } from '../../../application/views/viewStatus.ts';
import { bankEventsOf } from '../../../domain/registry.ts';
import type { Commit } from '../../../eventSourcing/commit.ts';
import type { View } from '../../../eventSourcing/view.ts';
import { accounts as accountsView } from '../../../projections/accounts.ts';
import { customers as customersView } from '../../../projections/customers.ts';
import { commitOf, deposited, opened } from '../../support/bank.ts';
import { cosmosForTests } from '../../support/cosmos.ts';
import { firstBuild, liveAsCoded } from '../../support/generations.ts';
import { historyOf } from '../../support/history.ts';

const database = await cosmosForTests();
const containerOf = (name: string) => database.container(name);
const eventStore = cosmosEventStore(containerOf('events'));
const history = historyOf(eventStore);
const rows = cosmosRows(containerOf);
const gaps = cosmosGaps(containerOf('gaps'));
const clock = { now: () => Date.now() };
const parking = cosmosParking(containerOf('parked'), clock);
const projector = createProjector(rows, history, () => Promise.resolve());
const statusOf = createViewStatus({
  eventStore,
  history,
  projector,
  generations: liveAsCoded(),
  gaps,
  rows,
  parking,
  clock,
});
const accounts = firstBuild(accountsView);
const customers = firstBuild(customersView);
const views = [accounts, customers] as unknown as readonly View[];

const append = async (commit: Commit, etag?: string) => {
  const head = { aggregate: 'account' as const, state: {}, stateVersion: 1, occurredAt: commit.occurredAt };
  const result = await eventStore.append([commit], { ...head, version: commit.version }, etag);
  return result.outcome === 'appended' ? result.etag : '';
};

describe('the status of views', () => {
  it('is what each has not folded of what changed lately, its rows, and its parked messages', async () => {
    const [id, customerId] = [randomUUID(), randomUUID()];
    const begun = commitOf('account', id, 0, [opened(customerId)]);
    const etag = await append(begun);
    const late = commitOf('account', id, 1, [deposited(1, 1, customerId), deposited(1, 2, customerId)]);
    await append(late, etag);
    await projector.catchUp(accounts, id, id, 3);
    await parking.park('customers', { messageId: 'm', reason: 'r', body: 'b' });

    const { items, ...looked } = await statusOf(views);
    const [ofAccounts, ofCustomers] = items;
    expect(looked).toEqual({ aggregates: 1, more: false });
    const live = { state: 'live', since: expect.any(String) as string, operationId: undefined };
    expect(ofAccounts).toEqual({
      name: 'accounts',
      generations: [{ ...live, generation: 'accounts@1.1', rows: 1 }],
      eventsBehind: 0,
      oldestUnapplied: undefined,
      parked: 0,
    });
    expect(ofCustomers).toEqual({
      name: 'customers',
      generations: [{ ...live, generation: 'customers@2.1', rows: 0 }],
      eventsBehind: 3,
      oldestUnapplied: begun.occurredAt,
      parked: 1,
    });

    await projector.apply(customers, customerId, bankEventsOf(begun));
    expect((await statusOf(views)).items[1]).toMatchObject({ eventsBehind: 2, oldestUnapplied: late.occurredAt });
  });

  it('has gaps that are older', async () => {
    const aggregateId = randomUUID();
    await gaps.record({
      view: 'accounts',
      aggregateId,
      position: 2,
      version: 9,
      since: new Date(0).toISOString(),
    });
    expect((await statusOf(views)).items[0]).toMatchObject({ eventsBehind: 7 });
  });

  it('counts a head that has lost its commits as behind', async () => {
    const before = (await statusOf(views)).items[0]?.eventsBehind ?? NaN;
    const id = randomUUID();
    await append(commitOf('account', id, 0, [opened(randomUUID())]));
    await containerOf('events').item('000000000001', id).delete();
    expect((await statusOf(views)).items[0]).toMatchObject({ eventsBehind: before + 1 });
  });
});
