import { z } from 'zod';
import type { Copy, Origin } from './ports.ts';

/** Application properties of a message that is sent to one subscription alone. */
const redelivery = z.object({ originalMessageId: z.string().optional(), originalEnqueuedAt: z.string().optional() });
/** Those by which other subscriptions would take it, too, and those that are about an earlier delivery. */
const dropped = new Set([
  ...['aggregate', 'deliverTo', 'originalMessageId', 'originalEnqueuedAt'],
  ...['DeadLetterReason', 'DeadLetterErrorDescription'],
]);

/** The same of the message that was sent first. */
export const originOf = ({ messageId, enqueuedAt, deliveryCount, properties }: Origin): Origin => {
  const first = redelivery.safeParse(properties).data;
  return {
    messageId: first?.originalMessageId ?? messageId,
    enqueuedAt: first?.originalEnqueuedAt ?? enqueuedAt,
    deliveryCount,
    properties,
  };
};

/**
 * A copy of a message for one subscription alone: no other rule matches it, and duplicate detection lets it pass if its
 * id is new. It keeps its origin, so that what is parked again is the same message.
 */
export const copyFor = (
  subscription: string,
  messageId: string,
  message: Origin & { readonly body: unknown },
): Copy => {
  const { properties, ...origin } = originOf(message);
  return {
    messageId,
    contentType: 'application/cloudevents+json',
    body: message.body,
    applicationProperties: {
      ...Object.fromEntries(Object.entries(properties ?? {}).filter(isKept)),
      deliverTo: subscription,
      originalMessageId: origin.messageId,
      ...(origin.enqueuedAt !== undefined && { originalEnqueuedAt: origin.enqueuedAt }),
    },
  };
};

const isKept = (entry: [string, unknown]): entry is [string, string | number | boolean] =>
  !dropped.has(entry[0]) && ['string', 'number', 'boolean'].includes(typeof entry[1]);
