import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { TypedData } from '../rpc.ts';
import { jsonData, textCollection, textData, toTypedCollection, toTypedData, type HostValue } from '../typedData.ts';
import { withFieldsOf, type TriggerInput } from './bodyFields.ts';

/** The facts about a message. One that somebody makes up to try a function has only a body. */
export type MessageFacts = Pick<ServiceBusReceivedMessage, 'body'> & Partial<ServiceBusReceivedMessage>;

type Property = (message: MessageFacts) => HostValue;

const text =
  (read: (message: MessageFacts) => string | undefined): Property =>
  (message) => ({ kind: 'text', value: read(message) });

const json =
  (read: (message: MessageFacts) => unknown): Property =>
  (message) => ({ kind: 'json', value: read(message) });

/** .NET's DateTimeOffset.MaxValue: a message that never expires. */
const never = '9999-12-31T23:59:59.9999999';

const utc = (date: Date | undefined): string => date?.toISOString() ?? `${never}Z`;
const withOffset = (date: Date | undefined): string => utc(date).replace('Z', '+00:00');

const idText = (id: string | number | Buffer | undefined): string | undefined =>
  id === undefined ? undefined : String(id);

/** The properties of a message under the names of Azure's host; the library changes their first letters to lower case. */
const properties: Readonly<Record<string, Property>> = {
  // The client library counts earlier deliveries; .NET also counts this one.
  DeliveryCount: json((message) => (message.deliveryCount ?? 0) + 1),
  DeadLetterSource: text((message) => message.deadLetterSource),
  LockToken: text((message) => message.lockToken),
  ExpiresAtUtc: json((message) => utc(message.expiresAtUtc)),
  ExpiresAt: json((message) => withOffset(message.expiresAtUtc)),
  EnqueuedTimeUtc: json((message) => utc(message.enqueuedTimeUtc)),
  EnqueuedTime: json((message) => withOffset(message.enqueuedTimeUtc)),
  MessageId: text((message) => idText(message.messageId)),
  ContentType: text((message) => message.contentType),
  ReplyTo: text((message) => message.replyTo),
  SequenceNumber: ({ sequenceNumber }) =>
    sequenceNumber === undefined ? { kind: 'json', value: 0 } : { kind: 'long', value: sequenceNumber },
  To: text((message) => message.to),
  Subject: text((message) => message.subject),
  Label: text((message) => message.subject),
  CorrelationId: text((message) => idText(message.correlationId)),
  ApplicationProperties: json((message) => message.applicationProperties ?? {}),
  UserProperties: json((message) => message.applicationProperties ?? {}),
  SessionId: text((message) => message.sessionId),
  ReplyToSessionId: text((message) => message.replyToSessionId),
  PartitionKey: text((message) => message.partitionKey),
};

/** Objects of .NET that Azure's host sends although they mean nothing to the app. */
const opaque: Readonly<Record<string, TypedData>> = Object.fromEntries(
  ['MessageReceiver', 'MessageSession', 'MessageActions', 'SessionActions', 'ReceiveActions', 'Client'].map((name) => [
    name,
    jsonData({}),
  ]),
);

/** The text of a body as it was sent: the client library does not parse it. */
const bodyText = ({ body }: Pick<ServiceBusReceivedMessage, 'body'>): string => {
  const value: unknown = body;
  if (value === undefined || value === null) return '';
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** What a function of cardinality "one" gets. */
export const singleInput = (message: MessageFacts): TriggerInput => {
  const metadata: Record<string, TypedData> = { ...opaque };
  for (const [name, property] of Object.entries(properties)) {
    const data = toTypedData(property(message));
    if (data) metadata[name] = data;
  }
  const body = bodyText(message);
  return { input: textData(body), triggerMetadata: withFieldsOf(body, metadata) };
};

/** What a function of cardinality "many" gets. Unlike above, the fields of a body do not become metadata. */
export const batchInput = (messages: readonly MessageFacts[], keepEmpty: boolean): TriggerInput => {
  const triggerMetadata: Record<string, TypedData> = { ...opaque };
  for (const [name, property] of Object.entries(properties)) {
    triggerMetadata[`${name}Array`] = toTypedCollection(messages.map(property), keepEmpty);
  }
  return { input: textCollection(messages.map(bodyText), keepEmpty), triggerMetadata };
};
