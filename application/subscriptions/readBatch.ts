import { z } from 'zod';
import type { AggregateRegistry } from '../../eventSourcing/aggregateRegistry.ts';
import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import { readMessage } from '../publishing/message.ts';
import type { Authenticity, Signatures } from '../publishing/signature.ts';
import { listenerOf, originOf, triesOf, type ReceivedMessage } from './origin.ts';

/** An event that arrived, and the message that brought it. */
export type Delivery = { readonly message: ReceivedMessage; readonly event: RecordedEvent };
export type Failed = { readonly message: ReceivedMessage; readonly failure: Error };

/** A message that was read: with its event, or with the reason why it has none. */
export type ReadMessage = {
  readonly message: ReceivedMessage;
  /** The listener that it is for, if it is for one alone and not for all who share the subscription. */
  readonly listener: string | undefined;
  /** The kind of aggregate that it is about; undefined if the app does not know it. */
  readonly aggregate: string | undefined;
} & ({ readonly event: RecordedEvent } | { readonly unreadable: UnreadableEvent });

/** A message of which nobody knows that the app sent it. No listener hears of it. */
export type DoubtedMessage = {
  readonly message: ReceivedMessage;
  readonly doubt: Exclude<Authenticity, 'genuine'>;
};

export type ReadBatch = { readonly genuine: readonly ReadMessage[]; readonly doubted: readonly DoubtedMessage[] };

/** Reads a batch for all listeners of a subscription. This is the one place that checks who sent a message. */
export const readBatch = (
  registry: AggregateRegistry,
  verify: Signatures['verify'],
  messages: readonly ReceivedMessage[],
): ReadBatch => {
  const genuine: ReadMessage[] = [];
  const doubted: DoubtedMessage[] = [];
  for (const message of messages) {
    const authenticity = verify(message.body, message.properties, listenerOf(message), triesOf(message));
    if (authenticity === 'genuine') genuine.push(readOne(registry, message));
    else doubted.push({ message, doubt: authenticity });
  }
  return { genuine, doubted };
};

const named = z.object({ id: z.string() });
const ofAggregate = z.object({ aggregate: z.string() });

const readOne = (registry: AggregateRegistry, received: ReceivedMessage): ReadMessage => {
  const origin = originOf(received);
  // The signature vouches for the id of the event, not for that of the message.
  const messageId = named.safeParse(received.body).data?.id ?? origin.messageId;
  const message = { ...received, ...origin, messageId };
  const listener = listenerOf(message);
  try {
    const event = readMessage(registry, message.body);
    return { message, listener, aggregate: event.aggregate, event };
  } catch (error) {
    if (!(error instanceof UnreadableEvent)) throw error;
    // Where the body does not tell, the property does by which its subscription took the message.
    const claimed = [message.body, message.properties].map((each) => ofAggregate.safeParse(each).data?.aggregate);
    const aggregate = registry.names.find((name) => name === (claimed[0] ?? claimed[1]));
    return { message, listener, aggregate, unreadable: error };
  }
};
