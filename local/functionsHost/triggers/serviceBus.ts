import { setTimeout as delay } from 'node:timers/promises';
import { ServiceBusClient } from '@azure/service-bus';
import { createConnectionState } from './connectionState.ts';
import { together, type Listener } from './listener.ts';
import type { MessageHandlingOptions, ServiceBusFunction } from './messageHandling.ts';
import { startReceiving } from './receiving.ts';
import { startSessionListener } from './sessions.ts';

const retryDelayMs = 1_000;
/** How long a receiver may take to detach from a broker that does not answer. */
const releaseMs = 2_000;

/** The client must not retry by itself, or the host would not see that the broker is away. */
const createClient = (connectionString: string): ServiceBusClient =>
  new ServiceBusClient(connectionString, {
    retryOptions: { maxRetries: 0, retryDelayInMs: retryDelayMs, maxRetryDelayInMs: retryDelayMs },
  });

const withinReason = async (work: Promise<unknown>): Promise<void> => {
  await Promise.race([Promise.allSettled([work]), delay(releaseMs, undefined, { ref: false })]);
};

/** Receives for one function without sessions. While the broker is away, it keeps trying. */
const startPlainListener = (options: MessageHandlingOptions & { client: ServiceBusClient }): Listener => {
  const { client, target, log } = options;
  const { entity } = target.trigger;
  const state = createConnectionState(target.name, log);
  // The host renews locks itself.
  const receiverOptions = { skipParsingBodyAsJson: true, maxAutoLockRenewalDurationInMs: 0 };
  const receiver =
    'queue' in entity
      ? client.createReceiver(entity.queue, receiverOptions)
      : client.createReceiver(entity.topic, entity.subscription, receiverOptions);
  return { ...startReceiving(receiver, options, state), close: () => receiver.close() };
};

/** Starts the listeners of all Service Bus functions. Functions of one namespace share a connection. */
export const startServiceBusListeners = (
  functions: readonly ServiceBusFunction[],
  options: Omit<MessageHandlingOptions, 'target'>,
): Listener => {
  const clients = new Map<string, ServiceBusClient>();
  const clientOf = (connectionString: string): ServiceBusClient => {
    const client = clients.get(connectionString) ?? createClient(connectionString);
    clients.set(connectionString, client);
    return client;
  };
  const listeners = functions.map((target) => {
    const start = target.trigger.sessions ? startSessionListener : startPlainListener;
    return start({ ...options, target, client: clientOf(target.trigger.connectionString) });
  });
  const all = together(listeners);
  return {
    ...all,
    stop: () => withinReason(all.stop()),
    close: async () => {
      await withinReason(all.close());
      await withinReason(Promise.all([...clients.values()].map((client) => client.close())));
    },
  };
};
