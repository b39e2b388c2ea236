import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AheadOfStore } from '../../../application/history.ts';
import { ServiceUnavailable } from '../../../application/serviceUnavailable.ts';
import type { ReconcilerOptions } from '../../../application/views/reconciler.ts';
import { views } from '../../../projections/registry.ts';
import { commitOf, opened } from '../../support/bank.ts';
import { minute, reconcilerForTests } from '../../support/reconciling.ts';

const {
  containerOf,
  eventStore,
  generations,
  history,
  rows,
  standings,
  checkpoints,
  projector,
  accounts,
  customers,
  run,
  gapsOf,
  positionOf,
  append,
  deposit,
  account,
  lose,
  checkpointsApart,
  unfed,
  runAround,
} = await reconcilerForTests();

describe('the reconciler', () => {
  it('brings every view to the newest version, though no message ever came', async () => {
    const { id, customerId } = await account();
    await run();
    expect(await positionOf(id)).toBe(2);
    expect(await rows.load(customers, customerId)).toMatchObject({ positions: { [id]: 2 } });
    expect(await gapsOf(id)).toEqual([]);
  });

  it('looks at a commit until every view has it, and then no more', async () => {
    const { id, customerId } = await account();
    const looked: string[] = [];
    const looking = {
      ...projector,
      position: (...[generation, key, aggregateId]: Parameters<typeof projector.position>) => {
        looked.push(aggregateId);
        return projector.position(generation, key, aggregateId);
      },
    };
    const nothing = {
      ...eventStore,
      listAggregates: () => Promise.resolve({ aggregates: [], continuation: undefined }),
    };
    const looksOfRun = async () => {
      looked.length = 0;
      await run(minute, { projector: looking, eventStore: nothing });
      return looked.filter((aggregateId) => aggregateId === id).length;
    };
    const followers = views.filter(({ follows }) => follows.includes('account')).length;
    expect(await looksOfRun()).toBe(followers);
    expect(await looksOfRun()).toBe(0);
    await append(deposit(id, 2, customerId));
    expect(await looksOfRun()).toBe(followers);
  });

  it('leaves alone what has only just been committed, and comes back to it', async () => {
    const { id } = await account();
    await run(0);
    expect(await positionOf(id)).toBeUndefined();
    await run();
    expect(await positionOf(id)).toBe(2);
  });

  it('finds what was committed long ago, a page at a time', async () => {
    const { id } = await account();
    const changes = unfed();
    await expect
      .poll(async () => {
        await run(60 * minute, changes);
        return positionOf(id);
      })
      .toBe(2);
  });

  it('catches a row up that stands within a commit of two events', async () => {
    const { id } = await account();
    const [first] = await history.next(id, 0);
    if (first) await projector.apply(accounts, id, [first]);
    expect(await positionOf(id)).toBe(1);
    await runAround();
    expect(await positionOf(id)).toBe(2);
  });

  it('begins with the last ten minutes where its checkpoint is of another store', async () => {
    const { id, customerId } = await account();
    await run();
    const checkpoint = await checkpoints.load('reconciler');
    const position = (checkpoint?.position ?? '').replace(/rid[^,]*/, String.raw`rid\":\"another\"`);
    await checkpoints.save('reconciler', position, checkpoint?.etag);
    await append(deposit(id, 2, customerId));
    const logged: string[] = [];
    await run(minute, { log: (_, message) => void logged.push(message) });
    expect(await positionOf(id)).toBe(3);
    expect(logged).toContainEqual(expect.stringContaining('begins with what is recent'));
  });

  it('compares the other views while one is away, and that one once it is back', async () => {
    const { id, customerId } = await account();
    const away = {
      ...projector,
      position: (...[generation, key, aggregateId]: Parameters<typeof projector.position>) =>
        generation.name === 'customers'
          ? Promise.reject(new ServiceUnavailable('Cosmos DB'))
          : projector.position(generation, key, aggregateId),
    };
    await run(minute, { projector: away });
    expect(await positionOf(id)).toBe(2);
    expect(await rows.load(customers, customerId)).toBeUndefined();
    expect(await standings.load()).toMatchObject({ more: true });
    await run();
    expect(await rows.load(customers, customerId)).toMatchObject({ positions: { [id]: 2 } });
  });

  it('keeps its checkpoint while a view that is away has missed more than it can note', async () => {
    const commits = Array.from({ length: 600 }, () => commitOf('account', randomUUID(), 0, [opened()]));
    const pages = [commits.slice(0, 300), commits.slice(300)];
    const changes = {
      changeFeed: {
        read: (position: string | number | undefined) => {
          const at = typeof position === 'string' ? Number(position) : 0;
          return Promise.resolve({ commits: pages[at] ?? [], position: String(at + 1), end: at >= pages.length });
        },
      },
      checkpoints: checkpointsApart(),
      history: { ...history, first: () => history.first(begun.id) },
    };
    const begun = await account();
    const compared: string[] = [];
    const away = {
      ...projector,
      position: ({ name }: { name: string }, _key: string, aggregateId: string) => {
        if (name === 'customers') return Promise.reject(new ServiceUnavailable('Cosmos DB'));
        compared.push(aggregateId);
        return Promise.resolve(1);
      },
    };
    const lists = { listAggregates: () => Promise.resolve({ aggregates: [], continuation: undefined }) };
    const others = { rows: { ...rows, list: () => Promise.resolve({ rows: [], continuation: undefined }) } };
    await run(minute, { ...changes, ...others, projector: away, eventStore: { ...eventStore, ...lists } });
    const ids = commits.map(({ aggregateId }) => aggregateId);
    expect(new Set(compared)).toEqual(new Set(ids));
    const kept = JSON.parse((await changes.checkpoints.load('reconciler'))?.position ?? '') as object;
    expect(kept).toMatchObject({ position: '1', undecided: { length: 300 } });
  });

  it('shows what it cannot mend, after a minute, until it is mended', async () => {
    const { id, customerId } = await account();
    const unreadable = deposit(id, 2, customerId);
    unreadable.events.forEach((event) => (event.type = 'Nothing'));
    await append(unreadable);
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
    expect(await positionOf(id)).toBe(3);
  });

  it('shows a commit that it cannot read at all', async () => {
    const { id, customerId } = await account();
    await append(deposit(id, 2, customerId));
    await containerOf('events')
      .item('000000000003', id)
      .patch([{ op: 'remove', path: '/actor' }]);
    await run();
    expect(await gapsOf(id)).toEqual(
      expect.arrayContaining([expect.objectContaining({ view: 'accounts', position: 2, version: 3 })]),
    );
  });

  it('is not stopped by a row that cannot be read', async () => {
    const [broken, healthy] = [await account(), await account()];
    const item = { id: 'row', partition: `accounts@3.1:${broken.id}`, positions: {}, row: { of: 'newer code' } };
    await containerOf('accounts').items.create(item);
    await run();
    expect(await positionOf(healthy.id)).toBe(2);
    expect(await gapsOf(broken.id)).toMatchObject([{ view: 'accounts', position: 0, version: 2 }]);
  });

  it('is not stopped by a bug in a view, which is a gap of the row', async () => {
    const [broken, healthy] = [await account(), await account()];
    const position: typeof projector.position = (generation, key, aggregateId) =>
      generation.name === 'accounts' && aggregateId === broken.id
        ? Promise.reject(new TypeError('bug'))
        : projector.position(generation, key, aggregateId);
    const logged: string[] = [];
    const log: ReconcilerOptions['log'] = (level, message) => {
      if (level === 'error') logged.push(message);
    };
    await run(minute, { projector: { ...projector, position }, log });
    expect(await positionOf(healthy.id)).toBe(2);
    expect(await rows.load(customers, broken.customerId)).toMatchObject({ positions: { [broken.id]: 2 } });
    expect(await gapsOf(broken.id)).toMatchObject([{ view: 'accounts', position: 0, version: 2 }]);
    expect(logged).toContain('accounts cannot be compared: TypeError: bug');
    await runAround();
    expect(await gapsOf(broken.id)).toEqual([]);
  });

  it('is not stopped by a row whose entries cannot be compared', async () => {
    const healthy = await account();
    const loadEntries = () => Promise.reject(new TypeError('bug'));
    const list = () => Promise.resolve({ rows: [{ key: healthy.id, positions: {} }], continuation: undefined });
    const logged: string[] = [];
    await run();
    const log: ReconcilerOptions['log'] = (_, message) => void logged.push(message);
    const pages = views.map(() => ({ rows: { ...rows, list, loadEntries }, log }));
    for (const page of pages) await run(minute, page);
    expect(logged).toContain('A row of transactions cannot be compared: TypeError: bug');
  });

  it('visits each of many known gaps in the end, though it comes at the same seconds of a minute', async () => {
    const many = Array.from({ length: 100 }, (_, index) => ({
      ...{ view: 'accounts', aggregateId: `gap-${index}`, position: 1, version: 2, since: new Date(0).toISOString() },
    }));
    const visited = new Set<string>();
    const newestVersion = (id: string) => {
      visited.add(id);
      return Promise.resolve(2);
    };
    const nothing = {
      ...unfed(),
      clock: { now: () => Date.UTC(2020, 0, 1) },
      gaps: { list: () => Promise.resolve(many), record: () => Promise.resolve(), clear: () => Promise.resolve() },
      eventStore: {
        ...{ ...eventStore, newestVersion },
        listAggregates: () => Promise.resolve({ aggregates: [], continuation: undefined }),
      },
      history: { ...history, first: (id: string) => Promise.reject(new AheadOfStore(id, 1)) },
      rows: { ...rows, list: () => Promise.resolve({ rows: [], continuation: undefined }) },
    };
    for (let runs = 0; runs < 100 && visited.size < many.length; runs += 1) await run(minute, nothing);
    expect(visited.size).toBe(many.length);
  });

  it('compares each row of a page with its events in the end', async () => {
    const keys = Array.from({ length: 10 }, (_, index) => `row-${index}`);
    const compared = new Set<string>();
    const load = (_: unknown, key: string) => Promise.resolve(void compared.add(key));
    const list = () => Promise.resolve({ rows: keys.map((key) => ({ key, positions: {} })), continuation: undefined });
    const nothing = {
      ...unfed(),
      clock: { now: () => Date.UTC(2020, 0, 1) },
      eventStore: {
        ...eventStore,
        listAggregates: () => Promise.resolve({ aggregates: [], continuation: undefined }),
      },
      rows: { ...rows, list, load },
    };
    for (let runs = 0; runs < 200 && compared.size < keys.length; runs += 1) await run(minute, nothing);
    expect([...compared].toSorted()).toEqual(keys);
  });

  it('takes a view up again that was set aside, once it could catch it up, though no message comes', async () => {
    const { id } = await account();
    let alias = await generations.current(accounts);
    alias = { ...alias, stalled: { since: new Date().toISOString(), reason: 'Its store' } };
    const stalled: typeof generations = {
      ...generations,
      all: async (all) => (await generations.all(all)).map((each) => (each.view === alias.view ? alias : each)),
      change: (_, change) => Promise.resolve((alias = change(alias) ?? alias)),
    };
    const catchUp = () => Promise.reject(new ServiceUnavailable('Its store'));
    await run(minute, { generations: stalled, catchUp });
    expect(alias.stalled).toBeDefined();
    await run(minute, { generations: stalled });
    expect(await positionOf(id)).toBe(2);
    expect(alias.stalled).toBeUndefined();
  });

  it('reads the aliases of all views once in a run', async () => {
    let reads = 0;
    const counting = {
      ...generations,
      all: (...asked: Parameters<typeof generations.all>) => ((reads += 1), generations.all(...asked)),
      current: () => expect.unreachable('Nobody reads one alias alone'),
    };
    await run(minute, { generations: counting });
    expect(reads).toBe(1);
  });

  it('is not stopped by a gap that cannot be read', async () => {
    const broken = { id: randomUUID(), projection: 'accounts', aggregateId: 7 };
    await containerOf('gaps').items.create(broken);
    const { id } = await account();
    await run();
    expect(await positionOf(id)).toBe(2);
    expect(await gapsOf(id)).toEqual([]);
  });

  it('is not stopped by a lost commit before one that is there', async () => {
    const broken = await account();
    await append(deposit(broken.id, 2, broken.customerId), deposit(broken.id, 3, broken.customerId));
    await lose(broken.id, 3);
    const healthy = await account();
    await run();
    expect(await positionOf(healthy.id)).toBe(2);
    expect(await gapsOf(broken.id)).toEqual(
      expect.arrayContaining([expect.objectContaining({ view: 'accounts', position: 2, version: 4 })]),
    );
  });
});
