import type { Container, JSONObject, OperationInput, OperationResponse } from '@azure/cosmos';
import { z } from 'zod';
import { BrokenRow, type ReadModels, type StoredRow } from '../../../application/views/ports.ts';
import { generationOf, type Generation, type Projection } from '../../../projections/projection.ts';
import { bulkWriter, isTooLarge, tooLargeCode } from '../client/bulkWriter.ts';
import { cosmosCall, unexpectedStatus } from '../client/failure.ts';
import { readItem } from '../client/readItem.ts';

/** The row of a partition; its entries' ids are their keys. */
export const rowId = 'row';

const rowItem = z.object({ positions: z.record(z.string(), z.int().min(1)), row: z.unknown() });

export const partitionOf = (projection: Generation, key: string): string => `${generationOf(projection)}:${key}`;

/**
 * A container for each projection, partition key `/partition`, which names generation and row: the row with its
 * positions and its open entry, and beside it, where the projection is a listing, an item for each completed entry.
 */
export const cosmosReadModels = (containerOf: (projection: string) => Container): ReadModels => {
  const bulkWriters = new Map<string, ReturnType<typeof bulkWriter>>();
  const bulkWriterOf = (projection: string) => {
    const writer = bulkWriters.get(projection) ?? bulkWriter(containerOf(projection));
    bulkWriters.set(projection, writer);
    return writer;
  };

  return {
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
      const open = { entry: projection.openEntry?.(row) };
      const item = { id: rowId, partition, generation, key, positions, row, ...open } as JSONObject;
      const rowOperation = {
        partitionKey: partition,
        ...(expectedEtag === undefined
          ? { operationType: 'Create' as const, resourceBody: item }
          : { operationType: 'Replace' as const, id: rowId, ifMatch: expectedEtag, resourceBody: item }),
      };
      const entryOperations = entries.map(({ key: id, entry }) => ({
        operationType: 'Upsert' as const,
        partitionKey: partition,
        resourceBody: { id, partition, generation, entry } as JSONObject,
      }));

      const bulk = bulkWriterOf(projection.name);
      const write = async () => {
        // An entry that was open would be found twice, if it were there before the row that has it no more.
        if (projection.openEntry && entries.length > 0) {
          return writeBatch(containerOf(projection.name), partition, [rowOperation, ...entryOperations]);
        }
        const written = await Promise.all(entryOperations.map(bulk));
        return written.find(({ statusCode }) => statusCode >= 300) ?? bulk(rowOperation);
      };
      const { statusCode, eTag } = await write().catch((error: unknown) => {
        throw isTooLarge(error) ? new BrokenRow(`Row ${partition} is too large`) : error;
      });
      if (eTag !== undefined && statusCode < 300) return { row, positions, etag: eTag };
      if (statusCode === 409 || statusCode === 412 || statusCode === 404) return 'conflict';
      if (statusCode === tooLargeCode) throw new BrokenRow(`Row ${partition} is too large`);
      throw unexpectedStatus(statusCode, 'to writing a row');
    },
  };
};

/** All or nothing. The outcome is that of the first operation, or of the one that had the batch refused. */
const writeBatch = async (
  container: Container,
  partition: string,
  operations: OperationInput[],
): Promise<Pick<OperationResponse, 'statusCode' | 'eTag'>> => {
  const options = { contentResponseOnWriteEnabled: false };
  const { code, result = [] } = await cosmosCall(() => container.items.batch(operations, partition, options));
  const [first] = result;
  if (code === 200 && first) return first;
  return result.find(({ statusCode }) => statusCode !== failedDependency) ?? { statusCode: code ?? 0 };
};

const failedDependency = 424;
