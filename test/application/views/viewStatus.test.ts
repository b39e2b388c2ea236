import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosParking } from '../../../adapters/cosmos/parking.ts';
import { createViewStatus } from '../../../application/views/viewStatus.ts';
import { views } from '../../../projections/registry.ts';
import { minute, reconcilerForTests } from '../../support/reconciling.ts';

const reconciler = await reconcilerForTests();
const { append, account, containerOf, deposit, gaps, generations, rows, run, standings } = reconciler;
const clock = { now: () => Date.now() };
const parking = cosmosParking(containerOf('parked'), clock);
const statusOfViews = createViewStatus({ generations, standings, gaps, rows, parking, clock });
const statusOf = async (name: string) => (await statusOfViews(views)).items.find((item) => item.name === name);

describe('the status of views', () => {
  it('is what each had not folded when the reconciler looked, its rows, and its parked messages', async () => {
    expect(await statusOfViews([])).toEqual({ items: [], checkedAt: undefined, aggregates: 0, more: false });
    const { id, customerId, begun } = await account();
    await append(deposit(id, 2, customerId));
    await reconciler.projector.catchUp(reconciler.accounts, id, id, 3);
    await parking.park('customers', { messageId: 'm', reason: 'r', body: 'b' });
    await run(0);

    const { items, ...looked } = await statusOfViews(views);
    expect(items.map(({ name }) => name)).toEqual(views.map(({ name }) => name));
    expect(looked).toEqual({ checkedAt: expect.any(String) as string, aggregates: 1, more: false });
    const live = { state: 'live', since: expect.any(String) as string, operationId: undefined };
    expect(items.find(({ name }) => name === 'accounts')).toEqual({
      name: 'accounts',
      generations: [{ ...live, generation: 'accounts@3.1', rows: 1 }],
      eventsBehind: 0,
      oldestUnapplied: undefined,
      parked: 0,
    });
    expect(items.find(({ name }) => name === 'customers')).toEqual({
      name: 'customers',
      generations: [{ ...live, generation: 'customers@4.1', rows: 0 }],
      eventsBehind: 3,
      oldestUnapplied: begun.occurredAt,
      parked: 1,
    });
    await run(minute);
    expect(await statusOf('customers')).toMatchObject({ eventsBehind: 0, oldestUnapplied: undefined });
  });

  it('has the gaps of views that are behind', async () => {
    const since = new Date(0).toISOString();
    const gap = { view: 'accounts', aggregateId: randomUUID(), since };
    await gaps.record({ ...gap, position: 2, version: 9 });
    await gaps.record({ ...gap, aggregateId: randomUUID(), position: 9, version: 2 });
    expect(await statusOf('accounts')).toMatchObject({ eventsBehind: 7, oldestUnapplied: since });
  });

  it('counts no event twice that is both recent and part of a gap', async () => {
    const { id, customerId } = await account();
    const before = (await statusOf('transactions'))?.eventsBehind ?? NaN;
    const unreadable = deposit(id, 2, customerId);
    unreadable.events.forEach((event) => (event.type = 'Nothing'));
    await append(unreadable);
    await run(minute);
    expect(await statusOf('transactions')).toMatchObject({ eventsBehind: before + 1 });
    await append(deposit(id, 3, customerId));
    await run(0);
    expect(await statusOf('transactions')).toMatchObject({ eventsBehind: before + 2 });
  });
});
