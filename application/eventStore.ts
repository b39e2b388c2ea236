import type { Commit } from '../eventSourcing/commit.ts';

/** The newest state of an aggregate, which the store keeps beside its commits. */
export type Head = {
  readonly aggregate: string;
  readonly version: number;
  /** Folded by code of `stateVersion`; nobody has checked it yet. */
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
  /** This command id was used before in this aggregate; nothing was written. */
  | { readonly outcome: 'commandUsed'; readonly commandId: string };

export type EventStore = {
  /** The head as the latest acknowledged write left it; undefined where the aggregate has none. */
  loadHead(aggregateId: string): Promise<LoadedHead | undefined>;
  /** The same, unless it still has the known etag: 'unchanged' then. */
  loadHeadIfChanged(aggregateId: string, knownEtag: string): Promise<LoadedHead | 'unchanged' | undefined>;
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
  /** How many events these kinds of aggregates have, roughly: others come while the store counts. */
  countEvents(aggregates: readonly string[]): Promise<number>;
  /** Whether nothing was ever appended. */
  isEmpty(): Promise<boolean>;
  /** Makes sure that an aggregate never begins: 'exists' when it has begun already. */
  fence(aggregateId: string): Promise<'fenced' | 'exists'>;
};

export const maximumGroup = 99;

export type ListedHead = {
  readonly aggregateId: string;
  readonly aggregate: string;
  readonly version: number;
  /** When it was last written, in ms, to the second. */
  readonly changedAt: number;
};

/** One page of an aggregate's commits with events after a version, oldest first; none where there are no more. Throws UnreadableEvent. */
export const readCommitPage = async (
  eventStore: Pick<EventStore, 'readCommits'>,
  aggregateId: string,
  afterVersion: number,
  pageSize: number,
): Promise<readonly Commit[]> => {
  for await (const commits of eventStore.readCommits(aggregateId, afterVersion, pageSize)) return commits;
  return [];
};
