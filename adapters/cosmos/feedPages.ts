import { ChangeFeedStartFrom, type ChangeFeedPullModelIterator, type Container } from '@azure/cosmos';
import { z } from 'zod';
import { boundedCache } from '../../application/boundedCache.ts';
import type { FeedPage, FeedPages, FeedRefusal } from '../../application/feed/ports.ts';
import { isOfAnotherContainer, readableIn } from './changeFeed.ts';
import { codeOf, cosmosCall } from './client/failure.ts';
import {
  isSplitBetween,
  positionOfToken,
  readPosition,
  tokenOfPosition,
  writePosition,
  type FeedPosition,
  type ReadRange,
} from './feedPosition.ts';

/** Each has a queue of the partitions' ranges, and nothing that it has read. */
const mostIterators = 200;
/** Splits only add partitions. Merges take some away, and a position from before has more ranges than there are partitions. */
const mostRangesOfPartition = 4;

type Iterator = ChangeFeedPullModelIterator<unknown>;
/** `isOurs`: nobody can have made up its position. */
type Reader = { readonly iterator: Iterator; isOurs: boolean };

const changed = z.object({ _lsn: z.int().min(1) });

/**
 * The change feed by positions that callers keep. The SDK asks for the container with the first page of each iterator, so that the
 * iterator of a page waits here, under the position after that page, for whoever goes on there.
 */
export const cosmosFeedPages = (events: Container): FeedPages => {
  const readers = boundedCache<Reader>(mostIterators);
  const underWay = new Map<string, Promise<FeedPage | FeedRefusal>>();

  const iterate = (changeFeedStartFrom: ChangeFeedStartFrom, maxItemCount: number): Iterator =>
    events.items.getChangeFeedIterator({ changeFeedStartFrom, maxItemCount });

  const beginning = async (): Promise<FeedPosition> => {
    const { resource } = await cosmosCall(() => events.read());
    return { rid: z.string().parse(resource?._rid), ranges: [{ min: '', max: 'FF', lsn: 0 }] };
  };
  let first: Promise<FeedPosition> | undefined;

  const now = async (): Promise<FeedPosition> => {
    const page = await readNext(iterate(ChangeFeedStartFrom.Now(), 1));
    const position = positionOfToken(page.continuationToken);
    partitions = position.ranges.length;
    return position;
  };
  /** As many as there were at least when this instance last asked. */
  let partitions = 1;
  /** A position of many ranges would cost as many requests. */
  const isTooFine = ({ ranges }: FeedPosition) => ranges.length > mostRangesOfPartition * partitions;

  /** The SDK's token would forget the time for the ranges that nobody has read yet: this looks at each once, and tells where to begin. */
  const since = async (time: number): Promise<FeedPosition> => {
    // The client sends it as a header, which has no date before the year 0; nobody wrote anything before 1970.
    const iterator = iterate(ChangeFeedStartFrom.Time(new Date(Math.max(0, time))), 1);
    const begun: ReadRange[] = [];
    let before: FeedPosition | undefined;
    for (;;) {
      const page = await readNext(iterator);
      const reached = positionOfToken(page.continuationToken);
      const { rid, ranges } = reached;
      const [item] = page.result;
      const read = ranges.at(-1);
      if (item !== undefined && read) begun.push({ ...read, lsn: changed.parse(item)._lsn - 1 });
      const isSplit = isSplitBetween(before, reached);
      before = reached;
      const isLooked = ranges.every(({ lsn }) => lsn > 0) || (item === undefined && !isSplit);
      if (isLooked) return { rid, ranges: ranges.map((range) => ({ ...range, lsn: firstIn(begun, range) })) };
    }
  };

  const open = async (position: string, size: number): Promise<Reader | 'malformed'> => {
    const parsed = readPosition(position);
    if (!parsed) return 'malformed';
    if (isTooFine(parsed)) await now();
    if (isTooFine(parsed)) return 'malformed';
    return { iterator: iterate(ChangeFeedStartFrom.Continuation(tokenOfPosition(parsed)), size), isOurs: false };
  };

  const read = async (key: string, position: string, size: number): Promise<FeedPage | FeedRefusal> => {
    const reader = readers.get(key) ?? (await open(position, size));
    if (reader === 'malformed') return 'malformed';
    // Nobody else goes on with it meanwhile.
    readers.delete(key);
    const items: unknown[] = [];
    let before = readPosition(position);
    for (;;) {
      const page = await nextOf(reader);
      if (typeof page === 'string') return page;
      items.push(...page.result);
      const reached = positionOfToken(page.continuationToken);
      const isSplit = isSplitBetween(before, reached);
      before = reached;
      const end = page.result.length === 0 && !isSplit;
      if (!end && items.length < size) continue;
      // A range that is ahead of the store has nothing new, so that it is enough to look here.
      if (end && !reader.isOurs && isAhead(reached, await now())) return 'gone';
      reader.isOurs ||= end;
      const next = writePosition(reached);
      readers.set(keyOf(next, size), reader);
      return { commits: readableIn(items), position: next, end };
    }
  };

  return {
    async begin(start) {
      if (start === 'now') return writePosition(await now());
      if (start !== 'first') return writePosition(await since(start));
      first ??= beginning();
      return writePosition(
        await first.catch((error: unknown) => {
          first = undefined;
          throw error;
        }),
      );
    },
    read(position, size) {
      const key = keyOf(position, size);
      const reading = underWay.get(key) ?? read(key, position, size).finally(() => underWay.delete(key));
      underWay.set(key, reading);
      return reading;
    },
  };
};

const keyOf = (position: string, size: number) => `${size} ${position}`;

const readNext = (iterator: Iterator) => cosmosCall(() => iterator.readNext());

const nextOf = async ({ iterator, isOurs }: Reader) => {
  try {
    return await readNext(iterator);
  } catch (error) {
    if (isOfAnotherContainer(error)) return 'gone' as const;
    // Cosmos DB refuses bounds or LSNs that it did not give.
    if (!isOurs && codeOf(error) === 400) return 'malformed' as const;
    throw error;
  }
};

const overlaps = (one: ReadRange, other: ReadRange) => one.min < other.max && other.min < one.max;

/** The LSN before the first change that a sweep has found in a range; where it found none, the LSN of the range itself. */
const firstIn = (begun: readonly ReadRange[], range: ReadRange): number =>
  Math.min(...begun.filter((each) => overlaps(each, range)).map(({ lsn }) => lsn), range.lsn);

/** Partitions have LSNs of their own; those of a split go on with their parent's. */
const isAhead = ({ ranges }: FeedPosition, newest: FeedPosition): boolean =>
  ranges.some((range) => newest.ranges.some((own) => overlaps(own, range) && own.lsn < range.lsn));
