import { randomUUID } from 'node:crypto';
import { notAllowed } from '../broker/errors.ts';
import type { Content, Envelope, PropertyName, SentMessage } from '../broker/message.ts';
import type { Value } from '../broker/value.ts';
import { elementsOf, readValue } from './decode.ts';
import * as encode from './encode.ts';
import { malformed, notImplemented } from './errors.ts';
import { findSection, readList, readMap, sectionCodes, sectionsOf, withoutKeys, type Section } from './sections.ts';

const maxMessageIdLength = 128;
const batchFormat = 0x80013700;

/** Decodes the payload of one transfer: one message, or a batch, in which each data section is a complete message. */
export function decodeSent(bytes: Buffer, format: number): SentMessage[] {
  if (format === 0) return [decodeMessage(bytes)];
  if (format !== batchFormat) throw notImplemented(`Message format ${format} is unknown.`);
  return sectionsOf(bytes)
    .filter(({ code }) => code === sectionCodes.data)
    .map(({ value }) => readValue(bytes, value))
    .map((inner) => {
      if (!Buffer.isBuffer(inner)) throw malformed('a message of the batch is not binary');
      return decodeMessage(inner);
    });
}

export function decodeMessage(bytes: Buffer): SentMessage {
  const sections = sectionsOf(bytes);
  const header = readList(bytes, findSection(sections, sectionCodes.header));
  const annotations = findSection(sections, sectionCodes.messageAnnotations);
  const annotated = readMap(bytes, annotations);
  const scheduled = annotated.get('x-opt-scheduled-enqueue-time');
  const partitionKey = annotated.get('x-opt-partition-key');
  // Copied, so that a stored message does not keep the whole received chunk in memory.
  const content = new EncodedContent(Buffer.from(withMessageId(bareMessageIn(bytes, sections))));
  return {
    envelope: content.readEnvelope(),
    ...(annotations && { annotations: Buffer.from(bytes.subarray(annotations.value, annotations.end)) }),
    content,
    timeToLiveMs: typeof header[2] === 'number' ? header[2] : Infinity,
    ...(scheduled instanceof Date && { scheduledAt: scheduled.getTime() }),
    ...(typeof partitionKey === 'string' && { partitionKey }),
    ...(typeof header[1] === 'number' && { priority: header[1] }),
  };
}

/** Reads content that the store has kept. */
export const readContent = (bytes: Buffer): Content => new EncodedContent(bytes);

/** A bare message of AMQP: the sections from the properties to the footer, exactly as the sender encoded them. */
class EncodedContent implements Content {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  readEnvelope(): Envelope {
    const sections = sectionsOf(this.bytes);
    const properties = readList(this.bytes, findSection(sections, sectionCodes.properties));
    const [messageId, , to, subject, replyTo, correlationId, contentType, , , , sessionId, , replyToSessionId] =
      properties.map(textOf);
    if (messageId === undefined || messageId.length > maxMessageIdLength) {
      throw notAllowed(`A message id has at most ${maxMessageIdLength} characters.`);
    }
    return {
      messageId,
      ...(correlationId !== undefined && { correlationId }),
      ...(to !== undefined && { to }),
      ...(replyTo !== undefined && { replyTo }),
      ...(subject !== undefined && { subject }),
      ...(sessionId !== undefined && { sessionId }),
      ...(replyToSessionId !== undefined && { replyToSessionId }),
      ...(contentType !== undefined && { contentType }),
      applicationProperties: readMap(this.bytes, findSection(sections, sectionCodes.applicationProperties)),
    };
  }

  withApplicationProperties(properties: ReadonlyMap<string, Value | undefined>): Content {
    if (properties.size === 0) return this;
    const { bytes } = this;
    const sections = sectionsOf(bytes);
    const present = findSection(sections, sectionCodes.applicationProperties);
    const at = present?.start ?? findSection(sections, sectionCodes.properties)?.end ?? 0;
    const kept = present ? withoutKeys(bytes, present.value, (key) => properties.has(key)) : [];
    const added = [...properties].flatMap(([key, value]) =>
      value === undefined ? [] : [encode.string(key), encode.scalar(value)],
    );
    const replaced = encode.described(sectionCodes.applicationProperties, encode.map([...kept, ...added]));
    return new EncodedContent(Buffer.concat([bytes.subarray(0, at), replaced, bytes.subarray(present?.end ?? at)]));
  }

  withProperty(name: PropertyName, value: string | null): Content {
    return new EncodedContent(setProperty(this.bytes, name, value));
  }
}

// The client library cannot stop renewing the lock of a message without an id.
function withMessageId(bare: Buffer): Buffer {
  const [first] = sectionsOf(bare);
  const [messageId] = first?.code === sectionCodes.properties ? elementsOf(bare, first.value) : [];
  if (messageId && readValue(messageId, 0) !== null) return bare;
  return setProperty(bare, 'messageId', randomUUID().replaceAll('-', ''));
}

/** The index of each property in the properties section. */
const propertyPositions: Record<PropertyName, number> = {
  messageId: 0,
  to: 2,
  subject: 3,
  replyTo: 4,
  correlationId: 5,
  contentType: 6,
  sessionId: 10,
  replyToSessionId: 12,
};

function setProperty(bare: Buffer, name: PropertyName, value: string | null): Buffer {
  const [first] = sectionsOf(bare);
  const present = first?.code === sectionCodes.properties ? first : undefined;
  const properties = present ? elementsOf(bare, present.value) : [];
  const position = propertyPositions[name];
  while (properties.length <= position) properties.push(encode.nil);
  properties[position] = encode.scalar(value);
  const rewritten = encode.described(sectionCodes.properties, encode.list(properties));
  return Buffer.concat([rewritten, bare.subarray(present?.end ?? 0)]);
}

const bareMessageIn = (bytes: Buffer, sections: readonly Section[]): Buffer =>
  bytes.subarray(sections.find(({ code }) => code >= sectionCodes.properties)?.start ?? bytes.length);

function textOf(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return value.toString();
  return Buffer.isBuffer(value) ? value.toString('hex') : undefined;
}
