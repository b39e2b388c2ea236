import { z } from 'zod';
import type { AggregateRegistry } from '../../eventSourcing/aggregateRegistry.ts';
import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import { UnreadableEvent } from '../../eventSourcing/event.ts';
import { readMessage } from '../publishing/message.ts';
import { listenerOf, originOf, type ReceivedMessage } from './origin.ts';

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

const ofAggregate = z.object({ aggregate: z.string() });

/** Reads a batch for all listeners of a subscription. This is the place to check who sent a message. */
export const readBatch = (registry: AggregateRegistry, messages: readonly ReceivedMessage[]): readonly ReadMessage[] =>
  messages.map((received) => {
    const message = { ...received, ...originOf(received) };
    const listener = listenerOf(message);
    try {
      const event = readMessage(registry, message.body);
      return { message, listener, aggregate: event.aggregate, event };
    } catch (error) {
      if (!(error instanceof UnreadableEvent)) throw error;
      // Where the body does not tell, the property does by which its subscription took the message.
      const named = [message.body, message.properties].map((each) => ofAggregate.safeParse(each).data?.aggregate);
      const aggregate = registry.names.find((name) => name === (named[0] ?? named[1]));
      return { message, listener, aggregate, unreadable: error };
    }
  });
