import {
  CosmosClient,
  PartitionKeyDefinitionVersion,
  type ContainerDefinition,
  type ContainerRequest,
  type IndexingPolicy,
} from '@azure/cosmos';
import type { ContainerTopology, Topology } from './topology.ts';

const toContainerRequest = (container: ContainerTopology): ContainerDefinition & ContainerRequest => ({
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

/** The part of a policy that a topology sets. The service adds defaults to the rest. */
const indexesOf = ({ includedPaths, compositeIndexes }: IndexingPolicy = {}): string =>
  JSON.stringify([includedPaths?.map(({ path }) => path), compositeIndexes ?? []]);

/** Creates the database and the containers that are missing, and indexes all containers as the topology says. */
export const provisionCosmos = async (connectionString: string, cosmos: Topology['cosmos']): Promise<void> => {
  const client = new CosmosClient({
    connectionString,
    // Otherwise the client asks for the account's regions for as long as the process lives.
    connectionPolicy: { enableBackgroundEndpointRefreshing: false },
  });
  try {
    const { database } = await client.databases.createIfNotExists({ id: cosmos.database });
    await Promise.all(
      cosmos.containers.map(async (topology) => {
        const request = toContainerRequest(topology);
        const { container, resource } = await database.containers.createIfNotExists(request);
        if (indexesOf(resource?.indexingPolicy) !== indexesOf(request.indexingPolicy)) await container.replace(request);
      }),
    );
  } finally {
    client.dispose();
  }
};
