import { randomUUID } from 'node:crypto';
import { type Container, type ContainerRequest, CosmosClient, type Database } from '@azure/cosmos';
import { startCosmos } from '../../../../local/cosmos/server.ts';

/** What a file of the contract suite runs against: a database of its own on the embedded server or the one named. */
export type Target = {
  readonly client: CosmosClient;
  readonly connectionString: string;
  readonly database: Database;
  /** A new container with a name of its own. */
  container(definition?: Omit<ContainerRequest, 'id'>): Promise<Container>;
  close(): Promise<void>;
};

/** The connection string in COSMOS_CONTRACT_TARGET wins over an embedded server in memory. */
export const openTarget = async (): Promise<Target> => {
  const named = process.env.COSMOS_CONTRACT_TARGET;
  const embedded = named === undefined ? await startCosmos({ port: 0, partitions: Number(process.env.COSMOS_CONTRACT_PARTITIONS ?? 1) }) : undefined;
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
