import type { ServiceBusReceiver } from '@azure/service-bus';
import type { Backlogs, Waiting } from '../../application/subscriptions/ports.ts';
import type { Connection } from '../identity/connection.ts';

/**
 * Peeks, for which the right to receive is enough: to ask for counts, the app would need the right to manage. Opens a client for
 * each call, and loads the library on first use.
 */
export const serviceBusBacklogs = (connection: Connection, topicName: string): Backlogs => ({
  async look(subscriptions, most) {
    const { openClient, serviceBusCall } = await import('./client.ts');
    const client = openClient(connection);
    const look = async (name: string) => [name, await waitingIn(client.createReceiver(topicName, name), most)] as const;
    try {
      const found = await serviceBusCall(() => Promise.all(subscriptions.map(look)));
      return new Map(found.flatMap(([name, waiting]) => (waiting ? [[name, waiting]] : [])));
    } finally {
      await client.close();
    }
  },
});

const waitingIn = async (receiver: ServiceBusReceiver, most: number): Promise<Waiting | undefined> => {
  const { isServiceBusError } = await import('@azure/service-bus');
  const { peekFrom } = await import('./peek.ts');
  try {
    const messages = await peekFrom(receiver, most);
    return { messages: messages.length, oldest: messages[0]?.enqueuedTimeUtc?.toISOString() };
  } catch (error) {
    if (isServiceBusError(error) && error.code === 'MessagingEntityNotFound') return undefined;
    throw error;
  }
};
