import { z } from 'zod';
import type { Origin } from './ports.ts';

/** Application properties that a copy carries beside those of the original. */
const copied = z.object({ originalMessageId: z.string().optional(), originalEnqueuedAt: z.string().optional() });
/** Service Bus limits the names of subscriptions, and the app those of listeners, to 50 characters. */
const addressed = z.object({ listener: z.string().min(1).max(50) });

/** The facts about a message; if it is a copy, about its original. */
export const originOf = ({ messageId, enqueuedAt, deliveryCount, properties }: Origin): Origin => {
  const first = copied.safeParse(properties).data;
  return {
    messageId: first?.originalMessageId ?? messageId,
    enqueuedAt: first?.originalEnqueuedAt ?? enqueuedAt,
    deliveryCount,
    properties,
  };
};

/** The listener that the message is for, if it is for one alone and not for all who share the subscription. */
export const listenerOf = ({ properties }: Pick<Origin, 'properties'>): string | undefined =>
  addressed.safeParse(properties).data?.listener;

const tried = z.object({ tries: z.int().min(0) });

/** How often the listener has tried before, where it counts that: it had the message sent to itself then. */
export const triesOf = ({ properties }: Pick<Origin, 'properties'>): number | undefined =>
  tried.safeParse(properties).data?.tries;

/** A message as it arrived, not yet checked. */
export type ReceivedMessage = Origin & { readonly body: unknown };
