import { randomUUID } from 'node:crypto';
import type { ServiceBusMessage } from '@azure/service-bus';
import { storedData, type AuditedEvent } from './e2eBank.ts';
import { signatureOf } from './signing.ts';

/** The subscription of the views takes a message with this property. */
export const ofAccount = { aggregate: 'account' };

/** An event of an account as the body of its message; with other attributes where a test wants that. */
export const bodyOfEvent = (event: AuditedEvent, envelope: object = {}) => {
  const [aggregateid = ''] = event.id.split(':');
  return {
    specversion: '1.0',
    id: event.id,
    source: 'urn:daybook:account',
    type: event.type,
    time: event.occurredAt,
    datacontenttype: 'application/json',
    aggregate: 'account',
    aggregateid,
    aggregateversion: event.version,
    schemaversion: event.schemaVersion,
    traceparent: event.traceparent,
    data: storedData(event.data),
    ...envelope,
  };
};

/** Any body as the app would sign and send it; with an id that the topic has not seen. */
export const signedMessage = (body: unknown): ServiceBusMessage & { messageId: string } => ({
  messageId: randomUUID(),
  contentType: 'application/cloudevents+json',
  applicationProperties: { ...ofAccount, ...signatureOf(body) },
  body,
});

/** An event as the message that carries it. */
export const messageOf = (event: AuditedEvent, envelope: object = {}): ServiceBusMessage =>
  signedMessage(bodyOfEvent(event, envelope));
