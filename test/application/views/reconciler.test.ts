import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosCheckpoints } from '../../../adapters/cosmos/checkpoints.ts';
import { cosmosEventStore } from '../../../adapters/cosmos/eventStore.ts';
import { cosmosGaps } from '../../../adapters/cosmos/views/gaps.ts';
import { cosmosRows } from '../../../adapters/cosmos/views/rows.ts';
import { boundedCache } from '../../../application/boundedCache.ts';
import { createCatchUp } from '../../../application/views/catchUp.ts';
import { createProjector } from '../../../application/views/projector.ts';
import { presentGaps, reconcile } from '../../../application/views/reconciler.ts';
import type { Commit } from '../../../eventSourcing/commit.ts';
import { accounts as accountsView } from '../../../projections/accounts.ts';
import { customers as customersView } from '../../../projections/customers.ts';
import { views } from '../../../projections/registry.ts';
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
const projector = createProjector(rows, history, () => Promise.resolve());
const generations = liveAsCoded();
const accounts = firstBuild(accountsView);
const customers = firstBuild(customersView);
const catchUp = createCatchUp({ history, projector, generations });

const minute = 60_000;
/** Some time after everything that a test has written. */
const later = (ms: number) => ({ now: () => Date.now() + ms });
const run = (ms = minute, inStep = boundedCache<number>(1_000), own = projector) => {
  const clock = later(ms);
  return reconcile(
    {
      views,
      eventStore,
      history,
      inStep,
      projector: own,
      generations,
      catchUp,
      checkpoints: cosmosCheckpoints(containerOf('checkpoints')),
      gaps,
      clock,
      log: () => undefined,
    },
    clock.now() + minute,
  );
};
const gapsOf = async (id: string, ms = 2 * minute) =>
  (await presentGaps({ gaps, clock: later(ms) })).filter(({ aggregateId }) => aggregateId === id);

const append = async (commit: Commit, etag?: string) => {
  const { version, occurredAt } = commit;
  const head = { aggregate: 'account' as const, version, state: {}, stateVersion: 1, occurredAt };
  const result = await eventStore.append([commit], head, etag);
  return result.outcome === 'appended' ? result.etag : '';
};
const account = async () => {
  const [id, customerId] = [randomUUID(), randomUUID()];
  const etag = await append(commitOf('account', id, 0, [opened(customerId), deposited(1, 1, customerId)]));
  return { id, customerId, etag };
};

describe('the reconciler', () => {
  it('brings every view to the head, though no message ever came', async () => {
    const { id, customerId } = await account();
    await run();
    expect(await rows.load(accounts, id)).toMatchObject({ positions: { [id]: 2 } });
    expect(await rows.load(customers, customerId)).toMatchObject({ positions: { [id]: 2 } });
    expect(await gapsOf(id)).toEqual([]);
  });

  it('looks at a change until every view has it, and then no more', async () => {
    const { id, etag } = await account();
    const looked: string[] = [];
    const looking = {
      ...projector,
      position: (...[generation, key, aggregateId]: Parameters<typeof projector.position>) => {
        looked.push(aggregateId);
        return projector.position(generation, key, aggregateId);
      },
    };
    const inStep = boundedCache<number>(1_000);
    const looksOfRun = async () => {
      looked.length = 0;
      await run(minute, inStep, looking);
      return looked.filter((aggregateId) => aggregateId === id).length;
    };
    expect(await looksOfRun()).toBeGreaterThanOrEqual(views.length);
    // Those that remain are the page of all aggregates, of which this one may be a part.
    expect(await looksOfRun()).toBeLessThanOrEqual(views.length);
    await append(commitOf('account', id, 2, [deposited(1, 2)]), etag);
    expect(await looksOfRun()).toBeGreaterThanOrEqual(views.length);
  });

  it('leaves alone what has only just changed', async () => {
    const { id } = await account();
    await run(0);
    expect(await rows.load(accounts, id)).toBeUndefined();
  });

  it('finds what changed long ago, a page at a time', async () => {
    const { id } = await account();
    await expect
      .poll(
        async () => {
          await run(60 * minute);
          return rows.load(accounts, id);
        },
        { timeout: 10_000 },
      )
      .toMatchObject({ positions: { [id]: 2 } });
  });

  it('shows what it cannot mend, after a minute, until it is mended', async () => {
    const { id, customerId, etag } = await account();
    const unreadable = commitOf('account', id, 2, [deposited(1, 2, customerId)]);
    unreadable.events.forEach((event) => (event.type = 'Nothing'));
    await append(unreadable, etag);
    await run();
    expect(await gapsOf(id, 0)).toEqual([]);
    const behind = { aggregateId: id, position: 2, version: 3 };
    const found = await gapsOf(id);
    expect(found).toEqual(expect.arrayContaining([expect.objectContaining({ ...behind, view: 'accounts' })]));
    expect(found).toHaveLength(views.filter(({ follows }) => follows.includes('account')).length);

    const item = containerOf('events').item('000000000003', id);
    await item.patch([{ op: 'replace', path: '/events/0/type', value: 'MoneyDeposited' }]);
    await run();
    expect(await gapsOf(id)).toEqual([]);
  });

  it('is not stopped by a row that cannot be read', async () => {
    const [broken, healthy] = [await account(), await account()];
    const item = { id: 'row', partition: `accounts@1.1:${broken.id}`, positions: {}, row: { of: 'newer code' } };
    await containerOf('accounts').items.create(item);
    await run();
    expect(await rows.load(accounts, healthy.id)).toMatchObject({ positions: { [healthy.id]: 2 } });
    expect(await gapsOf(broken.id)).toMatchObject([{ view: 'accounts', position: 0, version: 2 }]);
  });

  it('is not stopped by a gap that cannot be read', async () => {
    const broken = { id: randomUUID(), projection: 'accounts', aggregateId: 7 };
    await containerOf('gaps').items.create(broken);
    const { id } = await account();
    await run();
    expect(await rows.load(accounts, id)).toMatchObject({ positions: { [id]: 2 } });
    expect(await gapsOf(id)).toEqual([]);
  });

  it.each([
    ['the last', ['000000000003']],
    ['all', ['000000000001', '000000000003']],
  ])('is not stopped by a head that has lost its commits: %s', async (_, lost) => {
    const broken = await account();
    await append(commitOf('account', broken.id, 2, [deposited(1, 2, broken.customerId)]), broken.etag);
    for (const id of lost) await containerOf('events').item(id, broken.id).delete();
    const healthy = await account();
    await run();
    expect(await rows.load(accounts, healthy.id)).toMatchObject({ positions: { [healthy.id]: 2 } });
    expect(await gapsOf(broken.id)).toEqual(
      expect.arrayContaining([expect.objectContaining({ view: 'accounts', version: 3 })]),
    );
  });

  it('shows a view that is ahead of a store that was restored', async () => {
    const { id } = await account();
    await run();
    const stored = await rows.load(accounts, id);
    if (!stored) throw new Error('There is no row');
    await rows.store(accounts, id, { ...stored, positions: { [id]: 9 } }, [], stored.etag);
    await run();
    expect(await gapsOf(id, 0)).toEqual([
      expect.objectContaining({ view: 'accounts', aggregateId: id, position: 9, version: 2 }),
    ]);
  });
});
