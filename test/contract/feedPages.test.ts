import { randomUUID } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cosmosEventStore } from '../../adapters/cosmos/eventStore.ts';
import { cosmosFeedPages } from '../../adapters/cosmos/feedPages.ts';
import { readPosition, writePosition } from '../../adapters/cosmos/feedPosition.ts';
import type { FeedPage } from '../../application/feed/ports.ts';
import type { Commit } from '../../eventSourcing/commit.ts';
import { commitOf, deposited, opened } from '../support/bank.ts';
import { cosmosWithFaults } from '../support/cosmos.ts';

const { database, faults } = await cosmosWithFaults(3);
const events = database.container('events');
const store = cosmosEventStore(events);
/** Another instance of the app, which has no iterators yet. */
const instance = () => cosmosFeedPages(events);
const pages = instance();

const deposit = async (id: string, before: number) => {
  const commit = commitOf('account', id, before, [before === 0 ? opened() : deposited(1, before)]);
  expect(await store.append([commit], { state: {}, stateVersion: 1 })).toEqual({ outcome: 'appended' });
};
/** Some commits of each of some accounts, over all partitions. */
const written = async (accounts = 12, commits = 3) => {
  const ids = Array.from({ length: accounts }, () => randomUUID());
  for (let before = 0; before < commits; before += 1) await Promise.all(ids.map((id) => deposit(id, before)));
  return ids;
};

/** A position that nobody has given out. */
const textOf = (value: unknown) => deflateRawSync(JSON.stringify(value)).toString('base64url');

const pageOf = (page: FeedPage | string): FeedPage => {
  if (typeof page === 'string') throw new Error(page);
  return page;
};
/** All that comes after a position, page by page; every page by another instance where `reader` makes one. */
const readAll = async (from: string, reader = () => pages, size = 5) => {
  const found = new Map<string, number[]>();
  for (let position = from; ;) {
    const page = pageOf(await reader().read(position, size));
    for (const { aggregateId, version } of page.commits as readonly Commit[]) {
      found.set(aggregateId, [...(found.get(aggregateId) ?? []), version]);
    }
    position = page.position;
    if (page.end) return { found, position };
  }
};
const versions = (ids: readonly string[], own: readonly number[]) => new Map(ids.map((id) => [id, own]));

