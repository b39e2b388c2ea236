import type { Container, SqlQuerySpec, FeedOptions } from '@azure/cosmos';
import { z } from 'zod';
import type { Counts } from '../../../application/views/ports.ts';
import { generationOf } from '../../../projections/projection.ts';
import { cosmosCall } from '../client/failure.ts';
import { rowId } from './readModels.ts';

/** Counts are of the index alone. */
export const cosmosCounts = (containerOf: (name: string) => Container): Counts => ({
  rows: (generation) =>
    count(containerOf(generation.name), {
      query: `SELECT VALUE COUNT(1) FROM c WHERE c.generation = @generation AND c.id = '${rowId}'`,
      parameters: [{ name: '@generation', value: generationOf(generation) }],
    }),
  parked: (subscription) =>
    count(containerOf('parked'), { query: 'SELECT VALUE COUNT(1) FROM c' }, { partitionKey: subscription }),
});

const count = async (container: Container, query: SqlQuerySpec, options?: FeedOptions): Promise<number> => {
  const { resources } = await cosmosCall(() => container.items.query<unknown>(query, options).fetchAll());
  return z.int().parse(resources[0]);
};
