import { CosmosClient, PartitionKeyDefinitionVersion, type ContainerRequest } from '@azure/cosmos';
import type { ContainerTopology, Topology } from './topology.ts';

const toContainerRequest = (container: ContainerTopology): ContainerRequest => ({
  id: container.name,
  partitionKey: { paths: [container.partitionKey], version: PartitionKeyDefinitionVersion.V2 },
  uniqueKeyPolicy: { uniqueKeys: container.uniqueKeys.map((paths) => ({ paths })) },
  indexingPolicy: {
    indexingMode: 'consistent',
    automatic: true,
    ...(container.indexedPaths
      ? { includedPaths: container.indexedPaths.map((path) => ({ path })), excludedPaths: [{ path: '/*' }] }
      : { includedPaths: [{ path: '/*' }], excludedPaths: [] }),
    compositeIndexes: container.compositeIndexes,
  },
  ...(container.defaultTtlSeconds !== undefined && { defaultTtl: container.defaultTtlSeconds }),
});

/** Creates the database and its containers, as far as they are not there yet. */
export const provisionCosmos = async (connectionString: string, cosmos: Topology['cosmos']): Promise<void> => {
  const client = new CosmosClient({
    connectionString,
    // Or the client keeps asking for the account's regions for as long as the process lives.
    connectionPolicy: { enableBackgroundEndpointRefreshing: false },
  });
  try {
    const { database } = await client.databases.createIfNotExists({ id: cosmos.database });
    await Promise.all(
      cosmos.containers.map((container) => database.containers.createIfNotExists(toContainerRequest(container))),
    );
  } finally {
    client.dispose();
  }
};
