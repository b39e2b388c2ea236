import { z } from 'zod';
import type { ServiceBusClient, ServiceBusMessage, ServiceBusSender } from '@azure/service-bus';
import type { QueueClient } from '@azure/storage-queue';
import type { QueueOptions } from './hostJson.ts';
import type { Binding, InvocationResponse, TypedData } from './rpc.ts';
import type { SettingResolver } from './settings.ts';

/** Where the host sends a value that a function returns. */
export type Output = {
  readonly binding: string;
  readonly kind: 'serviceBus' | 'queue';
  readonly connectionString: string;
  readonly entity: string;
};

const serviceBusOutput = z
  .object({
    connection: z.string().default('ServiceBus'),
    queueName: z.string().optional(),
    topicName: z.string().optional(),
  })
  .refine(
    ({ queueName, topicName }) => (queueName ?? topicName) !== undefined,
    'the output needs queueName or topicName',
  );

const queueOutput = z.object({ connection: z.string().default('Storage'), queueName: z.string().min(1) });

/** Reads an output binding: `response` for the answer of an HTTP function, undefined for one that this host does not support. */
export const readOutput = (
  functionName: string,
  name: string,
  binding: Binding,
  settings: SettingResolver,
): Output | 'response' | undefined => {
  if (binding.direction !== 'out') return undefined;
  switch (binding.type.toLowerCase()) {
    case 'http':
      return name === '$return' ? 'response' : undefined;
    case 'servicebus': {
      const { connection, queueName, topicName } = serviceBusOutput.parse(binding);
      return {
        binding: name,
        kind: 'serviceBus',
        connectionString: settings.connection(connection, functionName),
        entity: settings.expand(queueName ?? topicName ?? '', functionName),
      };
    }
    case 'queue': {
      const { connection, queueName } = queueOutput.parse(binding);
      return {
        binding: name,
        kind: 'queue',
        connectionString: settings.connection(connection, functionName),
        entity: settings.expand(queueName, functionName),
      };
    }
    default:
      return undefined;
  }
};

type Message = { readonly body: Buffer; readonly contentType: string };

const asJson = (value: unknown): Message =>
  typeof value === 'string'
    ? { body: Buffer.from(value), contentType: 'text/plain' }
    : { body: Buffer.from(JSON.stringify(value)), contentType: 'application/json' };

/** Turns a value into messages, one for each entry of an array: text and bytes as they are, anything else as JSON. */
const toMessages = (data: TypedData | null | undefined): readonly Message[] => {
  if (data?.bytes) return [{ body: Buffer.from(data.bytes), contentType: 'application/octet-stream' }];
  if (data?.string !== undefined) return [asJson(data.string)];
  if (data?.json !== undefined) {
    const value: unknown = JSON.parse(data.json);
    return Array.isArray(value) ? value.map(asJson) : [asJson(value)];
  }
  const number = data?.int ?? data?.double;
  return number === undefined ? [] : [asJson(number)];
};

/** Far fewer tries than the library's own, during which the invocation would hang. */
const retryOptions = { maxTries: 2, retryDelayInMs: 200 };

export type Outputs = {
  /** Sends the response's values for these outputs. Rejects if that fails, and then the invocation fails, too. */
  readonly send: (outputs: readonly Output[], response: InvocationResponse) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Sends outputs. Loads a client library when it first needs it. */
export const createOutputs = (options: QueueOptions): Outputs => {
  const clients: ServiceBusClient[] = [];
  const senders = new Map<string, Promise<ServiceBusSender>>();
  const queues = new Map<string, Promise<QueueClient>>();

  const kept = <T>(map: Map<string, Promise<T>>, output: Output, create: () => Promise<T>): Promise<T> => {
    const key = `${output.entity} ${output.connectionString}`;
    const found = map.get(key) ?? create();
    map.set(key, found);
    // Forgets a client that failed, so that the next message tries again.
    found.catch(() => map.delete(key));
    return found;
  };

  const sendToServiceBus = async (output: Output, messages: readonly Message[]): Promise<void> => {
    const sender = await kept(senders, output, async () => {
      const { ServiceBusClient } = await import('@azure/service-bus');
      const client = new ServiceBusClient(output.connectionString);
      clients.push(client);
      return client.createSender(output.entity);
    });
    const batch: ServiceBusMessage[] = messages.map(({ body, contentType }) => ({ body, contentType }));
    await sender.sendMessages(batch);
  };

  const sendToQueue = async (output: Output, messages: readonly Message[]): Promise<void> => {
    const queue = await kept(queues, output, async () => {
      const { QueueClient } = await import('@azure/storage-queue');
      const client = new QueueClient(output.connectionString, output.entity, { retryOptions });
      await client.createIfNotExists();
      return client;
    });
    for (const { body } of messages) {
      await queue.sendMessage(options.messageEncoding === 'base64' ? body.toString('base64') : body.toString());
    }
  };

  return {
    send: async (outputs, response) => {
      for (const output of outputs) {
        const data =
          output.binding === '$return'
            ? response.returnValue
            : response.outputData?.find(({ name }) => name === output.binding)?.data;
        const messages = toMessages(data);
        if (messages.length === 0) continue;
        await (output.kind === 'queue' ? sendToQueue(output, messages) : sendToServiceBus(output, messages));
      }
    },
    close: async () => {
      await Promise.allSettled(clients.map((client) => client.close()));
    },
  };
};
