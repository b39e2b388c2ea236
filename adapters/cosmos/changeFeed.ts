import { ChangeFeedStartFrom, type Container } from '@azure/cosmos';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import { UnusablePosition, type ChangeFeed } from '../../application/changeFeed.ts';
import { cosmosCall } from './client/failure.ts';
import { isFence, toCommit } from './commitItem.ts';
import { isSplitBetween, positionOfToken } from './feedPosition.ts';

const defaultPageSize = 500;

/** Positions are Cosmos DB's own continuation tokens: they cover the whole container, and survive splits of its partitions. */
export const cosmosChangeFeed = (events: Container): ChangeFeed => ({
  async read(position, pageSize = defaultPageSize) {
    const iterator = events.items.getChangeFeedIterator({
      changeFeedStartFrom: startFrom(position),
      maxItemCount: pageSize,
    });
    const page = await cosmosCall(() => iterator.readNext()).catch((error: unknown) => {
      throw isOfAnotherContainer(error)
        ? new UnusablePosition('The position is of another container', { cause: error })
        : error;
    });
    const items: unknown[] = page.result;
    const reached = page.continuationToken;
    return {
      commits: readableIn(items),
      position: reached,
      end: items.length === 0 && !isSplitBetween(positionIn(position), positionOfToken(reached)),
    };
  },
});

const positionIn = (from: string | number | undefined) =>
  typeof from === 'string' ? positionOfToken(from) : undefined;

const startFrom = (position: string | number | undefined) => {
  if (position === undefined) return ChangeFeedStartFrom.Beginning();
  return typeof position === 'number'
    ? // The client sends it as a header, which has no date before the year 0; nobody wrote anything before 1970.
      ChangeFeedStartFrom.Time(new Date(Math.max(0, position)))
    : ChangeFeedStartFrom.Continuation(position);
};

/** Whether the SDK refuses a position since it is of another container. */
export const isOfAnotherContainer = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('not for the current container');

/** The commits among items of the feed; fences are left out. */
export const readableIn = (items: readonly unknown[]) => items.filter((item) => !isFence(item)).map(readable);

const readable = (item: unknown) => {
  try {
    return toCommit(item);
  } catch (error) {
    if (error instanceof UnreadableEvent) return { unreadable: error.message, document: item };
    throw error;
  }
};
