import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import type { DeadLetter, DeadLetterQueues } from '../../application/subscriptions/ports.ts';
import type { Connection } from '../identity/connection.ts';

const waitMs = 1_000;

/** A client for each call: peeking goes on where any receiver of the same client stopped. Loaded when it is first used. */
export const serviceBusDeadLetterQueues = (connection: Connection): DeadLetterQueues => {
  const withReceiver = async <Result>(
    subscription: string,
    work: (receiver: ServiceBusReceiver) => Promise<Result>,
  ): Promise<Result> => {
    const { openClient, serviceBusCall, topicName } = await import('./client.ts');
    const client = openClient(connection);
    const receiver = client.createReceiver(topicName, subscription, { subQueueType: 'deadLetter' });
    try {
      return await serviceBusCall(() => work(receiver));
    } finally {
      await client.close();
    }
  };

  return {
    peek: (subscription, limit, after = '0') =>
      withReceiver(subscription, async (receiver) => {
        const { default: Long } = await import('long');
        const found: ServiceBusReceivedMessage[] = [];
        for (let next = Long.fromString(after).add(1); found.length < limit;) {
          // As many as fit into one answer of the service.
          const more = await receiver.peekMessages(limit - found.length, { fromSequenceNumber: next });
          found.push(...more);
          const last = more.at(-1)?.sequenceNumber;
          if (!last) break;
          next = last.add(1);
        }
        return found.map(toDeadLetter);
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
            // One after the other: of different settlements in one tick, the library makes one.
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
    // As the Functions host gives it: text, where it is no JSON.
    body: body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : body,
    reason: message.deadLetterReason ?? 'Unknown',
    // Null, whatever its type says, where whoever gave up on it said nothing.
    description: message.deadLetterErrorDescription ?? undefined,
    enqueuedAt: message.enqueuedTimeUtc?.toISOString(),
    // The library counts earlier deliveries.
    deliveryCount: message.deliveryCount,
    properties: message.applicationProperties ?? {},
  };
};
