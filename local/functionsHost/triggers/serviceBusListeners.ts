import { setTimeout as delay } from 'node:timers/promises';
import { ServiceBusClient } from '@azure/service-bus';
import { startServiceBusListener, type Listener, type ListenerOptions, type ServiceBusFunction } from './serviceBus.ts';

const retryDelayMs = 1_000;
/** How long a receiver may take to part from a broker that does not answer. */
const releaseMs = 2_000;

/** No retries of its own: the host would not see that the broker is away. */
const createClient = (connectionString: string): ServiceBusClient =>
  new ServiceBusClient(connectionString, {
    retryOptions: { maxRetries: 0, retryDelayInMs: retryDelayMs, maxRetryDelayInMs: retryDelayMs },
  });

const withinReason = async (work: readonly Promise<unknown>[]): Promise<void> => {
  await Promise.race([Promise.allSettled(work), delay(releaseMs, undefined, { ref: false })]);
};

/** Starts the listeners of all Service Bus functions; those of one namespace share a connection. */
export const startServiceBusListeners = (
  functions: readonly ServiceBusFunction[],
  options: Omit<ListenerOptions, 'client' | 'target'>,
): Listener => {
  const clients = new Map<string, ServiceBusClient>();
  const clientOf = (connectionString: string): ServiceBusClient => {
    const client = clients.get(connectionString) ?? createClient(connectionString);
    clients.set(connectionString, client);
    return client;
  };
  const listeners = functions.map((target) =>
    startServiceBusListener({ ...options, target, client: clientOf(target.trigger.connectionString) }),
  );
  return {
    stop: () => withinReason(listeners.map((listener) => listener.stop())),
    idle: async () => {
      await Promise.all(listeners.map((listener) => listener.idle()));
    },
    close: async () => {
      await withinReason(listeners.map((listener) => listener.close()));
      await withinReason([...clients.values()].map((client) => client.close()));
    },
  };
};
