import { CosmosClient, type Container } from '@azure/cosmos';
import topology from '../../infra/topology.json' with { type: 'json' };

export type ContainerName = (typeof topology.cosmos.containers)[number]['name'];

const requestTimeoutMs = 5_000;

export type CosmosDatabase = {
  container(name: string): Container;
  /** Throws unless the account answers. */
  ping(): Promise<void>;
  close(): void;
};

export const openDatabase = (connectionString: string): CosmosDatabase => {
  const client = new CosmosClient({
    connectionString,
    connectionPolicy: {
      requestTimeout: requestTimeoutMs,
      // A throttled command tells its caller to come back rather than keep it waiting.
      retryOptions: { maxRetryAttemptCount: 3, fixedRetryIntervalInMilliseconds: 0, maxWaitTimeInSeconds: 2 },
    },
  });
  const database = client.database(topology.cosmos.database);
  return {
    container(name) {
      if (!topology.cosmos.containers.some((container) => container.name === name)) {
        throw new Error(`The topology has no container ${name}`);
      }
      return database.container(name);
    },
    async ping() {
      await database.container('events').item('none', 'none').read();
    },
    close: () => client.dispose(),
  };
};
