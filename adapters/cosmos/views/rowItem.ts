import type { JSONObject } from '@azure/cosmos';
import { z } from 'zod';
import { generationName, type Generation, type GenerationId, type KeyedEntry } from '../../../eventSourcing/view.ts';
import type { Write } from '../client/bulkWriter.ts';
import type { StoredRow } from '../../../application/views/ports.ts';

/**
 * The layout of every view's container. Partition key `/partition` names generation and row: the row's item has its positions
 * and its open entry; beside it, a view with entries has an item for each completed entry. Every item names its `/generation`.
 */

/** The id of a row's item in its partition; the ids of its entries are their keys. */
export const rowId = 'row';

export const partitionOf = (generation: GenerationId, key: string): string => `${generationName(generation)}:${key}`;

/** A row's item as it is read; the view's own schema reads `row`. */
export const rowItem = z.object({ positions: z.record(z.string(), z.int().min(1)), row: z.unknown() });

/** A row's item in a search over rows. */
export const foundRow = <Row>(row: z.ZodType<Row>) => z.object({ key: z.string(), row });

/** The entry of an item, which is an entry's own or a row's with its open entry. */
export const foundEntry = <Entry>(entry: z.ZodType<Entry>) => z.object({ entry }).transform((item) => item.entry);

export const toRowItem = <Row>(
  generation: Generation<Row>,
  key: string,
  { row, positions }: Omit<StoredRow<Row>, 'etag'>,
): JSONObject => ({
  id: rowId,
  partition: partitionOf(generation, key),
  generation: generationName(generation),
  key,
  positions: { ...positions },
  row: row as JSONObject,
  entry: generation.openEntry?.(row) as JSONObject,
});

export const toEntryItem = (generation: GenerationId, key: string, id: string, entry: unknown): JSONObject => ({
  id,
  partition: partitionOf(generation, key),
  generation: generationName(generation),
  entry: entry as JSONObject,
});

/** An entry as an operation of a bulk request or of a batch. */
export const entryWrite = (generation: GenerationId, key: string, added: KeyedEntry): Write => {
  const partitionKey = partitionOf(generation, key);
  if ('entry' in added) {
    const resourceBody = toEntryItem(generation, key, added.key, added.entry);
    return { operationType: 'Upsert', partitionKey, resourceBody };
  }
  const operations = Object.entries(added.change).map(([name, value]) => ({
    op: 'set' as const,
    path: `/entry/${name}`,
    value,
  }));
  return { operationType: 'Patch', id: added.key, partitionKey, resourceBody: { operations } };
};
