import type { ServiceBusMessage } from '@azure/service-bus';
import type { CloudEvent } from '../../application/publishing/message.ts';
import type { Copy } from '../../application/subscriptions/ports.ts';

type Properties = Readonly<Record<string, string | number | boolean>>;

/** Further application properties of an event's message. */
export type PropertiesOf = {
  /** Such as its amount: subscriptions may filter by them. */
  readonly filterable: (event: CloudEvent) => Properties;
  /** Signs an event; a copy together with its listener and, where it counts them, the number of its tries. */
  readonly signature: (event: CloudEvent, listener?: string, tries?: number) => Properties;
};

const contentType = 'application/cloudevents+json';

/** An event as a message: correlated, ordered (by session) and named by its aggregate and version. */
export const toMessage = (event: CloudEvent, { filterable, signature }: PropertiesOf): ServiceBusMessage => ({
  messageId: event.id,
  correlationId: event.aggregateid,
  sessionId: event.aggregateid,
  subject: event.type,
  contentType,
  applicationProperties: {
    type: event.type,
    aggregate: event.aggregate,
    version: event.aggregateversion,
    schemaVersion: event.schemaversion,
    occurredAt: event.time,
    traceparent: event.traceparent,
    ...filterable(event),
    ...signature(event),
  },
  body: event,
});

/**
 * A copy as a message that matches only the rule `deliverTo` of its subscription: it lacks all by which others, whoever made them,
 * would take it for news. It names its listener, if it is for one alone.
 */
export const toCopy = (
  { messageId, subscription, listener, event, original, at, tries }: Copy,
  { signature }: PropertiesOf,
): ServiceBusMessage => ({
  messageId,
  contentType,
  body: event,
  ...(at !== undefined && { scheduledEnqueueTimeUtc: new Date(at) }),
  applicationProperties: {
    traceparent: event.traceparent,
    ...signature(event, listener, tries),
    deliverTo: subscription,
    ...(listener !== undefined && { listener }),
    ...(tries !== undefined && { tries }),
    originalMessageId: original.messageId,
    ...(original.enqueuedAt !== undefined && { originalEnqueuedAt: original.enqueuedAt }),
  },
});
