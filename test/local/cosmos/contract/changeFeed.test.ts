import { setTimeout } from 'node:timers/promises';
import {
  ChangeFeedStartFrom,
  type ChangeFeedIteratorOptions,
  type Container,
  type FeedRange,
  PartitionKeyKind,
} from '@azure/cosmos';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTarget, type Target } from './target.ts';

let target: Target;
let container: Container;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());
beforeEach(async () => {
  container = await target.container();
});

type Item = { id: string; owner: string; n?: number; _lsn?: number };

const read = (options: ChangeFeedIteratorOptions) => container.items.getChangeFeedIterator<Item>(options);

/** Reads until nothing is new; answers the ids of every page. */
const drain = async (options: ChangeFeedIteratorOptions) => {
  const pages: string[][] = [];
  for await (const { statusCode, result, continuationToken } of read(options).getAsyncIterator()) {
    if (statusCode === 304) return { pages, continuationToken };
    pages.push(result.map(({ id }) => id));
  }
  throw new Error('The feed has ended.');
};

const fromBeginning = (feedRange?: FeedRange): ChangeFeedIteratorOptions => ({
  changeFeedStartFrom: feedRange ? ChangeFeedStartFrom.Beginning(feedRange) : ChangeFeedStartFrom.Beginning(),
});

describe('the change feed', () => {
  it('has every item once, where it was changed last', async () => {
    await container.items.create({ id: '1', owner: 'a' });
    await container.items.create({ id: '2', owner: 'b' });
    await container.items.create({ id: '3', owner: 'a' });
    await container.items.upsert({ id: '1', owner: 'a', n: 2 });
    expect((await drain(fromBeginning())).pages.flat()).toEqual(['2', '3', '1']);
  });

  it('goes on where its continuation was', async () => {
    await container.items.create({ id: '1', owner: 'a' });
    const { continuationToken } = await drain(fromBeginning());
    const next = { changeFeedStartFrom: ChangeFeedStartFrom.Continuation(continuationToken) };
    expect((await drain(next)).pages).toEqual([]);
    await container.items.create({ id: '2', owner: 'a' });
    expect((await drain(next)).pages).toEqual([['2']]);
  });

  it('starts now if told to', async () => {
    await container.items.create({ id: '1', owner: 'a' });
    const { continuationToken } = await drain({ changeFeedStartFrom: ChangeFeedStartFrom.Now() });
    await container.items.create({ id: '2', owner: 'a' });
    const next = { changeFeedStartFrom: ChangeFeedStartFrom.Continuation(continuationToken) };
    expect((await drain(next)).pages).toEqual([['2']]);
  });

  it('starts at a time if told to', async () => {
    const { resource } = await container.items.create<Item>({ id: '1', owner: 'a' });
    const later = new Date(((resource?._ts ?? 0) + 2) * 1000);
    const deadline = Date.now() + 20_000;
    let id = 2;
    for (;;) {
      const created = await container.items.create<Item>({ id: String(id), owner: 'a' });
      if ((created.resource?._ts ?? 0) * 1000 >= later.getTime()) break;
      if (Date.now() > deadline) throw new Error('The clock of the service stands still.');
      id++;
      await setTimeout(200);
    }
    const { pages } = await drain({ changeFeedStartFrom: ChangeFeedStartFrom.Time(later) });
    expect(pages.flat()).toEqual([String(id)]);
  });

  it('keeps a transaction together, whatever the page size [believed]', async () => {
    for (const owner of ['a', 'b', 'c']) {
      const operations = ['1', '2', '3'].map((n) => ({
        operationType: 'Create' as const,
        resourceBody: { id: `${owner}${n}`, owner },
      }));
      await container.items.batch(operations, owner);
    }
    const { pages } = await drain({ ...fromBeginning(), maxItemCount: 4 });
    expect(pages.flat()).toHaveLength(9);
    for (const owner of ['a', 'b', 'c']) {
      expect(pages.filter((ids) => ids.some((id) => id.startsWith(owner)))).toHaveLength(1);
    }
  });

  it('gives what one transaction wrote one LSN [believed]', async () => {
    const create = (id: string) => ({ operationType: 'Create' as const, resourceBody: { id, owner: 'a' } });
    await container.items.batch([create('1'), create('2')], 'a');
    await container.items.create({ id: '3', owner: 'a' });
    const { result } = await read(fromBeginning()).readNext();
    const [first, second, third] = result.map(({ _lsn }) => _lsn);
    expect(first).toBe(second);
    expect(third).toBeGreaterThan(first ?? Infinity);
  });

  it('does not show deleted items', async () => {
    await container.items.create({ id: '1', owner: 'a' });
    await container.items.create({ id: '2', owner: 'a' });
    await container.item('1', 'a').delete();
    expect((await drain(fromBeginning())).pages).toEqual([['2']]);
  });

  it('answers 304 as long as nothing is new', async () => {
    const iterator = read(fromBeginning());
    expect((await iterator.readNext()).statusCode).toBe(304);
    expect((await iterator.readNext()).statusCode).toBe(304);
    await container.items.create({ id: '1', owner: 'a' });
    const { statusCode, result } = await iterator.readNext();
    expect(statusCode).toBe(200);
    expect(result.map(({ id }) => id)).toEqual(['1']);
    expect((await iterator.readNext()).statusCode).toBe(304);
  });

  it('can be read for one partition key', async () => {
    await container.items.create({ id: '1', owner: 'a' });
    await container.items.create({ id: '2', owner: 'b' });
    const { pages } = await drain({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning('b') });
    expect(pages).toEqual([['2']]);
  });

  it('can be read by feed range', async () => {
    await container.items.create({ id: '1', owner: 'a' });
    await container.items.create({ id: '2', owner: 'b' });
    const ids: string[] = [];
    for (const range of await container.getFeedRanges()) ids.push(...(await drain(fromBeginning(range))).pages.flat());
    expect(ids.sort()).toEqual(['1', '2']);
  });

  it('can be read for the first level of a hierarchical key', async () => {
    container = await target.container({
      partitionKey: { paths: ['/tenant', '/owner'], kind: PartitionKeyKind.MultiHash },
    });
    await container.items.create({ id: '1', tenant: 'T', owner: 'a' });
    await container.items.create({ id: '2', tenant: 'U', owner: 'a' });
    await container.items.create({ id: '3', tenant: 'T', owner: 'b' });
    const { pages } = await drain({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning(['T']) });
    expect(pages.flat()).toEqual(['1', '3']);
  });
});
