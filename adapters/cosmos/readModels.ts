import type { Container, JSONObject, OperationInput } from '@azure/cosmos';
import { z } from 'zod';
import { BrokenRow, type ReadModels, type StoredRow } from '../../application/ports.ts';
import { generationOf, type Generation, type Projection } from '../../projections/projection.ts';
import { cosmosCall, unexpectedStatus } from './failure.ts';
import { readItem } from './readItem.ts';

/** The row of a partition; its entries' ids are their keys. */
export const rowId = 'row';

const rowItem = z.object({ positions: z.record(z.string(), z.int().min(1)), row: z.unknown() });

export const partitionOf = (projection: Generation, key: string): string => `${generationOf(projection)}:${key}`;

/**
 * A container for each projection, partition key `/partition`, which names generation and row: the row with its
 * positions, and beside it, where the projection is a listing, an item for each entry.
 */
export const cosmosReadModels = (containerOf: (projection: string) => Container): ReadModels => ({
  async load<Row>(projection: Projection<Row>, key: string) {
    const partition = partitionOf(projection, key);
    const read = await readItem(containerOf(projection.name), rowId, partition);
    if (read === undefined || read === 'unchanged') return undefined;
    const stored = rowItem.safeParse(read.item);
    const row = projection.row.safeParse(stored.data?.row);
    if (!stored.success || !row.success) throw new BrokenRow(`Row ${partition} does not fit its schema`);
    return { row: row.data, positions: stored.data.positions, etag: read.etag } satisfies StoredRow<Row>;
  },

  async store(projection, key, { row, positions }, entries, expectedEtag) {
    const partition = partitionOf(projection, key);
    const generation = generationOf(projection);
    const item = { id: rowId, partition, generation, key, positions, row } as JSONObject;
    const operations: OperationInput[] = [
      expectedEtag === undefined
        ? { operationType: 'Create', resourceBody: item }
        : { operationType: 'Replace', id: rowId, ifMatch: expectedEtag, resourceBody: item },
      ...entries.map(({ key: id, entry }) => ({
        operationType: 'Upsert' as const,
        resourceBody: { id, partition, generation, entry } as JSONObject,
      })),
    ];
    const { code, result = [] } = await cosmosCall(() =>
      containerOf(projection.name).items.batch(operations, partition),
    ).catch(tooLarge(partition));
    const [first] = result;
    if (code === 200 && first?.eTag !== undefined) return { row, positions, etag: first.eTag };
    if (first?.statusCode === 409 || first?.statusCode === 412 || first?.statusCode === 404) return 'conflict';
    const failed = result.find(({ statusCode }) => statusCode !== 424)?.statusCode ?? code;
    if (failed === tooLargeCode) throw new BrokenRow(`Row ${partition} is too large`);
    throw unexpectedStatus(failed, 'to writing a row');
  },
});

const tooLargeCode = 413;

/** A batch that is refused as a whole throws; the client wraps the answer. */
const tooLarge =
  (partition: string) =>
  (error: unknown): never => {
    const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
    if (code === tooLargeCode || cause?.code === tooLargeCode) throw new BrokenRow(`Row ${partition} is too large`);
    throw error;
  };
