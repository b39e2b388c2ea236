import type { ConnectionOptions, SASLOptions } from '@platformatic/kafka';
import type { Connection } from '../identity/connection.ts';
import { managedIdentity } from '../identity/credential.ts';

/** How to reach brokers, and how they let the app in. */
export type Brokers = Pick<ConnectionOptions, 'tls' | 'sasl'> & { readonly bootstrapBrokers: string[] };

/** Event Hubs listens here for clients of Kafka. */
const eventHubsPort = 9093;

/** By OAUTHBEARER, a broker that refuses a token answers with an object that has its status (RFC 7628). */
const refuseRefusal: NonNullable<SASLOptions['authBytesValidator']> = (answer, callback) => {
  if (!/^\s*\{.*"status"/s.test(answer.toString())) callback(null, answer);
  else callback(new Error(`The broker refuses the token: ${answer.toString().slice(0, 200)}`), answer);
};

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
        authBytesValidator: refuseRefusal,
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
