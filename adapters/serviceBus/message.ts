import type { ServiceBusMessage } from '@azure/service-bus';
import type { CloudEvent } from '../../application/publishing/message.ts';
import { cloudEvent } from '../../application/publishing/message.ts';
import type { Copy } from '../../application/subscriptions/ports.ts';

type Property = string | number | boolean;
type Properties = Readonly<Record<string, Property>>;

/** The fields of an event's data by which subscriptions can filter, such as its amount. */
export type FilterableOf = (data: unknown) => Properties;

const contentType = 'application/cloudevents+json';

/** An event as a message: correlated, ordered (by session) and named by its aggregate and version. */
export const toMessage = (event: CloudEvent, filterableOf: FilterableOf): ServiceBusMessage => ({
  messageId: event.id,
  correlationId: event.aggregateid,
  sessionId: event.aggregateid,
  subject: event.type,
  contentType,
  applicationProperties: propertiesOf(event, filterableOf),
  body: event,
});

const propertiesOf = (event: CloudEvent, filterableOf: FilterableOf): Properties => ({
  type: event.type,
  aggregate: event.aggregate,
  version: event.aggregateversion,
  schemaVersion: event.schemaversion,
  occurredAt: event.time,
  traceparent: event.traceparent,
  ...filterableOf(event.data),
});

/** Properties by which other subscriptions or listeners would take a copy, too, and those about an earlier delivery. */
const dropped = new Set([
  ...['aggregate', 'deliverTo', 'listener', 'originalMessageId', 'originalEnqueuedAt'],
  ...['DeadLetterReason', 'DeadLetterErrorDescription'],
]);

/** A copy as a message that matches only the rule `deliverTo` of its subscription. It names its listener, if it is for one alone. */
export const toCopy = (
  { messageId, subscription, listener, body, original }: Copy,
  filterableOf: FilterableOf,
): ServiceBusMessage => {
  const event = cloudEvent.safeParse(body).data;
  const properties = original.properties ?? (event ? propertiesOf(event, filterableOf) : {});
  return {
    messageId,
    contentType,
    body,
    applicationProperties: {
      ...Object.fromEntries(Object.entries(properties).filter(isKept)),
      deliverTo: subscription,
      ...(listener !== undefined && { listener }),
      originalMessageId: original.messageId,
      ...(original.enqueuedAt !== undefined && { originalEnqueuedAt: original.enqueuedAt }),
    },
  };
};

const isKept = (entry: [string, unknown]): entry is [string, Property] =>
  !dropped.has(entry[0]) && ['string', 'number', 'boolean'].includes(typeof entry[1]);
