import { randomUUID } from 'node:crypto';
import {
  ServiceBusAdministrationClient,
  ServiceBusClient,
  type RetryOptions,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from '@azure/service-bus';
import { afterAll, beforeAll } from 'vitest';
import type { EmulatorConfig } from '../../../../local/serviceBus/config.ts';
import { startServiceBus } from '../../../../local/serviceBus/server.ts';

const subscription = (Name: string, Properties: object = {}, Rules: object[] = []) => ({
  Name,
  Properties: { LockDuration: 'PT5S', MaxDeliveryCount: 10, ...Properties },
  Rules,
});
const correlation = (Name: string, CorrelationFilter: object) => ({
  Name,
  Properties: { FilterType: 'Correlation', CorrelationFilter },
});
const sql = (Name: string, SqlExpression: string) => ({
  Name,
  Properties: { FilterType: 'Sql', SqlFilter: { SqlExpression } },
});

/** What the suite expects to find in the namespace; another target has to be provisioned with it. */
export const contractConfig = {
  UserConfig: {
    Namespaces: [
      {
        Name: 'contract',
        Queues: [
          { Name: 'work', Properties: { LockDuration: 'PT5S', MaxDeliveryCount: 3 } },
          { Name: 'sent', Properties: {} },
          { Name: 'taken', Properties: { LockDuration: 'PT5S' } },
          { Name: 'handled', Properties: { LockDuration: 'PT5S' } },
          { Name: 'later', Properties: { LockDuration: 'PT5S' } },
          { Name: 'brief', Properties: { LockDuration: 'PT1S', MaxDeliveryCount: 2 } },
          { Name: 'mortal', Properties: { DeadLetteringOnMessageExpiration: true } },
          { Name: 'unmourned', Properties: { DeadLetteringOnMessageExpiration: false } },
          { Name: 'signed', Properties: {} },
          { Name: 'awaited', Properties: {} },
          { Name: 'conversations', Properties: { LockDuration: 'PT5S', RequiresSession: true, MaxDeliveryCount: 3 } },
          { Name: 'conversations-next', Properties: { LockDuration: 'PT5S', RequiresSession: true } },
          { Name: 'conversations-brief', Properties: { LockDuration: 'PT1S', RequiresSession: true } },
          {
            Name: 'once',
            Properties: { RequiresDuplicateDetection: true, DuplicateDetectionHistoryTimeWindow: 'PT20S' },
          },
        ],
        Topics: [
          {
            Name: 'spoken',
            Properties: {},
            Subscriptions: [subscription('by-session', { RequiresSession: true }), subscription('all')],
          },
          {
            Name: 'ruled',
            Properties: {},
            Subscriptions: ['added', 'changed', 'removed'].map((name) => subscription(name)),
          },
          { Name: 'events', Properties: {}, Subscriptions: [subscription('all'), subscription('others')] },
          {
            Name: 'routed',
            Properties: {},
            Subscriptions: [
              subscription('all'),
              subscription('system', {}, [
                correlation('all-of-them', {
                  ContentType: 'text/plain',
                  CorrelationId: 'correlation',
                  Label: 'label',
                  MessageId: 'message',
                  ReplyTo: 'reply',
                  ReplyToSessionId: 'reply-session',
                  SessionId: 'session',
                  To: 'to',
                }),
              ]),
              subscription('number', {}, [correlation('n', { Properties: { value: 1 } })]),
              subscription('text', {}, [correlation('t', { Properties: { value: '1' } })]),
              subscription('truth', {}, [correlation('b', { Properties: { value: true } })]),
              subscription('either', {}, [
                correlation('one', { Properties: { value: 1 } }),
                correlation('blue', { Properties: { colour: 'blue' } }),
              ]),
              subscription('both', {}, [correlation('c', { Label: 'label', Properties: { colour: 'blue' } })]),
              subscription('sql', {}, [sql('s', "colour LIKE 'b%' AND value > 1 OR sys.Label = 'sql'")]),
            ],
          },
          {
            Name: 'unique',
            Properties: { RequiresDuplicateDetection: true, DuplicateDetectionHistoryTimeWindow: 'PT20S' },
            Subscriptions: [subscription('all')],
          },
        ],
      },
    ],
  },
} as EmulatorConfig;

/** For one test file: the broker that SERVICEBUS_CONTRACT_TARGET (a connection string) names, or an embedded one of its own. */
export function contractTarget(): {
  readonly connectionString: string;
  client(retryOptions?: RetryOptions): ServiceBusClient;
  administration(): ServiceBusAdministrationClient;
} {
  let connectionString = process.env.SERVICEBUS_CONTRACT_TARGET ?? '';
  let stop = () => Promise.resolve();
  const clients: ServiceBusClient[] = [];

  beforeAll(async () => {
    if (connectionString !== '') return;
    const service = await startServiceBus({ port: 0, config: contractConfig });
    connectionString = service.connectionString;
    stop = () => service.close();
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()));
    await stop();
  });

  return {
    get connectionString() {
      return connectionString;
    },
    client(retryOptions = {}) {
      const client = new ServiceBusClient(connectionString, { retryOptions: { maxRetries: 0, ...retryOptions } });
      clients.push(client);
      return client;
    },
    administration() {
      const client = new ServiceBusAdministrationClient(connectionString, { retryOptions: { maxRetries: 0 } });
      if (connectionString.includes('UseDevelopmentEmulator=true')) client.pipeline.addPolicy(plainHttp);
      return client;
    },
  };
}

/** The client library speaks HTTPS whatever the connection string says; emulators have no certificate that it trusts. */
const plainHttp: PipelinePolicy = {
  name: 'plainHttp',
  sendRequest(request, next) {
    request.url = request.url.replace(/^https:/, 'http:');
    request.allowInsecureConnection = true;
    return next(request);
  },
};
type PipelinePolicy = Parameters<ServiceBusAdministrationClient['pipeline']['addPolicy']>[0];

/** Unique per run, so that a target that outlives the run can be used again. */
export const uniqueId = () => randomUUID();

/** Exactly this many messages, or fewer if no more come. */
export async function receive(
  receiver: ServiceBusReceiver,
  count: number,
  maxWaitTimeInMs = 5000,
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
  maxWaitTimeInMs = 5000,
): Promise<ServiceBusReceivedMessage> {
  const [message] = await receive(receiver, 1, maxWaitTimeInMs);
  if (!message) throw new Error('No message came.');
  return message;
}
