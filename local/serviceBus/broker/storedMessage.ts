import * as encode from '../amqp/encode.ts';
import { withoutKeys } from './message.ts';

export type MessageState = 'active' | 'deferred' | 'scheduled';

/** One copy of a message in one entity, or one that waits at a topic for its time. Times are in ms since 1970. */
export type StoredMessage = {
  /** Unique among all that the broker holds, and never changed: what the journal knows the message by. */
  readonly id: number;
  /** Ascending within the entity, from 1. */
  readonly sequenceNumber: number;
  readonly enqueuedAt: number;
  /** Its number where it came from: at the topic, or in the queue whose dead letter it is. */
  readonly enqueuedSequenceNumber?: number;
  /** Infinity for ever. */
  readonly timeToLiveMs: number;
  readonly expiresAt: number;
  readonly scheduledAt?: number;
  readonly deadLetterSource?: string;
  readonly sessionId?: string;
  /** As the sender's header says, 0 to 255. */
  readonly priority?: number;
  readonly annotations?: Buffer;
  bare: Buffer;
  state: MessageState;
  /** Deliveries that failed: abandoned, or not settled in time. */
  deliveryCount: number;
};

/** A message on its way into an entity. */
export type NewMessage = Omit<StoredMessage, 'id' | 'sequenceNumber' | 'expiresAt'>;

const objectBytes = 512;
/** About how much memory a message takes. */
export const weightOf = (message: StoredMessage) =>
  message.bare.length + (message.annotations?.length ?? 0) + objectBytes;

/** The broker's own annotations replace what the sender put under these names. */
const brokerKeys = new Map(
  [
    'x-opt-sequence-number',
    'x-opt-enqueued-time',
    'x-opt-locked-until',
    'x-opt-message-state',
    'x-opt-enqueue-sequence-number',
    'x-opt-deadletter-source',
  ].map((key) => [key, encode.symbol(key)]),
);
const stateCodes = { active: 0, deferred: 1, scheduled: 2 };
/** The header's time to live is 32 bits; what lives longer lives for ever. */
const maxHeaderTtl = 0xffffffff;

/** The message as a receiver gets it: the broker's header and annotations before the bare message. */
export const encodeDelivery = (message: StoredMessage, lockedUntil?: number): Buffer =>
  Buffer.concat([headerOf(message), annotationsOf(message, lockedUntil), message.bare]);

function headerOf({ timeToLiveMs, deliveryCount, priority }: StoredMessage): Buffer {
  const ttl = timeToLiveMs <= maxHeaderTtl ? encode.uint(timeToLiveMs) : encode.nil;
  const fields = [
    encode.bool(true),
    priority === undefined ? encode.nil : encode.ubyte(priority),
    ttl,
    encode.nil,
    encode.uint(deliveryCount),
  ];
  return encode.described(0x70, encode.list(fields));
}

function annotationsOf(message: StoredMessage, lockedUntil: number | undefined): Buffer {
  const own: [string, Buffer | undefined][] = [
    ['x-opt-sequence-number', encode.long(message.sequenceNumber)],
    ['x-opt-enqueued-time', encode.timestamp(message.enqueuedAt)],
    ['x-opt-message-state', encode.int(stateCodes[message.state])],
    ['x-opt-locked-until', lockedUntil === undefined ? undefined : encode.timestamp(lockedUntil)],
    [
      'x-opt-enqueue-sequence-number',
      message.enqueuedSequenceNumber === undefined ? undefined : encode.long(message.enqueuedSequenceNumber),
    ],
    [
      'x-opt-deadletter-source',
      message.deadLetterSource === undefined ? undefined : encode.string(message.deadLetterSource),
    ],
  ];
  const senders = message.annotations ? withoutKeys(message.annotations, 0, (key) => brokerKeys.has(key)) : [];
  const entries = own.flatMap(([key, value]) => (value ? [brokerKeys.get(key) ?? encode.symbol(key), value] : []));
  return encode.described(0x72, encode.map([...senders, ...entries]));
}
