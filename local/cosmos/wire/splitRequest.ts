import { z } from 'zod';
import { AdminProblem } from '../../faults/adminProblem.ts';
import type { Catalogue } from '../definitions/catalogue.ts';
import { CosmosError } from '../errors.ts';

const splitBody = z.strictObject({
  /** Needed only if several databases have a container of this name. */
  database: z.string().optional(),
  container: z.string(),
  /** The id of the partition key range. */
  range: z.string(),
});

/** Carries out `POST /_split` and returns the ranges that the container has now; throws an AdminProblem. */
export const splitOnDemand = (catalogue: Catalogue, given: unknown): Record<string, unknown> => {
  const parsed = splitBody.safeParse(given);
  if (!parsed.success) throw new AdminProblem(400, z.prettifyError(parsed.error));
  const { container, range } = parsed.data;
  const databases = parsed.data.database === undefined ? databasesOf(catalogue, container) : [parsed.data.database];
  const [database, ...others] = databases;
  if (database === undefined) throw new AdminProblem(404, `There is no container '${container}'.`);
  if (others.length > 0) throw new AdminProblem(400, `Several databases have a container '${container}': name one.`);
  try {
    const { partitions } = catalogue.splitPartition(database, container, range).layout;
    return { ranges: partitions.map(({ id, min, max, parents }) => ({ id, min, max, parents })) };
  } catch (error) {
    if (error instanceof CosmosError) throw new AdminProblem(error.status, error.message);
    throw error;
  }
};

const databasesOf = (catalogue: Catalogue, container: string): string[] =>
  catalogue
    .listDatabases()
    .map(({ id }) => id)
    .filter((id) => typeof id === 'string')
    .filter((id) => catalogue.listContainers(id).some((each) => each.id === container));
