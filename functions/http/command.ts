import { hash, randomUUID } from 'node:crypto';
import { v5, v7 } from 'uuid';
import type { IdOf } from '../../application/commands/bank.ts';
import type { CommandRequest, Outcome } from '../../application/commands/commandRequest.ts';
import type { Caller } from '../../application/identity.ts';
import type { Commit } from '../../domain/commit.ts';
import type { Answer } from './answer.ts';
import type { Operation } from './operation.ts';
import { problem, type ProblemCode } from './problem.ts';
import type { Trace } from './traceparent.ts';

type Received = {
  readonly params?: unknown;
  readonly body: unknown;
  readonly headers: { readonly 'idempotency-key'?: string | undefined; readonly 'if-match'?: number | undefined };
  readonly trace: Trace;
  readonly caller: Caller;
};

/** Identifies the command: by caller and key where there is one, so that a retry is known again. */
export const commandRequest = <Command>(
  operation: Operation,
  { params, body, headers, trace, caller }: Received,
  command: Command,
): CommandRequest<Command> => {
  const key = headers['idempotency-key'];
  // A key belongs to one target: the account, in whose partition the id is unique, or else the route.
  const target = params === undefined ? operation.route : undefined;
  return {
    command,
    commandId: key === undefined ? `u:${randomUUID()}` : `k:${sha256([holderOf(caller), target, key])}`,
    keyed: key !== undefined,
    fingerprint: sha256([operation.id, params, body]),
    expectedVersion: headers['if-match'],
    onlyFor: caller.onlyFor,
    actor: caller.name,
    correlationId: trace.traceId,
    traceparent: trace.traceparent,
  };
};

/**
 * To whom keys belong: to the caller, and to one who acts for a customer only as long as that is so. What such a key
 * finds again was done for this very customer.
 */
const holderOf = ({ name, onlyFor }: Caller) => (onlyFor === undefined ? name : [name, onlyFor]);

const sha256 = (value: unknown): string => hash('sha256', JSON.stringify(value), 'base64url');

/** Of ids that are derived; random, and fixed for ever. */
const namespace = '0d4d4f9e-6c2b-4a38-9c56-5c5f4b1e8a37';

/** Names what a request creates: derived from caller, route and key where there is one, else new (version 7). */
export const idOfCreation =
  (operation: Operation, { headers, caller }: Received): IdOf =>
  (attempt) => {
    const key = headers['idempotency-key'];
    return key === undefined ? v7() : v5(JSON.stringify([holderOf(caller), operation.route, key, attempt]), namespace);
  };

/** Turns an outcome into the answer; `members` adds to a rejection what the caller needs to know of it. */
export const answerOutcome = <Rejection extends { readonly code: string }>(
  outcome: Outcome<Rejection>,
  codes: Readonly<Record<Rejection['code'], ProblemCode>>,
  done: (commit: Commit) => { readonly body: object; readonly headers?: Readonly<Record<string, string>> },
  members?: (rejection: Rejection) => Readonly<Record<string, unknown>> | undefined,
): Answer => {
  switch (outcome.outcome) {
    case 'done': {
      const { body, headers } = done(outcome.commit);
      return {
        status: 201,
        body,
        headers: { ...headers, ...(outcome.replayed && { 'idempotency-replayed': 'true' }) },
      };
    }
    case 'rejected': {
      const code = codes[outcome.rejection.code as Rejection['code']];
      return problem(code, { members: members?.(outcome.rejection) ?? {} });
    }
    case 'versionMismatch':
      return problem('VersionMismatch', {
        detail: `The version is ${outcome.version}.`,
        headers: { etag: `"${outcome.version}"` },
      });
    case 'keyReused':
      return problem('IdempotencyKeyReused');
    case 'outOfReach':
    case 'fenced':
      return problem('NotFound');
    case 'overloaded':
      return problem('TooManyRequests');
    case 'contention':
      return problem('Contention');
  }
};
