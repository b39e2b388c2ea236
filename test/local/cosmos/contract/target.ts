import { randomUUID } from 'node:crypto';
import { type Container, type ContainerRequest, CosmosClient, type Database } from '@azure/cosmos';
import { startCosmos } from '../../../../local/cosmos/server.ts';

/** The target of one file of the contract suite: a database of its own. */
export type Target = {
  readonly client: CosmosClient;
  readonly connectionString: string;
  readonly database: Database;
  /** A new container with a name of its own. */
  container(definition?: Omit<ContainerRequest, 'id'>): Promise<Container>;
  close(): Promise<void>;
};

/**
 * The account that COSMOS_CONTRACT_TARGET names, or else an embedded server in memory, whose containers have as many
 * physical partitions as COSMOS_CONTRACT_PARTITIONS says.
 */
export const openTarget = async (): Promise<Target> => {
  const named = process.env.COSMOS_CONTRACT_TARGET;
  const partitions = Number(process.env.COSMOS_CONTRACT_PARTITIONS ?? 1);
  const embedded = named === undefined ? await startCosmos({ port: 0, partitions }) : undefined;
  const connectionString = named ?? embedded?.connectionString ?? '';
  const client = new CosmosClient(connectionString);
  const { database } = await client.databases.create({ id: `contract-${randomUUID()}` });
  return {
    client,
    connectionString,
    database,
    async container(definition = {}) {
      const { container } = await database.containers.create({
        id: randomUUID(),
        partitionKey: { paths: ['/owner'] },
        ...definition,
      });
      return container;
    },
    async close() {
      await database.delete();
      client.dispose();
      await embedded?.close();
    },
  };
};

/** The status with which the service refuses, or what went wrong otherwise. */
export const refusal = async (work: Promise<unknown>): Promise<number | string> => {
  try {
    await work;
    return 'accepted';
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error) return error.code as number | string;
    throw error;
  }
};
