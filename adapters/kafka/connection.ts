import type { ConnectionOptions } from '@platformatic/kafka';
import type { Connection } from '../identity/connection.ts';
import { managedIdentity } from '../identity/credential.ts';

/** How to reach brokers, and how they let the app in. */
export type Brokers = Pick<ConnectionOptions, 'tls' | 'sasl'> & { readonly bootstrapBrokers: string[] };

/** Event Hubs listens here for clients of Kafka. */
const eventHubsPort = 9093;

/**
 * Brokers that are named as `host:port,…` let everybody in. Event Hubs takes its connection string as a password, and tokens of
 * a managed identity.
 */
export const brokersOf = (connection: Connection): Brokers => {
  if ('address' in connection) {
    const { address, clientId } = connection;
    const credential = managedIdentity(clientId);
    return {
      bootstrapBrokers: [`${address}:${eventHubsPort}`],
      tls: {},
      sasl: {
        mechanism: 'OAUTHBEARER',
        token: async () => (await credential.getToken(`https://${address}/.default`))?.token ?? '',
      },
    };
  }
  const { connectionString } = connection;
  const [, namespace] = /^Endpoint=sb:\/\/([^/;]+)/.exec(connectionString) ?? [];
  if (namespace === undefined) return { bootstrapBrokers: connectionString.split(',') };
  return {
    bootstrapBrokers: [`${namespace}:${eventHubsPort}`],
    tls: {},
    sasl: { mechanism: 'PLAIN', username: '$ConnectionString', password: connectionString },
  };
};