describe('the pages of the feed', () => {
  it('have every commit once, those of an aggregate in order, and go on where they ended', async () => {
    const start = await pages.begin('now');
    const ids = await written();
    const { found, position } = await readAll(start);
    expect(found).toEqual(versions(ids, [1, 2, 3]));
    expect(await readAll(position)).toEqual({ found: new Map(), position });
    const all = await readAll(await pages.begin('first'));
    for (const id of ids) expect(all.found.get(id)).toEqual([1, 2, 3]);
  });

  it('are the same where each comes from another instance', async () => {
    const start = await pages.begin('now');
    const ids = await written();
    expect((await readAll(start, instance)).found).toEqual(versions(ids, [1, 2, 3]));
  });

  it('leave out fences, and hand out what is no commit', async () => {
    const start = await pages.begin('now');
    await store.fence(randomUUID());
    const rubbish = { id: '000000000009', aggregateId: randomUUID(), commandId: 'u:rubbish', version: 'nine' };
    await events.items.create(rubbish);
    const { commits } = pageOf(await pages.read(start, 50));
    expect(commits).toMatchObject([{ document: rubbish }]);
  });

  it('begin with what was stored since an instant, also where nobody has read a part before the first page ended', async () => {
    await written(6, 1);
    // The feed counts in whole seconds.
    const at = Date.now() + 1_000;
    while (Date.now() < at) await written(1, 1);
    const ids = await written();
    const { found } = await readAll(await pages.begin(at), instance);
    for (const id of ids) expect(found.get(id)).toEqual([1, 2, 3]);
    const older = await pages.begin(at + 3_600_000);
    expect((await readAll(older)).found).toEqual(new Map());
  });

  it('begin with what was stored since an instant, also where a partition was split meanwhile', async () => {
    await written(6, 1);
    const at = Date.now() + 1_000;
    while (Date.now() < at) await written(1, 1);
    const ids = await written();
    await faults.inject({ on: { operation: 'changeFeed' }, times: 1, fault: { kind: 'delay', ms: 300 } });
    const begun = pages.begin(at);
    await expect.poll(() => faults.hits()).toEqual([1]);
    await faults.split('events', '0');
    const { found } = await readAll(await begun, instance);
    await faults.clear();
    for (const id of ids) expect(found.get(id)).toEqual([1, 2, 3]);
    expect(found.size).toBeLessThan((await readAll(await pages.begin('first'))).found.size);
  });

  it('go on from a position before splits, on each side of them', async () => {
    const start = await pages.begin('now');
    const ids = await written();
    const half = pageOf(await pages.read(start, 5));
    await faults.split('events', '1');
    const before = new Map((half.commits as readonly Commit[]).map(({ aggregateId }) => [aggregateId, true]));
    expect(before.size).toBeGreaterThan(0);
    // With the iterator from before the split, and with one that begins after it.
    const [one, other] = [await readAll(half.position), await readAll(half.position, instance)];
    expect(one.found).toEqual(other.found);
    await Promise.all(ids.map((id) => deposit(id, 3)));
    const later = await readAll(one.position, instance);
    expect(later.found).toEqual(versions(ids, [4]));
    expect((await readAll(start, instance)).found).toEqual(versions(ids, [1, 2, 3, 4]));
  });

  it('go on from one range over several partitions, and from several within one', async () => {
    const first = await pages.begin('first');
    const { rid, ranges } = readPosition(first) ?? {};
    expect(ranges).toHaveLength(1);
    const parts = textOf([rid, ['0A', '15', '15AA', '20', '2B', 'FF'].map((max) => [max, 0])]);
    const { found } = await readAll(parts, instance);
    expect(found).toEqual((await readAll(first, instance)).found);
  });

  it('ask for no metadata once a reader is on its way', async () => {
    const { position } = await readAll(await pages.begin('first'), instance);
    const { position: tail } = await readAll(position);
    await written();
    await faults.inject({
      on: { operation: ['account', 'container', 'ranges'] },
      times: 1_000,
      fault: { kind: 'delay', ms: 0 },
    });
    await readAll(tail);
    expect(await faults.hits()).toEqual([0]);
    await faults.clear();
  });

  it('share one look among all who ask for the same', async () => {
    const start = await pages.begin('now');
    await written(1, 1);
    await faults.inject({ on: { operation: 'changeFeed' }, times: 1_000, fault: { kind: 'delay', ms: 0 } });
    await pages.read(start, 200);
    const [alone = 0] = await faults.hits();
    await Promise.all(Array.from({ length: 100 }, () => pages.read(start, 199)));
    const [all = 0] = await faults.hits();
    await faults.clear();
    expect(all - alone).toBeLessThanOrEqual(alone);
  });

  it('refuse what is no position', async () => {
    const { rid } = readPosition(await pages.begin('first')) ?? {};
    const fine = Array.from({ length: 200 }, (_, at) => [`3${at.toString(16).toUpperCase().padStart(3, '0')}`, at]);
    const tooFine = textOf([rid, [...fine, ['FF', 1]]]);
    for (const text of ['', 'rubbish', '"', tooFine]) expect(await instance().read(text, 5)).toBe('malformed');
  });

  it('are gone for a position of another store, and for one that is ahead of this one', async () => {
    const position = readPosition(await pages.begin('now'));
    if (!position) throw new Error('No position');
    const foreign = writePosition({ ...position, rid: 'HBxQANzq4Cg=' });
    expect(await pages.read(foreign, 5)).toBe('gone');
    for (const ahead of [1, 999_000_000_000_000]) {
      const ranges = position.ranges.map((range, at) => (at === 0 ? { ...range, lsn: range.lsn + ahead } : range));
      expect(await pages.read(writePosition({ ...position, ranges }), 5)).toBe('gone');
    }
  });
});
