import type { Receiver } from 'rhea';
import { z } from 'zod';
import type { Target } from '../broker.ts';
import type { Disposition } from '../disposition.ts';
import type { Entity } from '../entity.ts';
import { ServiceBusError } from '../errors.ts';
import { decodeMessage, type Request } from '../message.ts';
import { encodeDelivery } from '../storedMessage.ts';
import type { Topic } from '../topic.ts';
import type { AmqpValue } from './decode.ts';
import * as encode from './encode.ts';
import type { Peer } from './peer.ts';
import { serveRequests, type Reply } from './requests.ts';

type Result = {
  readonly status: number;
  readonly body: Buffer;
  readonly condition?: string;
  readonly description?: string;
};
type Operation = (request: { readonly args: unknown; readonly target: Target; readonly now: number }) => Result;

/** `<entity>/$management`: what a client asks for beside sending and receiving. */
export function serveManagement(link: Receiver, target: Target, peer: Peer): void {
  serveRequests(link, peer, (request) => toReply(execute(request, target, peer.service.now())));
}

function execute({ applicationProperties, body }: Request, target: Target, now: number): Result {
  const name = applicationProperties.get('operation');
  const operation = typeof name === 'string' ? operations.get(name) : undefined;
  try {
    if (!operation)
      throw new ServiceBusError('amqp:not-implemented', `The operation ${JSON.stringify(name)} is not supported yet.`);
    return operation({ args: plain(body), target, now });
  } catch (error) {
    return refusal(error);
  }
}

const statuses = new Map([
  ['amqp:not-found', 404],
  ['com.microsoft:message-not-found', 404],
  ['com.microsoft:message-lock-lost', 410],
  ['amqp:resource-limit-exceeded', 403],
  ['amqp:not-implemented', 501],
]);

function refusal(error: unknown): Result {
  if (error instanceof z.ZodError) {
    return {
      status: 400,
      body: encode.map([]),
      condition: 'com.microsoft:argument-error',
      description: z.prettifyError(error),
    };
  }
  if (!(error instanceof ServiceBusError)) throw error;
  const { condition, message: description } = error;
  return { status: statuses.get(condition) ?? 400, body: encode.map([]), condition, description };
}

// The client library reads these names in camelCase here, other than those of $cbs.
function toReply({ status, body, condition, description = 'OK' }: Result): Reply {
  const error = condition === undefined ? [] : [encode.string('errorCondition'), encode.symbol(condition)];
  return {
    properties: [
      ...[encode.string('statusCode'), encode.int(status)],
      ...[encode.string('statusDescription'), encode.string(description)],
      ...error,
    ],
    body,
  };
}

const maxPeekedBytes = 1024 * 1024;
const noLock = '00000000-0000-0000-0000-000000000000';

const sequenceNumbers = z.array(z.int());
const lockTokens = z.array(z.string());
const properties = z.map(z.string(), z.custom<AmqpValue>()).default(new Map<string, AmqpValue>());
const settlement = z.object({
  'lock-tokens': lockTokens,
  'disposition-status': z.enum(['completed', 'abandoned', 'defered', 'suspended']),
  'deadletter-reason': z.string().nullable().default(null),
  'deadletter-description': z.string().nullable().default(null),
  'properties-to-modify': properties,
});

const operations = new Map<string, Operation>([
  [
    'com.microsoft:renew-lock',
    ({ args, target, now }) => {
      const tokens = z.object({ 'lock-tokens': lockTokens }).parse(args)['lock-tokens'];
      const ends = tokens.map((token) => encode.timestamp(entityOf(target).renewLock(token, now)));
      return ok('expirations', encode.array(ends));
    },
  ],
  [
    'com.microsoft:update-disposition',
    ({ args, target, now }) => {
      const parsed = settlement.parse(args);
      entityOf(target).settle(parsed['lock-tokens'], dispositionOf(parsed), now);
      return ok();
    },
  ],
  [
    'com.microsoft:peek-message',
    ({ args, target }) => {
      const parsed = z.object({ 'from-sequence-number': z.int(), 'message-count': z.int().min(1) }).parse(args);
      const messages = peek(entityOf(target), parsed['from-sequence-number'], parsed['message-count']);
      if (messages.length > 0) return ok('messages', encode.list(messages));
      return { status: 204, body: encode.map([]), condition: 'com.microsoft:message-not-found' };
    },
  ],
  [
    'com.microsoft:receive-by-sequence-number',
    ({ args, target, now }) => {
      const wanted = z.object({ 'sequence-numbers': sequenceNumbers, 'receiver-settle-mode': z.int() }).parse(args);
      const mode = wanted['receiver-settle-mode'] === 0 ? 'receiveAndDelete' : 'peekLock';
      const received = entityOf(target).receiveDeferred(wanted['sequence-numbers'], mode, now);
      const messages = received.map(({ message, lock }) =>
        encode.map([
          ...[encode.string('lock-token'), encode.uuid(lock?.token ?? noLock)],
          ...[encode.string('message'), encode.binary(encodeDelivery(message, lock?.until))],
        ]),
      );
      return ok('messages', encode.list(messages));
    },
  ],
  [
    'com.microsoft:schedule-message',
    ({ args, target, now }) => {
      const entry = z.map(z.string(), z.unknown()).transform((map) => map.get('message'));
      const encoded = z.object({ messages: z.array(entry.pipe(z.instanceof(Buffer))) }).parse(args).messages;
      const numbers = topicOf(target).schedule(encoded.map(decodeMessage), now);
      return ok('sequence-numbers', encode.array(numbers.map(encode.long)));
    },
  ],
  [
    'com.microsoft:cancel-scheduled-message',
    ({ args, target }) => {
      topicOf(target).cancel(z.object({ 'sequence-numbers': sequenceNumbers }).parse(args)['sequence-numbers']);
      return ok();
    },
  ],
]);

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

/** As many as fit into one answer; the client asks for the rest from there. */
function peek(entity: Entity, from: number, count: number): Buffer[] {
  const found: Buffer[] = [];
  let bytes = 0;
  for (const message of entity.peek(from, count)) {
    const encoded = encodeDelivery(message);
    bytes += encoded.length;
    if (found.length > 0 && bytes > maxPeekedBytes) break;
    found.push(encode.map([encode.string('message'), encode.binary(encoded)]));
  }
  return found;
}

const ok = (key?: string, value?: Buffer): Result => ({
  status: 200,
  body: encode.map(key !== undefined && value ? [encode.string(key), value] : []),
});

function entityOf({ entity }: Target): Entity {
  if (!entity) throw new ServiceBusError('amqp:not-allowed', 'This operation needs a queue or a subscription.');
  return entity;
}

function topicOf({ topic }: Target): Topic {
  if (!topic) throw new ServiceBusError('amqp:not-allowed', 'This operation needs a queue or a topic.');
  return topic;
}

const plain = (body: AmqpValue): unknown => (body instanceof Map ? Object.fromEntries(body) : body);
