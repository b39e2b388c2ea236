import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { meter } from '../../../adapters/telemetry/meter.ts';
import { views } from '../../../projections/registry.ts';
import { compareContent } from '../../../application/views/rowContent.ts';
import { commitOf, deposited, opened } from '../../support/bank.ts';
import { firstBuild } from '../../support/generations.ts';
import { minute, reconcilerForTests } from '../../support/reconciling.ts';

const {
  rows,
  gaps,
  containerOf,
  projector,
  accounts,
  customers,
  run,
  gapsOf,
  account,
  append,
  deposit,

  history,
} = await reconcilerForTests();

const versionOf = (name: string) => views.find((view) => view.name === name)?.version ?? 0;

/** An account of which a view has taken in a forged deposit before the true one. */
const forgedAccount = async () => {
  const { id, customerId } = await account();
  await run();
  const version = 3;
  const [, event] = await history.next(id, 0);
  if (!event) throw new Error('There is a deposit');
  const { data } = deposited(999, 1_000, customerId);
  for (const generation of [accounts, customers]) {
    const key = generation.name === 'customers' ? customerId : id;
    await projector.apply(generation, key, [{ ...event, id: `${id}:${version}`, version, data }]);
  }
  await append(deposit(id, 2, customerId));
  return { id, customerId };
};

const listing = (...keys: readonly string[]) => ({
  rows: {
    ...rows,
    list: () => Promise.resolve({ rows: keys.map((key) => ({ key, positions: {} })), continuation: undefined }),
  },
});
/** A round over all views, of which each page has these rows. */
const lookAt = async ({ id, customerId }: { id: string; customerId: string }) => {
  for (const page of views.map(() => listing(id, customerId))) await run(minute, page);
};

describe("the reconciler's slow pass", () => {
  it('finds rows that show something else than their events make, and those alone', async () => {
    const healthy = await account();
    const forged = await forgedAccount();
    await lookAt(forged);
    await lookAt(healthy);
    const { id } = forged;
    const found = await gapsOf(id);
    expect(found.map(({ view }) => view).toSorted()).toEqual(['accounts', 'customers']);
    for (const gap of found)
      expect(gap).toMatchObject({ differs: `${gap.view}@${versionOf(gap.view)}.1`, position: 3, version: 3 });
    expect(await gapsOf(healthy.id)).toEqual([]);
  });

  it('finds entries that show something else', async () => {
    const { id, customerId } = await account();
    await run();
    const container = containerOf('transactions');
    const generation = `transactions@${versionOf('transactions')}.1`;
    const partition = `${generation}:${id}`;
    const { resource } = await container.item('000000000002', partition).read<{ entry: object }>();
    await container.items.upsert({ ...resource, entry: { ...resource?.entry, balanceAfter: 7 } });
    await lookAt({ id, customerId });
    expect(await gapsOf(id)).toMatchObject([{ view: 'transactions', differs: generation }]);
    await container.items.upsert({ ...resource });
    await run();
    expect(await gapsOf(id)).toEqual([]);
  });

  it('looks at a difference in each run, until it is gone', async () => {
    const forged = await forgedAccount();
    await lookAt(forged);
    const { id } = forged;
    await run();
    expect(await gapsOf(id)).toHaveLength(2);
    for (const view of ['accounts', 'customers']) {
      const { resources } = await containerOf(view)
        .items.query<{ id: string; partition: string }>('SELECT * FROM c')
        .fetchAll();
      for (const item of resources) await containerOf(view).item(item.id, item.partition).delete();
    }
    // One run brings the rows back, and the next sees that they are right.
    await run();
    await run();
    expect(await gapsOf(id)).toEqual([]);
  });

  it('forgets a difference once another generation answers', async () => {
    const forged = await forgedAccount();
    await lookAt(forged);
    const { id } = forged;
    const before = await gapsOf(id);
    expect(before).toHaveLength(2);
    for (const gap of before) await gaps.record({ ...gap, differs: `${gap.view}@1.0` });
    await run(minute, listing());
    expect(await gapsOf(id)).toEqual([]);
  });

  it('takes 50 request units at most for a row, also for one with the most events that it reads', async () => {
    const customerId = randomUUID();
    const ids = Array.from({ length: 6 }, () => randomUUID());
    const [long = '', ...short] = ids;
    const deposits = (id: string, count: number) =>
      Array.from({ length: count }, (_, n) => commitOf('account', id, n + 1, [deposited(1, n + 1, customerId)]));
    await append(commitOf('account', long, 0, [opened(randomUUID())]), ...deposits(long, 99));
    for (const id of short) {
      await append(commitOf('account', id, 0, [opened(customerId)]), ...deposits(id, 19));
    }
    await run();
    for (const view of views.filter(({ follows }) => follows.includes('account'))) {
      const units = await meter.measure(async (cost) => {
        const key = view.name === 'customers' ? customerId : long;
        expect(await compareContent({ history, rows }, firstBuild(view), key)).toMatchObject({ differs: false });
        return cost.units;
      });
      expect(units).toBeLessThan(50);
    }
  });

  it('reads nothing of a row with more events', async () => {
    const { id, customerId } = await account();
    for (let version = 2; version < 101; version += 1) await append(deposit(id, version, customerId));
    await run();
    const unread = { pages: () => expect.unreachable('It reads no event') };
    expect(await compareContent({ history: unread, rows }, accounts, id)).toBeUndefined();
  });
});
