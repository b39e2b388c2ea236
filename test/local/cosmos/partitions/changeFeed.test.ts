import { ChangeFeedStartFrom, type ChangeFeedIteratorOptions, type FeedRange } from '@azure/cosmos';
import { describe, expect, it } from 'vitest';
import { sendSigned } from '../signedRequest.ts';
import { bulk, creates, type Item, itemsOf, ownersInTurns, partitioned, rangeOf } from './partitioned.ts';

const cosmos = partitioned();
const owners = ownersInTurns(10);

type Changed = Item & { _lsn: number };

const read = (options: ChangeFeedIteratorOptions) => cosmos.container.items.getChangeFeedIterator<Changed>(options);

/** Reads until nothing is new. */
const drain = async (
  options: ChangeFeedIteratorOptions,
  afterPage: (page: number) => Promise<void> = () => Promise.resolve(),
) => {
  const items: Changed[] = [];
  let pages = 0;
  for await (const { statusCode, result, continuationToken } of read(options).getAsyncIterator()) {
    if (statusCode === 304) return { items, continuationToken };
    items.push(...result);
    await afterPage(++pages);
  }
  throw new Error('The feed has ended.');
};

const fromBeginning = (feedRange?: FeedRange): ChangeFeedIteratorOptions => ({
  maxItemCount: 4,
  changeFeedStartFrom: feedRange ? ChangeFeedStartFrom.Beginning(feedRange) : ChangeFeedStartFrom.Beginning(),
});
const from = (continuationToken: string): ChangeFeedIteratorOptions => ({
  maxItemCount: 4,
  changeFeedStartFrom: ChangeFeedStartFrom.Continuation(continuationToken),
});

const idsOf = (items: readonly Item[]): string[] => items.map(({ id }) => id).sort();

describe('feed ranges', () => {
  it('are the partition key ranges, and each feed has the changes of its own', async () => {
    const items = itemsOf(owners);
    for (const item of items) await cosmos.container.items.create(item);
    const ranges = await cosmos.container.getFeedRanges();
    expect(ranges).toHaveLength(3);
    for (const [at, range] of ranges.entries()) {
      const { items: found } = await drain(fromBeginning(range));
      // In the order in which they were written.
      expect(found.map(({ id }) => id)).toEqual(
        items.filter(({ owner }) => rangeOf(owner) === String(at)).map(({ id }) => id),
      );
    }
  });

  it('have LSNs that cannot be compared', async () => {
    for (const item of itemsOf(owners.slice(0, 3))) await cosmos.container.items.create(item);
    const { items } = await drain(fromBeginning());
    const lsns = new Map(items.map(({ owner, _lsn }) => [rangeOf(owner), _lsn]));
    expect(lsns).toEqual(
      new Map([
        ['0', 1],
        ['1', 1_000_002],
        ['2', 2_000_003],
      ]),
    );
  });

  it('are read to the end although one is away', async () => {
    await bulk(cosmos.container, creates(itemsOf(owners)));
    const [first, second] = await cosmos.container.getFeedRanges();
    await cosmos.faults.inject({
      on: { operation: 'changeFeed', range: '1' },
      times: 100,
      fault: { kind: 'answer', status: 503 },
    });
    expect((await drain(fromBeginning(first))).items).toHaveLength(10);
    await expect(drain(fromBeginning(second))).rejects.toMatchObject({ code: 503 });
  });

  it('must be named, unless a key is', async () => {
    const link = `dbs/bank/colls/${cosmos.container.id}`;
    const { status } = await sendSigned(cosmos.service.port, `/${link}/docs`, 'docs', link, {
      headers: { 'a-im': 'Incremental Feed' },
    });
    expect(status).toBe(400);
  });
});

describe('the change feed of a container', () => {
  it('has every item once, and goes on where its continuation was', async () => {
    const items = itemsOf(owners);
    await bulk(cosmos.container, creates(items));
    const { items: found, continuationToken } = await drain(fromBeginning());
    expect(idsOf(found)).toEqual(idsOf(items));
    const [changed, ...others] = items;
    await cosmos.container.items.upsert({ ...changed, n: 100 });
    expect((await drain(from(continuationToken))).items).toMatchObject([{ id: changed?.id, n: 100 }]);
    expect(others).toHaveLength(29);
  });

  it('starts now in all ranges', async () => {
    await bulk(cosmos.container, creates(itemsOf(owners, 'before')));
    const { continuationToken } = await drain({ changeFeedStartFrom: ChangeFeedStartFrom.Now() });
    const later = itemsOf(owners, 'later');
    await bulk(cosmos.container, creates(later));
    expect(idsOf((await drain(from(continuationToken))).items)).toEqual(idsOf(later));
  });
});

describe('a split', () => {
  it('in the middle of a loop loses and repeats nothing', async () => {
    const items = itemsOf(owners);
    await bulk(cosmos.container, creates(items));
    const splits = new Map([
      [1, '0'],
      [2, '1'],
      [4, '4'],
      [5, '2'],
    ]);
    const { items: found } = await drain(fromBeginning(), async (page) => {
      const range = splits.get(page);
      if (range !== undefined) await cosmos.faults.split(cosmos.container.id, range);
    });
    expect(idsOf(found)).toEqual(idsOf(items));
  });

  it('lets the children go on with the continuation of their parent', async () => {
    const before = itemsOf(owners, 'before');
    await bulk(cosmos.container, creates(before));
    const [, middle] = await cosmos.container.getFeedRanges();
    const feed = await drain(fromBeginning(middle));
    expect(feed.items).toHaveLength(10);
    await cosmos.faults.split(cosmos.container.id, '1');
    expect((await drain(from(feed.continuationToken))).items).toEqual([]);
    const later = itemsOf(owners, 'later');
    await bulk(cosmos.container, creates(later));
    const expected = later.filter(({ owner }) => rangeOf(owner) === '1');
    expect(idsOf((await drain(from(feed.continuationToken))).items)).toEqual(idsOf(expected));
  });

  it('lets the feed of one key go on', async () => {
    const [, owner = ''] = owners;
    expect(rangeOf(owner)).toBe('1');
    const ofKey = { changeFeedStartFrom: ChangeFeedStartFrom.Beginning(owner) };
    await cosmos.container.items.create({ id: 'before', owner });
    const { items, continuationToken } = await drain(ofKey);
    expect(idsOf(items)).toEqual(['before']);
    await cosmos.faults.split(cosmos.container.id, '1');
    await cosmos.container.items.create({ id: 'later', owner });
    expect(idsOf((await drain(from(continuationToken))).items)).toEqual(['later']);
  });

  it('gives new feed ranges', async () => {
    await cosmos.faults.split(cosmos.container.id, '1');
    const ranges = await cosmos.container.getFeedRanges();
    expect(ranges).toHaveLength(4);
    const items = itemsOf(owners);
    await bulk(cosmos.container, creates(items));
    const found = await Promise.all(ranges.map(async (range) => (await drain(fromBeginning(range))).items));
    expect(idsOf(found.flat())).toEqual(idsOf(items));
  });
});
