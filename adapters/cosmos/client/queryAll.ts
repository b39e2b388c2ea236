import type { Container, FeedOptions, SqlQuerySpec } from '@azure/cosmos';
import { cosmosCall } from './failure.ts';
import { learnPartitions, PartitionSplit } from './partitionSplit.ts';

/** All that a query finds, in one partition or over all of them; also where physical partitions have split meanwhile. */
export const queryAll = async (
  container: Container,
  query: string | SqlQuerySpec,
  options: FeedOptions = {},
): Promise<readonly unknown[]> =>
  cosmosCall(async () => {
    try {
      return (await container.items.query<unknown>(query, options).fetchAll()).resources;
    } catch (error) {
      // The next try asks the partitions that there are by then.
      if (error instanceof PartitionSplit) await learnPartitions(container);
      throw error;
    }
  });
