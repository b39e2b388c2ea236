import { CosmosClient, type Container, type CosmosClientOptions, type Plugin, type PluginConfig } from '@azure/cosmos';
import type { Connection } from '../identity/connection.ts';
import { managedIdentity } from '../identity/credential.ts';
import { checkDeadline } from './deadline.ts';
import { cosmosCall } from './failure.ts';
import { charge } from '../telemetry/meter.ts';
import topology from '../../infra/topology.json' with { type: 'json' };

const requestTimeoutMs = 5_000;

export type CosmosDatabase = {
  container(name: string): Container;
  /** Throws unless the account answers. */
  ping(): Promise<void>;
  close(): void;
};

export const openDatabase = (connection: Connection): CosmosDatabase => {
  const options: CosmosClientOptions & { plugins: PluginConfig[] } = {
    ...('address' in connection
      ? { endpoint: connection.address, aadCredentials: managedIdentity(connection.clientId) }
      : connection),
    connectionPolicy: {
      requestTimeout: requestTimeoutMs,
      // A throttled command tells its caller to come back rather than keep it waiting.
      retryOptions: { maxRetryAttemptCount: 3, fixedRetryIntervalInMilliseconds: 0, maxWaitTimeInSeconds: 2 },
    },
    plugins: [{ on: 'request', plugin: meterRequest }],
  };
  const client = new CosmosClient(options);
  const database = client.database(topology.cosmos.database);
  return {
    container(name) {
      if (!topology.cosmos.containers.some((container) => container.name === name)) {
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

/**
 * Every request for items counts, also one that is repeated or refused. The client's own questions do not: the account,
 * the container, and the plan that it asks for beside each query.
 */
const meterRequest: Plugin<unknown> = async (context, _diagnostics, next) => {
  const isPlan = 'x-ms-cosmos-is-query-plan-request' in (context.headers ?? {});
  const counts = context.path?.includes('/docs') === true && !isPlan;
  const chargeFor = (headers: Readonly<Record<string, unknown>> | undefined) => {
    if (counts) charge({ trips: 1, units: Number(headers?.['x-ms-request-charge'] ?? 0) });
  };
  checkDeadline();
  try {
    const response = await next(context);
    chargeFor(response.headers);
    return response;
  } catch (error) {
    chargeFor((error as { headers?: Record<string, unknown> }).headers);
    throw error;
  }
};
