import { parsePartitionKey } from '../definitions/partitionKey.ts';
import { effectivePartitionKey } from './effectivePartitionKey.ts';

/** Hashing a key costs more than reading an item, and filters ask for the same keys again and again. */
const mostCached = 100_000;
const cache = new Map<string, string>();

/** The effective partition key for the text of a partition key. */
export const positionOf = (partitionKeyText: string): string => {
  const known = cache.get(partitionKeyText);
  if (known !== undefined) return known;
  const position = effectivePartitionKey(parsePartitionKey(partitionKeyText));
  if (cache.size >= mostCached) cache.clear();
  cache.set(partitionKeyText, position);
  return position;
};
