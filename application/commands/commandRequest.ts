import type { Commit } from '../../domain/commit.ts';

/** A command with what is known of the request that brought it. */
export type CommandRequest<Command> = {
  readonly command: Command;
  /** Unique within its aggregate; the same for a retry, where the caller sent an idempotency key. */
  readonly commandId: string;
  /** Whether the caller sent a key, so that the command may have been here before. */
  readonly keyed: boolean;
  /** A hash of the request, to tell a retry from another use of the same key. */
  readonly fingerprint: string;
  /** The version that the caller expects the aggregate to have. */
  readonly expectedVersion?: number | undefined;
  /** The customer whose aggregates alone the caller may reach; undefined for one who may reach all. */
  readonly onlyFor?: string | undefined;
  readonly actor: string;
  readonly correlationId: string;
  readonly traceparent: string;
};

export type Outcome<Rejection> =
  | { readonly outcome: 'done'; readonly commit: Commit; readonly replayed: boolean }
  | { readonly outcome: 'rejected'; readonly rejection: Rejection }
  | { readonly outcome: 'versionMismatch'; readonly version: number }
  | { readonly outcome: 'keyReused' }
  /** The aggregate is another customer's than the caller may reach. */
  | { readonly outcome: 'outOfReach' }
  /** The aggregate can never begin. */
  | { readonly outcome: 'fenced' }
  /** Other instances kept changing the aggregate. */
  | { readonly outcome: 'contention' }
  /** Too many commands wait for this aggregate. */
  | { readonly outcome: 'overloaded' };

/** The outcome of a command whose commit was found in the store. */
export const replay = (commit: Commit, request: CommandRequest<unknown>): Outcome<never> => {
  if (commit.fingerprint !== request.fingerprint) return { outcome: 'keyReused' };
  // Each request has a span of its own, which tells a lost answer of this very request from an earlier one's.
  return { outcome: 'done', commit, replayed: commit.traceparent !== request.traceparent };
};
