import { CosmosClient, type Container, type CosmosClientOptions, type PluginConfig } from '@azure/cosmos';
import type { Connection } from '../../identity/connection.ts';
import { managedIdentity } from '../../identity/credential.ts';
import { cosmosCall } from './failure.ts';
import { meterRequest } from './meterRequest.ts';
import { reportSplit } from './partitionSplit.ts';

const requestTimeoutMs = 5_000;

export type CosmosDatabase = {
  container(name: string): Container;
  /** Throws unless the account answers. */
  ping(): Promise<void>;
  close(): void;
};

/** The containers of a bounded context. */
type Containers = { readonly database: string; readonly containers: readonly { readonly name: string }[] };

/** The database of a bounded context. */
export const openDatabase = (connection: Connection, cosmos: Containers): CosmosDatabase => {
  const options: CosmosClientOptions & { plugins: PluginConfig[] } = {
    ...('address' in connection
      ? { endpoint: connection.address, aadCredentials: managedIdentity(connection.clientId) }
      : connection),
    connectionPolicy: {
      requestTimeout: requestTimeoutMs,
      // A throttled command tells its caller to come back rather than keep the caller waiting.
      retryOptions: { maxRetryAttemptCount: 3, fixedRetryIntervalInMilliseconds: 0, maxWaitTimeInSeconds: 2 },
    },
    plugins: [meterRequest, reportSplit].map((plugin) => ({ on: 'request', plugin })),
  };
  const client = new CosmosClient(options);
  const database = client.database(cosmos.database);
  return {
    container(name) {
      if (!cosmos.containers.some((container) => container.name === name)) {
        throw new Error(`The topology has no container ${name}`);
      }
      return database.container(name);
    },
    async ping() {
      await cosmosCall(() => database.container('events').read());
    },
    close: () => client.dispose(),
  };
};
