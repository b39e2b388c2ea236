import { ChangeFeedStartFrom, type Container, type SqlQuerySpec } from '@azure/cosmos';
import { cosmosCall } from './failure.ts';

/**
 * Runs a query that counts or sums over all physical partitions. If one of them has split since the client last asked for them, the
 * client would never end such a query, nor let anything else run; a read of the change feed makes it ask.
 */
export const queryTotals = async (container: Container, query: string | SqlQuerySpec): Promise<readonly unknown[]> => {
  const options = { changeFeedStartFrom: ChangeFeedStartFrom.Now(), maxItemCount: 1 };
  await cosmosCall(() => container.items.getChangeFeedIterator(options).readNext());
  return (await cosmosCall(() => container.items.query<unknown>(query).fetchAll())).resources;
};
