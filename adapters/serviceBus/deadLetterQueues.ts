import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import type { DeadLetter, DeadLetterQueues } from '../../application/subscriptions/ports.ts';
import type { Connection } from '../identity/connection.ts';

const waitMs = 1_000;

/**
 * Opens a client for each call, since peeking continues where any receiver of the same client stopped. Loads the library on first use.
 */
export const serviceBusDeadLetterQueues = (connection: Connection, topicName: string): DeadLetterQueues => {
  const withReceiver = async <Result>(
    subscription: string,
    work: (receiver: ServiceBusReceiver) => Promise<Result>,
  ): Promise<Result> => {
    const { openClient, serviceBusCall } = await import('./client.ts');
    const client = openClient(connection);
    const receiver = client.createReceiver(topicName, subscription, { subQueueType: 'deadLetter' });
    try {
      return await serviceBusCall(() => work(receiver));
    } finally {
      await client.close();
    }
  };

  return {
    peek: (subscription, limit, after) =>
      withReceiver(subscription, async (receiver) => {
        const { peekFrom } = await import('./peek.ts');
        return (await peekFrom(receiver, limit, after)).map(toDeadLetter);
      }),

    take: (subscription, limit, handle) =>
      withReceiver(subscription, async (receiver) => {
        if ((await receiver.peekMessages(1)).length === 0) return 0;
        const messages = await receiver.receiveMessages(limit, { maxWaitTimeInMs: waitMs });
        const letters = new Map(messages.map((message) => [toDeadLetter(message), message]));
        let handled: ReadonlySet<DeadLetter> = new Set();
        try {
          handled = new Set(await handle([...letters.keys()]));
        } finally {
          for (const [letter, message] of letters) {
            // One after the other: the library makes one settlement of different ones within a tick.
            await (handled.has(letter) ? receiver.completeMessage(message) : receiver.abandonMessage(message));
          }
        }
        return handled.size;
      }),
  };
};

const toDeadLetter = (message: ServiceBusReceivedMessage): DeadLetter => {
  const body: unknown = message.body;
  return {
    sequenceNumber: String(message.sequenceNumber ?? 0),
    messageId: String(message.messageId ?? ''),
    // As the Functions host gives it: text, if it is no JSON.
    body: body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : body,
    reason: message.deadLetterReason ?? 'Unknown',
    // Null, against its type, if the receiver that gave up on the message described nothing.
    description: message.deadLetterErrorDescription ?? undefined,
    enqueuedAt: message.enqueuedTimeUtc?.toISOString(),
    // The library counts earlier deliveries.
    deliveryCount: message.deliveryCount,
    properties: message.applicationProperties ?? {},
  };
};
