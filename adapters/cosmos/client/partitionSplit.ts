import { ChangeFeedStartFrom, type Container, type Plugin } from '@azure/cosmos';
import { codeOf } from './failure.ts';

/** A query by plan asked a physical partition that has split since. */
export class PartitionSplit extends Error {
  override name = 'PartitionSplit';
}

const gone = 410;

/**
 * Makes a query by plan fail that meets a split: the client would keep that answer to itself, and ask the partition that is gone
 * again without end. (A change feed, which the client counts among the queries, goes on with the partition's halves.)
 */
export const reportSplit: Plugin<unknown> = async (request, _diagnostics, next) => {
  try {
    return await next(request);
  } catch (error) {
    const isQuery = 'x-ms-documentdb-isquery' in (request.headers ?? {});
    if (!isQuery || codeOf(error) !== gone) throw error;
    throw new PartitionSplit('A partition has split', { cause: error });
  }
};

/** Lets the client learn which physical partitions there are: a read of the feed makes it ask, a query does not. */
export const learnPartitions = async (container: Container): Promise<void> => {
  const options = { changeFeedStartFrom: ChangeFeedStartFrom.Now(), maxItemCount: 1 };
  await container.items.getChangeFeedIterator(options).readNext();
};
