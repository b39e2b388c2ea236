import { ConsistencyLevel, type Container, type OperationInput, type OperationResponse } from '@azure/cosmos';
import { z } from 'zod';
import { BrokenRow, type Rows, type StoredRow } from '../../../application/views/ports.ts';
import { generationName, type Generation, type GenerationId, type KeyedEntry } from '../../../eventSourcing/view.ts';
import { bulkWriter, isTooLarge, tooLargeCode, type Write } from '../client/bulkWriter.ts';
import { cosmosCall, unexpectedStatus } from '../client/failure.ts';
import { queryAll } from '../client/queryAll.ts';
import { queryPage } from '../client/queryPage.ts';
import { readItem } from '../client/readItem.ts';
import { entryWrite, partitionOf, rowId, rowItem, toRowItem } from './rowItem.ts';

/** The size of one transactional batch. */
const maximumOperations = 100;
const failedDependency = 424;

/** A container for each view, laid out as rowItem.ts says. */
export const cosmosRows = (containerOf: (view: string) => Container): Rows => {
  const bulkWriters = new Map<string, ReturnType<typeof bulkWriter>>();
  const bulkWriterOf = (view: string) => {
    const writer = bulkWriters.get(view) ?? bulkWriter(containerOf(view), { repeatsUnclear: true });
    bulkWriters.set(view, writer);
    return writer;
  };

  return {
    async load<Row>(generation: Generation<Row>, key: string, maybeStale = false) {
      const partition = partitionOf(generation, key);
      const options = maybeStale ? { consistencyLevel: ConsistencyLevel.Eventual } : {};
      const read = await readItem(containerOf(generation.name), rowId, partition, options);
      if (!read) return undefined;
      const stored = rowItem.safeParse(read.item);
      const row = generation.row.safeParse(stored.data?.row);
      if (!stored.success || !row.success) throw new BrokenRow(`Row ${partition} does not fit its schema`);
      return { row: row.data, positions: stored.data.positions, etag: read.etag } satisfies StoredRow<Row>;
    },

    async store(generation, key, { row, positions }, entries, expectedEtag) {
      const partition = partitionOf(generation, key);
      const item = toRowItem(generation, key, { row, positions });
      const rowWrite: Write = {
        partitionKey: partition,
        ...(expectedEtag === undefined
          ? { operationType: 'Create' as const, resourceBody: item }
          : { operationType: 'Replace' as const, id: rowId, ifMatch: expectedEtag, resourceBody: item }),
      };
      const entryWrites = entries.map((added) => entryWrite(generation, key, added));

      const bulk = bulkWriterOf(generation.name);
      const write = async () => {
        // A search would find an open entry twice, if its completed item came before the row that no longer has it open. And a writer
        // that is late would undo what has changed an entry since.
        if ((generation.openEntry && entries.length > 0) || entries.some(isNotFinal)) {
          return writeBatch(containerOf(generation.name), partition, [rowWrite, ...entryWrites]);
        }
        const written = await Promise.all(entryWrites.map(bulk));
        return written.find(({ statusCode }) => statusCode >= 300) ?? bulk(rowWrite);
      };
      const { statusCode, eTag } = await write().catch((error: unknown) => {
        throw isTooLarge(error) ? new BrokenRow(`Row ${partition} is too large`) : error;
      });
      if (eTag !== undefined && statusCode < 300) return { row, positions, etag: eTag };
      if (statusCode === 409 || statusCode === 412 || statusCode === 404) return 'conflict';
      if (statusCode === tooLargeCode) throw new BrokenRow(`Row ${partition} is too large`);
      throw unexpectedStatus(statusCode, 'to writing a row');
    },

    loadEntries: (generation, key) => loadEntries(containerOf(generation.name), partitionOf(generation, key)),
    count: (generation) => countRows(containerOf(generation.name), generation),
    list: (generation, continuation, pageSize) =>
      listRows(containerOf(generation.name), generation, continuation, pageSize),
    clear: (generation) => clearRows(containerOf(generation.name), generation),
  };
};

const isNotFinal = (added: KeyedEntry): boolean => 'change' in added || added.mayChange === true;

const entryItem = z.object({ id: z.string(), entry: z.unknown() });

const loadEntries = async (container: Container, partition: string) => {
  const query = `SELECT c.id, c.entry FROM c WHERE c.id != '${rowId}'`;
  const items = await queryAll(container, query, { partitionKey: partition });
  return new Map(items.map((item) => entryItem.parse(item)).map(({ id, entry }) => [id, entry]));
};

/** Counts by the index alone. */
const countRows = async (container: Container, generation: GenerationId): Promise<number> => {
  const query = {
    query: `SELECT VALUE COUNT(1) FROM c WHERE c.generation = @generation AND c.id = '${rowId}'`,
    parameters: [{ name: '@generation', value: generationName(generation) }],
  };
  const [count] = await queryAll(container, query);
  return z.int().parse(count);
};

const rowsPerPage = 100;
const listedRow = rowItem.pick({ positions: true }).extend({ key: z.string() });

const listRows = async (
  container: Container,
  generation: GenerationId,
  continuation: string | undefined,
  pageSize = rowsPerPage,
) => {
  const query = {
    query: `SELECT c.key, c.positions FROM c WHERE c.generation = @generation AND c.id = '${rowId}'`,
    parameters: [{ name: '@generation', value: generationName(generation) }],
  };
  const page = await queryPage(container, query, continuation, pageSize);
  // A row that this program cannot read hides no other.
  const rows = page.resources.flatMap((item) => listedRow.safeParse(item).data ?? []);
  return { rows, continuation: page.continuation };
};

const foundItem = z.object({ id: z.string(), partition: z.string() });

const clearRows = async (container: Container, generation: GenerationId): Promise<number> => {
  const query = {
    query: 'SELECT TOP @limit c.id, c.partition FROM c WHERE c.generation = @generation',
    parameters: [
      { name: '@limit', value: maximumOperations },
      { name: '@generation', value: generationName(generation) },
    ],
  };
  const found = await queryAll(container, query, { maxItemCount: maximumOperations });
  const items = found.map((item) => foundItem.parse(item));
  const byPartition = Map.groupBy(items, ({ partition }) => partition);
  await Promise.all(
    [...byPartition].map(([partition, own]) => {
      const deletions = own.map(({ id }) => ({ operationType: 'Delete' as const, id }));
      // Where somebody else has deleted some of them, Cosmos DB refuses the batch; the next call finds and deletes the rest.
      return cosmosCall(() => container.items.batch(deletions, partition));
    }),
  );
  return items.length;
};

/** Writes all or nothing. Returns the outcome of the first operation, or of the one for which Cosmos DB refused the batch. */
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
