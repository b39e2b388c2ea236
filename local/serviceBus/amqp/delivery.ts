import type { StoredMessage } from '../broker/storedMessage.ts';
import * as encode from './encode.ts';
import { sectionCodes, withoutKeys } from './sections.ts';

/** The annotations that the broker sets; a sender's annotations of these names are dropped. */
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
/** The header's time to live has 32 bits; a message that lives longer gets none. */
const maxHeaderTtl = 0xffffffff;

/** Encodes a message for its receiver: the broker's header and annotations, then the content as it was sent. */
export const encodeDelivery = (message: StoredMessage, lockedUntil?: number): Buffer =>
  Buffer.concat([headerOf(message), annotationsOf(message, lockedUntil), message.content.bytes]);

function headerOf({ timeToLiveMs, deliveryCount, priority }: StoredMessage): Buffer {
  const ttl = timeToLiveMs <= maxHeaderTtl ? encode.uint(timeToLiveMs) : encode.nil;
  const fields = [
    encode.bool(true),
    priority === undefined ? encode.nil : encode.ubyte(priority),
    ttl,
    encode.nil,
    encode.uint(deliveryCount),
  ];
  return encode.described(sectionCodes.header, encode.list(fields));
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
  return encode.described(sectionCodes.messageAnnotations, encode.map([...senders, ...entries]));
}
