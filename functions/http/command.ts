import { hash, randomUUID } from 'node:crypto';
import { v5, v7 } from 'uuid';
import type { CommandRequest, Outcome } from '../../application/commands/commandRequest.ts';
import type { Caller } from '../../application/identity.ts';
import type { Commit } from '../../eventSourcing/commit.ts';
import type { Answer } from './answer.ts';
import type { Received } from './endpoint.ts';
import { problem, type OwnProblems } from './problem.ts';
import { rejected, type KnownRejection } from './rejection.ts';
import type { commandHeaders, creationHeaders } from './schemas.ts';

/** A creation has no `if-match`: there is no version to expect yet. */
type Headers = typeof creationHeaders | typeof commandHeaders;
type ReceivedCommand = Omit<Received, 'headers'> & Pick<Received<never, never, Headers>, 'headers'>;

/** The command with an id: made of caller and idempotency key if there is one, so that the bank recognises a retry. */
export const commandRequest = <Command>(
  { endpoint, params, body, headers, trace, caller }: ReceivedCommand,
  command: Command,
): CommandRequest<Command> => {
  const key = headers['idempotency-key'];
  // A key belongs to one target: the account, in whose partition the id is unique, or else the route.
  const target = params === undefined ? endpoint.route : undefined;
  return {
    command,
    commandId: key === undefined ? `u:${randomUUID()}` : `k:${sha256([holderOf(caller), target, key])}`,
    keyed: key !== undefined,
    fingerprint: sha256([endpoint.name, params, body]),
    expectedVersions: 'if-match' in headers ? headers['if-match'] : undefined,
    onlyFor: caller.onlyFor,
    actor: caller.name,
    correlationId: trace.traceId,
    traceparent: trace.traceparent,
  };
};

/**
 * A key belongs to its caller; if the caller acts for a customer, to both together. So a key never finds again what the same
 * caller did in another role, or for another customer.
 */
const holderOf = ({ name, onlyFor }: Caller) => (onlyFor === undefined ? name : [name, onlyFor]);

const sha256 = (value: unknown): string => hash('sha256', JSON.stringify(value), 'base64url');

/** The namespace of derived ids: random, and never changed. */
const namespace = '0d4d4f9e-6c2b-4a38-9c56-5c5f4b1e8a37';

/** Ids for what a request creates: derived from caller, route and key if there is a key, else new (version 7). */
export const idOfCreation =
  ({ endpoint, headers, caller }: ReceivedCommand) =>
  (attempt: number): string => {
    const key = headers['idempotency-key'];
    return key === undefined ? v7() : v5(JSON.stringify([holderOf(caller), endpoint.route, key, attempt]), namespace);
  };

/** Makes the answer to a command that was carried out. */
export type AnswerOf = {
  /** 201 where nothing else is said: a `PUT` is answered with 200. */
  readonly status?: 200 | 201;
  /** Reads nothing but the commit, so that a retry gets the same answer. */
  readonly of: (commit: Commit) => Pick<Answer, 'body' | 'headers'>;
  /** For commands that append nothing where all is as they want it. */
  readonly unchanged?: (version: number) => Pick<Answer, 'body' | 'headers'>;
};

export const answerOutcome = <Own extends string = never>(
  outcome: Outcome<KnownRejection | { readonly code: Own }>,
  { status = 201, of, unchanged }: AnswerOf,
  own?: OwnProblems<Own>,
): Answer => {
  switch (outcome.outcome) {
    case 'done': {
      const { body, headers } = of(outcome.commit);
      return {
        status,
        ...(body && { body }),
        headers: { ...headers, ...(outcome.replayed && { 'idempotency-replayed': 'true' }) },
      };
    }
    case 'unchanged':
      if (!unchanged) throw new Error('This command has no answer where it appends nothing');
      return { status, ...unchanged(outcome.version) };
    case 'rejected':
      return rejected(outcome.rejection, own);
    case 'versionMismatch':
      return outcome.version === 0
        ? problem('VersionMismatch', { detail: 'It has no version yet.' })
        : problem('VersionMismatch', {
            detail: `The version is ${outcome.version}.`,
            headers: { etag: `"${outcome.version}"` },
          });
    case 'keyReused':
      return problem('IdempotencyKeyReused');
    case 'outOfReach':
    case 'fenced':
      return problem('NotFound');
    case 'tooLarge':
      return problem('CommandTooLarge');
    case 'overloaded':
      return problem('TooManyRequests');
    case 'contention':
      return problem('Contention');
  }
};
