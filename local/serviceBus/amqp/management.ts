import type { Receiver } from 'rhea';
import { z } from 'zod';
import type { Target } from '../broker/broker.ts';
import type { Value } from '../broker/value.ts';
import * as encode from './encode.ts';
import { isRefusal, notImplemented, toAmqpError } from './errors.ts';
import { messageOperations } from './messageOperations.ts';
import type { ManagementOperation, Result } from './managementRequest.ts';
import type { Peer } from './peer.ts';
import type { Request } from './requestMessage.ts';
import { serveRequests, type Reply } from './requests.ts';
import { ruleOperations } from './ruleOperations.ts';
import { sessionOperations } from './sessionOperations.ts';

const operations = new Map<Value | undefined, ManagementOperation>(
  [...messageOperations, ...sessionOperations, ...ruleOperations].map(([name, operation]) => [
    `com.microsoft:${name}`,
    operation,
  ]),
);

/** Serves `<entity>/$management`: all requests of a client other than sending and receiving. */
export function serveManagement(link: Receiver, target: Target, peer: Peer): void {
  serveRequests(link, peer, {
    about: ({ applicationProperties }) => ({
      operation: operations.get(applicationProperties.get('operation'))?.kind ?? 'administration',
      target: target.entity?.path ?? target.topic?.path ?? '',
      entity: target.entity,
    }),
    handle: (request) => toReply(execute(request, target, peer)),
    refusal: (error) => toReply(refusal(error)),
  });
}

function execute({ applicationProperties, body }: Request, target: Target, peer: Peer): Result {
  const name = applicationProperties.get('operation');
  const associatedLink = applicationProperties.get('associated-link-name');
  try {
    const operation = operations.get(name);
    if (!operation) {
      throw notImplemented(`The operation ${JSON.stringify(name)} is not supported.`);
    }
    target.entity?.use(peer.service.now());
    return operation.run({
      args: plain(body),
      target,
      peer,
      associatedLink: typeof associatedLink === 'string' ? associatedLink : undefined,
      now: peer.service.now(),
    });
  } catch (error) {
    return refusal(error);
  }
}

const statuses = new Map([
  ['amqp:not-found', 404],
  ['amqp:unauthorized-access', 401],
  ['amqp:resource-limit-exceeded', 403],
  ['amqp:not-implemented', 501],
  ['amqp:internal-error', 500],
  ['com.microsoft:message-not-found', 404],
  ['com.microsoft:message-lock-lost', 410],
  ['com.microsoft:session-lock-lost', 410],
  ['com.microsoft:entity-already-exists', 409],
  ['com.microsoft:timeout', 408],
  ['com.microsoft:server-busy', 503],
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
  if (!isRefusal(error)) throw error;
  const { condition, message: description } = toAmqpError(error);
  return { status: statuses.get(condition) ?? 400, body: encode.map([]), condition, description };
}

// The client library reads these names in camelCase, but those of $cbs with hyphens.
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

const plain = (body: Value): unknown => (body instanceof Map ? Object.fromEntries(body) : body);
