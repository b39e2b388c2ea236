import { randomUUID } from 'node:crypto';
import { elementsOf, readValue, skipValue, type AmqpValue } from '../amqp/decode.ts';
import * as encode from '../amqp/encode.ts';
import { malformed, ServiceBusError } from './errors.ts';

/** The largest message, and the largest batch, in bytes as encoded. */
export const maxMessageBytes = 262_144;
const maxMessageIdLength = 128;

/** What filters and the broker look at. Identifiers of any AMQP type are their text. */
export type Envelope = {
  readonly messageId: string;
  readonly correlationId?: string;
  readonly to?: string;
  readonly replyTo?: string;
  readonly subject?: string;
  readonly sessionId?: string;
  readonly replyToSessionId?: string;
  readonly contentType?: string;
  readonly applicationProperties: ReadonlyMap<AmqpValue, AmqpValue>;
};

/** A message as a client sent it. */
export type SentMessage = {
  readonly envelope: Envelope;
  /** The sender's message annotations as encoded, if it set any. */
  readonly annotations?: Buffer;
  /** The bare message, properties to footer, exactly as encoded: no body is ever read. */
  readonly bare: Buffer;
  /** Milliseconds; Infinity without a header that limits it. */
  readonly timeToLiveMs: number;
  readonly scheduledAt?: number;
  readonly partitionKey?: string;
  readonly priority?: number;
};

const section = { header: 0x70, messageAnnotations: 0x72, properties: 0x73, applicationProperties: 0x74 };
const bodySections = { data: 0x75, value: 0x77, footer: 0x78 };

/** A part of an encoded message: its descriptor, where it starts, where its value starts, and where it ends. */
type Section = { readonly code: number; readonly start: number; readonly value: number; readonly end: number };

/** The sections of an encoded message, each checked to be well-formed, in the order the format demands. */
function sectionsOf(message: Buffer): Section[] {
  const sections: Section[] = [];
  let start = 0;
  while (start < message.length) {
    const end = skipValue(message, start, message.length);
    const value = message[start] === 0 ? skipValue(message, start + 1, end) : start;
    const code = value === start ? undefined : readValue(message, start + 1);
    if (typeof code !== 'number' || code < section.header || code > bodySections.footer) {
      throw malformed('a part of the message is no section');
    }
    if (code < (sections.at(-1)?.code ?? 0)) throw malformed('the sections of the message are out of order');
    sections.push({ code, start, value, end });
    start = end;
  }
  return sections;
}

const batchFormat = 0x80013700;

/** Decodes what one transfer carried: one message, or a batch, whose data sections are complete messages. */
export function decodeSent(bytes: Buffer, format: number): SentMessage[] {
  if (format === 0) return [decodeMessage(bytes)];
  if (format !== batchFormat) throw new ServiceBusError('amqp:not-implemented', `Message format ${format} is unknown.`);
  return sectionsOf(bytes)
    .filter(({ code }) => code === bodySections.data)
    .map(({ value }) => readValue(bytes, value))
    .map((inner) => {
      if (!Buffer.isBuffer(inner)) throw malformed('a message of the batch is not binary');
      return decodeMessage(inner);
    });
}

export function decodeMessage(bytes: Buffer): SentMessage {
  const sections = sectionsOf(bytes);
  const header = listAt(bytes, find(sections, section.header));
  const annotations = find(sections, section.messageAnnotations);
  const annotated = mapAt(bytes, annotations);
  const scheduled = annotated.get('x-opt-scheduled-enqueue-time');
  const partitionKey = annotated.get('x-opt-partition-key');
  const bare = withMessageId(bareOf(bytes, sections));
  return {
    envelope: envelopeOf(bare),
    // Copied, so that what is kept does not hold on to the chunk that it came in.
    ...(annotations && { annotations: Buffer.from(bytes.subarray(annotations.value, annotations.end)) }),
    bare: Buffer.from(bare),
    timeToLiveMs: typeof header[2] === 'number' ? header[2] : Infinity,
    ...(scheduled instanceof Date && { scheduledAt: scheduled.getTime() }),
    ...(typeof partitionKey === 'string' && { partitionKey }),
    ...(typeof header[1] === 'number' && { priority: header[1] }),
  };
}

/** What filters look at in a bare message. */
export function envelopeOf(bare: Buffer): Envelope {
  const sections = sectionsOf(bare);
  const [messageId, , to, subject, replyTo, correlationId, contentType, , , , sessionId, , replyToSessionId] = listAt(
    bare,
    find(sections, section.properties),
  ).map(text);
  if (messageId === undefined || messageId.length > maxMessageIdLength) {
    throw new ServiceBusError('amqp:not-allowed', `A message id has at most ${maxMessageIdLength} characters.`);
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
    applicationProperties: mapAt(bare, find(sections, section.applicationProperties)),
  };
}

/**
 * The same bare message with application properties set, or (undefined) removed; all others keep the exact type that
 * they were sent with.
 */
