import type { AggregateName } from '../domain/aggregate.ts';
import type { Commit } from '../domain/commit.ts';

/** The newest state of an aggregate, beside its commits. */
export type Head = {
  readonly aggregate: AggregateName;
  readonly version: number;
  /** Folded by code of `stateVersion`, not yet checked. */
  readonly state: unknown;
  readonly stateVersion: number;
  readonly occurredAt: string;
};

/** A fenced aggregate has no events and can never have any. */
export type LoadedHead = { readonly etag: string; readonly head: Head | 'fenced' };

export type AppendResult =
  | { readonly outcome: 'appended'; readonly etag: string }
  /** The head is not the expected one (or is there already); nothing was written. */
  | { readonly outcome: 'stale' }
  /** This one of the command ids was used before in this aggregate; nothing was written. */
  | { readonly outcome: 'commandUsed'; readonly commandId: string };

export type EventStore = {
  /** The head as the latest acknowledged write left it; 'unchanged' if it still has the known etag. */
  loadHead(aggregateId: string, knownEtag?: string): Promise<LoadedHead | 'unchanged' | undefined>;
  /**
   * Appends commits of one aggregate and its new head: all or nothing, and only onto the head with the expected etag
   * (undefined: none may exist). At most `maximumGroup` commits.
   */
  append(commits: readonly Commit[], head: Head, expectedEtag: string | undefined): Promise<AppendResult>;
  /** The commit that a command made in this aggregate, if it made one. Throws UnreadableEvent. */
  findCommit(aggregateId: string, commandId: string): Promise<Commit | undefined>;
  /** Commits with events after a version, oldest first, in pages. Throws UnreadableEvent. */
  readCommits(aggregateId: string, afterVersion: number, pageSize?: number): AsyncIterable<readonly Commit[]>;
  /** Heads in no particular order, a page at a time: those written since an instant (ms), or all. */
  listHeads(
    query: { readonly changedSince?: number | undefined },
    continuation: string | undefined,
  ): Promise<{ readonly heads: readonly ListedHead[]; readonly continuation: string | undefined }>;
  /** How many events these kinds of aggregates have, more or less: while they are counted, others come. */
  countEvents(aggregates: readonly AggregateName[]): Promise<number>;
  /** Whether nothing was ever appended. */
  isEmpty(): Promise<boolean>;
  /** Makes sure that an aggregate never begins: 'exists' when it has begun already. */
  fence(aggregateId: string): Promise<'fenced' | 'exists'>;
};

export const maximumGroup = 99;

export type ListedHead = {
  readonly aggregateId: string;
  readonly aggregate: AggregateName;
  readonly version: number;
  /** When it was written, in ms; whole seconds. */
  readonly changedAt: number;
};
