import type { ServiceBusMessage } from '@azure/service-bus';
import type { CloudEvent } from '../../application/publishing/message.ts';
import type { Copy } from '../../application/subscriptions/ports.ts';

type Properties = Readonly<Record<string, string | number | boolean>>;

/**
 * Further application properties of an event's message, such as its amount and its signature; of a copy, if it is for one listener.
 */
export type PropertiesOf = (event: CloudEvent, listener?: string) => Properties;

const contentType = 'application/cloudevents+json';

const commonProperties = (event: CloudEvent): Properties => ({
  type: event.type,
  version: event.aggregateversion,
  schemaVersion: event.schemaversion,
  occurredAt: event.time,
  traceparent: event.traceparent,
});

/** An event as a message: correlated, ordered (by session) and named by its aggregate and version. */
export const toMessage = (event: CloudEvent, propertiesOf: PropertiesOf): ServiceBusMessage => ({
  messageId: event.id,
  correlationId: event.aggregateid,
  sessionId: event.aggregateid,
  subject: event.type,
  contentType,
  applicationProperties: { ...commonProperties(event), aggregate: event.aggregate, ...propertiesOf(event) },
  body: event,
});

/**
 * A copy as a message that matches only the rule `deliverTo` of its subscription: it lacks the aggregate, by which other
 * subscriptions would take it, too. It names its listener, if it is for one alone.
 */
export const toCopy = (
  { messageId, subscription, listener, event, original, at }: Copy,
  propertiesOf: PropertiesOf,
): ServiceBusMessage => ({
  messageId,
  contentType,
  body: event,
  ...(at !== undefined && { scheduledEnqueueTimeUtc: new Date(at) }),
  applicationProperties: {
    ...commonProperties(event),
    ...propertiesOf(event, listener),
    deliverTo: subscription,
    ...(listener !== undefined && { listener }),
    originalMessageId: original.messageId,
    ...(original.enqueuedAt !== undefined && { originalEnqueuedAt: original.enqueuedAt }),
  },
});
