import { setTimeout as sleep } from 'node:timers/promises';
import {
  isServiceBusError,
  ServiceBusClient,
  type ServiceBusClientOptions,
  type ServiceBusMessage,
  type ServiceBusMessageBatch,
} from '@azure/service-bus';
import topology from '../../infra/topology.json' with { type: 'json' };
import { ServiceUnavailable, type Topic } from '../../application/ports.ts';
import type { Message } from '../../domain/message.ts';
import type { Connection } from '../identity/connection.ts';
import { managedIdentity } from '../identity/credential.ts';

const callMs = 10_000;

export type ServiceBusTopic = Topic & {
  /** Throws unless the topic answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
};

/** The topic's name is that of the topology; `batchSize` is what the service allows. */
export const openTopic = (connection: Connection): ServiceBusTopic => {
  const client = openClient(connection, {
    retryOptions: { maxRetries: 1, retryDelayInMs: 500, timeoutInMs: callMs },
  });
  const [topic] = topology.serviceBus.topics;
  if (!topic) throw new Error('The topology has no topic');
  const sender = client.createSender(topic.name);

  /** Fills batch after batch. A message that does not fit into an empty one can never be sent. */
  const send = async (messages: readonly Message[]): Promise<readonly Message[]> => {
    const tooLarge: Message[] = [];
    let batch: ServiceBusMessageBatch | undefined;
    for (const message of messages) {
      batch ??= await sender.createMessageBatch();
      if (batch.tryAddMessage(encode(message))) continue;
      if (batch.count > 0) {
        await sender.sendMessages(batch);
        batch = await sender.createMessageBatch();
        if (batch.tryAddMessage(encode(message))) continue;
      }
      tooLarge.push(message);
    }
    if (batch && batch.count > 0) await sender.sendMessages(batch);
    return tooLarge;
  };

  return {
    send: (messages) => serviceBusCall(() => send(messages)),
    async ping() {
      await serviceBusCall(() => sender.createMessageBatch());
    },
    close: () => client.close(),
  };
};

const openClient = (connection: Connection, options: ServiceBusClientOptions): ServiceBusClient =>
  'address' in connection
    ? new ServiceBusClient(connection.address, managedIdentity(connection.clientId), options)
    : new ServiceBusClient(connection.connectionString, options);

const encode = ({ body, applicationProperties, ...message }: Message): ServiceBusMessage => ({
  ...message,
  applicationProperties: { ...applicationProperties },
  body,
});

/** Any failure to send may pass: what can never be sent is found out before. */
const serviceBusCall = async <Result>(call: () => Promise<Result>): Promise<Result> => {
  const timer = new AbortController();
  // The client's own time-out does not cover a connection that is accepted and never answered, or lost half-way.
  const late = sleep(callMs, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new Error(`No answer within ${callMs} ms`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([call(), late]);
  } catch (error) {
    if (error instanceof TypeError && !isServiceBusError(error)) throw error;
    throw new ServiceUnavailable('Service Bus', { cause: error, outcomeUnknown: true });
  } finally {
    timer.abort();
  }
};