export function withApplicationProperties(
  bare: Buffer,
  properties: ReadonlyMap<string, AmqpValue | undefined>,
): Buffer {
  if (properties.size === 0) return bare;
  const sections = sectionsOf(bare);
  const present = find(sections, section.applicationProperties);
  const at = present?.start ?? find(sections, section.properties)?.end ?? 0;
  const kept = present ? withoutKeys(bare, present.value, (key) => properties.has(key)) : [];
  const added = [...properties].flatMap(([key, value]) =>
    value === undefined ? [] : [encode.string(key), encode.scalar(value)],
  );
  const replaced = encode.described(section.applicationProperties, encode.map([...kept, ...added]));
  return Buffer.concat([bare.subarray(0, at), replaced, bare.subarray(present?.end ?? at)]);
}

/** The entries of an encoded map, still encoded, without those whose key is text that is `dropped`. */
export function withoutKeys(buffer: Buffer, offset: number, dropped: (key: string) => boolean): Buffer[] {
  const elements = elementsOf(buffer, offset);
  return elements.filter((_, index) => {
    const key = elements[index - (index % 2)];
    const name = key && readValue(key, 0);
    return !(typeof name === 'string' && dropped(name));
  });
}

// The client library cannot stop renewing the lock of a message without an id.
function withMessageId(bare: Buffer): Buffer {
  const [first] = sectionsOf(bare);
  const [messageId] = first?.code === section.properties ? elementsOf(bare, first.value) : [];
  if (messageId && readValue(messageId, 0) !== null) return bare;
  return withProperty(bare, 'messageId', encode.string(randomUUID().replaceAll('-', '')));
}

/** Where each property stands in its section. */
const propertyPositions = {
  messageId: 0,
  to: 2,
  subject: 3,
  replyTo: 4,
  correlationId: 5,
  contentType: 6,
  sessionId: 10,
  replyToSessionId: 12,
};

/** The same bare message with one of its properties set to an encoded value. */
export function withProperty(bare: Buffer, name: keyof typeof propertyPositions, value: Buffer): Buffer {
  const [first] = sectionsOf(bare);
  const present = first?.code === section.properties ? first : undefined;
  const properties = present ? elementsOf(bare, present.value) : [];
  const position = propertyPositions[name];
  while (properties.length <= position) properties.push(encode.nil);
  properties[position] = value;
  const rewritten = encode.described(section.properties, encode.list(properties));
  return Buffer.concat([rewritten, bare.subarray(present?.end ?? 0)]);
}

const find = (sections: readonly Section[], code: number) => sections.find((candidate) => candidate.code === code);

const bareOf = (bytes: Buffer, sections: readonly Section[]) =>
  bytes.subarray(sections.find(({ code }) => code >= section.properties)?.start ?? bytes.length);

function listAt(buffer: Buffer, at: Section | undefined): AmqpValue[] {
  const value = at ? readValue(buffer, at.value) : [];
  if (!Array.isArray(value)) throw malformed('a section is not a list');
  return value;
}

function mapAt(buffer: Buffer, at: Section | undefined): ReadonlyMap<AmqpValue, AmqpValue> {
  const value = at ? readValue(buffer, at.value) : new Map<AmqpValue, AmqpValue>();
  if (!(value instanceof Map)) throw malformed('a section is not a map');
  return value;
}

function text(value: AmqpValue): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return value.toString();
  return Buffer.isBuffer(value) ? value.toString('hex') : undefined;
}

/** A request to `$cbs` or `$management`: the application properties say what, the body holds the arguments. */
export type Request = {
  /** Still encoded: the reply repeats it with its type. */
  readonly messageId: Buffer;
  readonly replyTo: string;
  readonly applicationProperties: ReadonlyMap<AmqpValue, AmqpValue>;
  readonly body: AmqpValue;
};

export function decodeRequest(bytes: Buffer): Request {
  const sections = sectionsOf(bytes);
  const properties = find(sections, section.properties);
  const body = find(sections, bodySections.value);
  const replyTo = listAt(bytes, properties)[4];
  return {
    messageId: (properties && elementsOf(bytes, properties.value)[0]) ?? encode.nil,
    replyTo: typeof replyTo === 'string' ? replyTo : '',
    applicationProperties: mapAt(bytes, find(sections, section.applicationProperties)),
    body: body ? readValue(bytes, body.value) : null,
  };
}

/** The answer to a request; `applicationProperties` are keys and values in turn, `body` is one value, all encoded. */
export const encodeReply = (request: Request, applicationProperties: readonly Buffer[], body: Buffer): Buffer =>
  Buffer.concat([
    encode.described(
      section.properties,
      encode.list([encode.nil, encode.nil, encode.nil, encode.nil, encode.nil, request.messageId]),
    ),
    encode.described(section.applicationProperties, encode.map(applicationProperties)),
    encode.described(bodySections.value, body),
  ]);
