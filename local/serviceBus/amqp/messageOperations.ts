import { z } from 'zod';
import type { Target } from '../broker/broker.ts';
import type { Disposition } from '../broker/disposition.ts';
import type { Entity } from '../broker/entity.ts';
import { notAllowed } from '../broker/errors.ts';
import type { StoredMessage } from '../broker/storedMessage.ts';
import type { Topic } from '../broker/topic.ts';
import type { Value } from '../broker/value.ts';
import { decodeMessage } from './content.ts';
import { encodeDelivery } from './delivery.ts';
import * as encode from './encode.ts';
import { nothingFound, ok, type ManagementOperation, type ManagementRequest } from './managementRequest.ts';

const maxPeekedBytes = 1024 * 1024;
const noLock = '00000000-0000-0000-0000-000000000000';

const sequenceNumbers = z.array(z.int());
const lockTokens = z.array(z.string());
const sessionId = z
  .string()
  .nullish()
  .transform((id) => id ?? undefined);
const settlement = z.object({
  'lock-tokens': lockTokens,
  'disposition-status': z.enum(['completed', 'abandoned', 'defered', 'suspended']),
  'deadletter-reason': z.string().nullable().default(null),
  'deadletter-description': z.string().nullable().default(null),
  'properties-to-modify': z.map(z.string(), z.custom<Value>()).default(new Map<string, Value>()),
});

/** The operations on messages, by name without the prefix `com.microsoft:`. */
export const messageOperations: readonly (readonly [string, ManagementOperation])[] = [
  [
    'renew-lock',
    {
      kind: 'renewLock',
      run({ args, target, now }) {
        const tokens = z.object({ 'lock-tokens': lockTokens }).parse(args)['lock-tokens'];
        const ends = tokens.map((token) => encode.timestamp(entityOf(target).renewLock(token, now)));
        return ok('expirations', encode.array(ends));
      },
    },
  ],
  [
    'update-disposition',
    {
      kind: 'complete',
      run({ args, target, now }) {
        const parsed = settlement.parse(args);
        entityOf(target).settle(parsed['lock-tokens'], dispositionOf(parsed), now);
        return ok();
      },
    },
  ],
  ['peek-message', { kind: 'peek', run: ({ args, target }) => peek(args, target) }],
  ['receive-by-sequence-number', { kind: 'receiveDeferred', run: receiveDeferred }],
  [
    'schedule-message',
    {
      kind: 'schedule',
      run({ args, target, now }) {
        const entry = z.map(z.string(), z.unknown()).transform((map) => map.get('message'));
        const encoded = z.object({ messages: z.array(entry.pipe(z.instanceof(Buffer))) }).parse(args).messages;
        const numbers = topicOf(target).schedule(encoded.map(decodeMessage), now);
        return ok('sequence-numbers', encode.array(numbers.map(encode.long)));
      },
    },
  ],
  [
    'cancel-scheduled-message',
    {
      kind: 'cancel',
      run({ args, target }) {
        topicOf(target).cancel(z.object({ 'sequence-numbers': sequenceNumbers }).parse(args)['sequence-numbers']);
        return ok();
      },
    },
  ],
];

function dispositionOf(parsed: z.output<typeof settlement>): Disposition {
  const amended = parsed['properties-to-modify'];
  switch (parsed['disposition-status']) {
    case 'completed':
      return { type: 'complete' };
    case 'abandoned':
      return { type: 'abandon', properties: amended };
    case 'defered':
      return { type: 'defer', properties: amended };
    case 'suspended': {
      const reason = parsed['deadletter-reason'];
      const description = parsed['deadletter-description'];
      return {
        type: 'deadLetter',
        properties: amended,
        ...(reason !== null && { reason }),
        ...(description !== null && { description }),
      };
    }
  }
}

const peekRequest = z.object({
  // A bigint is larger than the number of any message here.
  'from-sequence-number': z.union([z.int(), z.bigint().transform(Number)]),
  'message-count': z.int().min(1),
  'session-id': sessionId,
});

/** Returns as many messages as fit into one answer. The client then asks for the rest. */
function peek(args: unknown, target: Target) {
  const { 'from-sequence-number': from, 'message-count': count, 'session-id': session } = peekRequest.parse(args);
  const found: Buffer[] = [];
  let bytes = 0;
  const scheduled = target.topic?.peekScheduled(from, session) ?? [];
  for (const message of inOrder(entityOf(target).peek(from, session), scheduled)) {
    const encoded = encodeDelivery(message);
    bytes += encoded.length;
    if (found.length >= count || (found.length > 0 && bytes > maxPeekedBytes)) break;
    found.push(encode.map([encode.string('message'), encode.binary(encoded)]));
  }
  return found.length > 0 ? ok('messages', encode.list(found)) : nothingFound;
}

/** Merges two lists of ascending numbers. */
function* inOrder(one: Iterable<StoredMessage>, other: Iterable<StoredMessage>): Iterable<StoredMessage> {
  const [left, right] = [one[Symbol.iterator](), other[Symbol.iterator]()];
  let [first, second] = [left.next(), right.next()];
  while (!first.done || !second.done) {
    if (!first.done && (second.done || first.value.sequenceNumber < second.value.sequenceNumber)) {
      yield first.value;
      first = left.next();
    } else if (!second.done) {
      yield second.value;
      second = right.next();
    }
  }
}

const deferredRequest = z.object({
  'sequence-numbers': sequenceNumbers,
  'receiver-settle-mode': z.int(),
  'session-id': sessionId,
});

function receiveDeferred({ args, target, peer, associatedLink, now }: ManagementRequest) {
  const { 'sequence-numbers': numbers, 'session-id': session, ...rest } = deferredRequest.parse(args);
  const mode = rest['receiver-settle-mode'] === 0 ? 'receiveAndDelete' : 'peekLock';
  const entity = entityOf(target);
  const consumer = associatedLink === undefined ? undefined : peer.sessionConsumers.get(associatedLink);
  const hold = session === undefined ? undefined : entity.holdOf(session, consumer, now);
  const messages = entity
    .receiveDeferred(numbers, mode, now, hold)
    .map(({ message, lock }) =>
      encode.map([
        ...[encode.string('lock-token'), encode.uuid(lock?.token ?? noLock)],
        ...[encode.string('message'), encode.binary(encodeDelivery(message, lock?.until))],
      ]),
    );
  return ok('messages', encode.list(messages));
}

export function entityOf({ entity }: Target): Entity {
  if (!entity) throw notAllowed('This operation needs a queue or a subscription.');
  return entity;
}

function topicOf({ topic }: Target): Topic {
  if (!topic) throw notAllowed('This operation needs a queue or a topic.');
  return topic;
}
