import type { Commit } from '../../eventSourcing/commit.ts';

/** A command and what the app knows of the request that brought it. */
export type CommandRequest<Command> = {
  readonly command: Command;
  /** Unique within its aggregate; the same for a retry, where the caller sent an idempotency key. */
  readonly commandId: string;
  /** Whether the caller sent a key, so that the command may have been here before. */
  readonly keyed: boolean;
  /** A hash of the request, to tell a retry from another use of the same key. */
  readonly fingerprint: string;
  /** The caller expects the aggregate to have one of these versions, or 'any' at all; undefined where it need not have begun. */
  readonly expectedVersions?: readonly number[] | 'any' | undefined;
  /** The events of the command are not earlier than this instant: that of the event which they answer. */
  readonly notBefore?: string | undefined;
  /** The customer whose aggregates alone the caller may reach; undefined for one who may reach all. */
  readonly onlyFor?: string | undefined;
  readonly actor: string;
  readonly correlationId: string;
  /** The id of the cause of the command; the command's own id where nobody gives one. */
  readonly causationId?: string | undefined;
  readonly traceparent: string;
};

export type Outcome<Rejection> =
  | { readonly outcome: 'done'; readonly commit: Commit; readonly replayed: boolean }
  /** All is as the command wants it: nothing was appended, and nothing is remembered. */
  | { readonly outcome: 'unchanged'; readonly version: number }
  | { readonly outcome: 'rejected'; readonly rejection: Rejection }
  | { readonly outcome: 'versionMismatch'; readonly version: number }
  | { readonly outcome: 'keyReused' }
  /** The aggregate belongs to a customer whom the caller may not reach. */
  | { readonly outcome: 'outOfReach' }
  /** A fence keeps the aggregate from ever beginning. */
  | { readonly outcome: 'fenced' }
  /** Other instances kept changing the aggregate. */
  | { readonly outcome: 'contention' }
  /** The command's commit is more than the store takes. */
  | { readonly outcome: 'tooLarge' }
  /** Too many commands wait for this aggregate. */
  | { readonly outcome: 'overloaded' };

/** The outcome of a command whose commit the store has. */
export const outcomeOfCommit = (commit: Commit, request: CommandRequest<unknown>): Outcome<never> => {
  if (commit.fingerprint !== request.fingerprint) return { outcome: 'keyReused' };
  // Each request has a span of its own: it tells a lost answer to this very request from an earlier request's.
  return { outcome: 'done', commit, replayed: commit.traceparent !== request.traceparent };
};
