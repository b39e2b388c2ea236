import type { Container } from '@azure/cosmos';
import { z } from 'zod';
import type { Rows } from '../../../application/rebuilding/ports.ts';
import { generationOf } from '../../../projections/projection.ts';
import { cosmosCall } from '../client/failure.ts';

/** What one transactional batch takes. */
const itemsAtOnce = 100;
const found = z.object({ id: z.string(), partition: z.string() });

/** Finds rows and what lies beside them by `/generation`, which every container of a view indexes. */
export const cosmosRows = (containerOf: (projection: string) => Container): Rows => ({
  async clear(generation) {
    const container = containerOf(generation.name);
    const query = {
      query: 'SELECT TOP @limit c.id, c.partition FROM c WHERE c.generation = @generation',
      parameters: [
        { name: '@limit', value: itemsAtOnce },
        { name: '@generation', value: generationOf(generation) },
      ],
    };
    const { resources } = await cosmosCall(() =>
      container.items.query<unknown>(query, { maxItemCount: itemsAtOnce }).fetchAll(),
    );
    const items = resources.map((item) => found.parse(item));
    const byPartition = Map.groupBy(items, ({ partition }) => partition);
    await Promise.all(
      [...byPartition].map(([partition, own]) => {
        const operations = own.map(({ id }) => ({ operationType: 'Delete' as const, id }));
        // Should another one have deleted some of them, all of them are found and deleted the next time.
        return cosmosCall(() => container.items.batch(operations, partition));
      }),
    );
    return items.length;
  },
});
