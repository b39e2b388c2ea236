import { randomUUID } from 'node:crypto';
import {
  ServiceBusAdministrationClient,
  ServiceBusClient,
  type RetryOptions,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from '@azure/service-bus';
import { afterAll, beforeAll } from 'vitest';
import { startServiceBus } from '../../../../local/serviceBus/server.ts';
import { contractConfig, provision } from './namespace.ts';

/**
 * The namespace for one test file: the one in SERVICEBUS_CONTRACT_TARGET (a connection string), in which this creates the
 * suite's entities, or a new embedded one.
 */
export function contractTarget(): {
  readonly connectionString: string;
  client(retryOptions?: RetryOptions): ServiceBusClient;
  administration(): ServiceBusAdministrationClient;
} {
  let connectionString = process.env.SERVICEBUS_CONTRACT_TARGET ?? '';
  let stop = () => Promise.resolve();
  const clients: ServiceBusClient[] = [];

  beforeAll(async () => {
    if (connectionString !== '') {
      await provision(administration());
      return;
    }
    const service = await startServiceBus({ port: 0, config: contractConfig });
    connectionString = service.connectionString;
    stop = () => service.close();
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await stop();
  });

  const administration = () => administrationAt(connectionString);

  return {
    administration,
    get connectionString() {
      return connectionString;
    },
    client(retryOptions = {}) {
      const client = new ServiceBusClient(connectionString, { retryOptions: { maxRetries: 0, ...retryOptions } });
      clients.push(client);
      return client;
    },
  };
}

/** A client that makes its requests once. */
export function administrationAt(connectionString: string): ServiceBusAdministrationClient {
  const client = new ServiceBusAdministrationClient(connectionString, { retryOptions: { maxRetries: 0 } });
  if (connectionString.includes('UseDevelopmentEmulator=true')) client.pipeline.addPolicy(plainHttp);
  return client;
}

/** Redirects to HTTP. The client library always uses HTTPS, and emulators have no certificate that it trusts. */
const plainHttp: PipelinePolicy = {
  name: 'plainHttp',
  sendRequest(request, next) {
    request.url = request.url.replace(/^https:/, 'http:');
    request.allowInsecureConnection = true;
    return next(request);
  },
};
type PipelinePolicy = Parameters<ServiceBusAdministrationClient['pipeline']['addPolicy']>[0];

/** Unique per run, so that runs can share a target. */
export const uniqueId = () => randomUUID();

/** Receives this many messages, or fewer if no more come. */
export async function receive(
  receiver: ServiceBusReceiver,
  count: number,
  maxWaitTimeInMs = 20_000,
): Promise<ServiceBusReceivedMessage[]> {
  const received: ServiceBusReceivedMessage[] = [];
  const deadline = Date.now() + maxWaitTimeInMs;
  while (received.length < count && Date.now() < deadline) {
    const left = count - received.length;
    received.push(...(await receiver.receiveMessages(left, { maxWaitTimeInMs: deadline - Date.now() })));
  }
  return received;
}

export async function receiveOne(
  receiver: ServiceBusReceiver,
  maxWaitTimeInMs = 20_000,
): Promise<ServiceBusReceivedMessage> {
  const [message] = await receive(receiver, 1, maxWaitTimeInMs);
  if (!message) throw new Error('No message came.');
  return message;
}
