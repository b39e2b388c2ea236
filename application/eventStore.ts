import type { Commit } from '../eventSourcing/commit.ts';

/** The state after a commit, folded by code of `stateVersion`; nobody has checked it yet. */
export type Snapshot = { readonly state: unknown; readonly stateVersion: number };

/** A commit as the store keeps it. Of the commits of one append, only the last has the state after it. */
export type StoredCommit = Commit & { readonly state?: unknown; readonly stateVersion?: number | undefined };

/** The newest commit of an aggregate, without its events. It always has a state. */
export type Newest = Snapshot & Pick<Commit, 'aggregate' | 'version' | 'occurredAt'>;

/** A fence stands in the place of the first commit: its aggregate has no events and can never have any. */
export type Fenced = 'fenced';

/** Whether a look-up found a commit or an event: neither nothing, nor a fence. */
export const isRecorded = <Found extends object>(found: Found | Fenced | undefined): found is Found =>
  found !== undefined && found !== 'fenced';

export type AppendResult =
  | { readonly outcome: 'appended' }
  /**
   * Nothing was written, because of the commit at `index`. The first one's place is taken, or its command was here before; of any
   * other one, the command was here before.
   */
  | { readonly outcome: 'conflict'; readonly index: number }
  /** Nothing was written: it is more than the store takes at once. */
  | { readonly outcome: 'tooLarge' };

/** How far the past reaches: up to a version, or up to an instant. */
export type Past = { readonly version: number } | { readonly at: string };

export type EventStore = {
  /** The newest commit, as the latest acknowledged write left it; undefined where the aggregate has none. */
  loadNewest(aggregateId: string): Promise<Newest | Fenced | undefined>;
  /** The commit whose first event has this version: one point read. Throws UnreadableEvent. */
  commitAt(aggregateId: string, version: number): Promise<Commit | Fenced | undefined>;
  /** The same by the id that a document has, also where that is not of a commit. */
  commitIn(aggregateId: string, documentId: string): Promise<Commit | Fenced | undefined>;
  /** The commit that has this version, whichever of its events that is: one query. Throws UnreadableEvent. */
  commitWith(aggregateId: string, version: number): Promise<Commit | undefined>;
  /**
   * Appends commits of one aggregate, and the state after the last of them: all or nothing. Each follows the one before it; the first
   * takes its place only if nobody has taken it. At most `maximumGroup` commits.
   */
  append(commits: readonly Commit[], after: Snapshot): Promise<AppendResult>;
  /** The commit that a command made in this aggregate, if it made one. Throws UnreadableEvent. */
  findCommit(aggregateId: string, commandId: string): Promise<Commit | undefined>;
  /** Commits with events after a version, oldest first, in pages. Throws UnreadableEvent. */
  readCommits(aggregateId: string, afterVersion: number, pageSize?: number): AsyncIterable<readonly Commit[]>;
  /**
   * The newest commits that begin at or before a version, or are not later than an instant, oldest first: at most one append's, and
   * the one before them. The first has the state after it, unless it is the aggregate's first. Throws UnreadableEvent.
   */
  readPast(aggregateId: string, past: Past): Promise<readonly StoredCommit[]>;
  /**
   * The commits in which these versions are, in no order, with the state after those that have one; none for versions that are not there.
   * One request for a hundred versions, where each is the first of its commit. Throws UnreadableEvent.
   */
  commitsWith(aggregateId: string, versions: readonly number[]): Promise<readonly StoredCommit[]>;
  /** The version after the newest commit; 0 where the aggregate has none. */
  newestVersion(aggregateId: string): Promise<number>;
  /** All aggregates that have begun, in no particular order, a page at a time. */
  listAggregates(
    continuation: string | undefined,
    pageSize?: number,
  ): Promise<{ readonly aggregates: readonly ListedAggregate[]; readonly continuation: string | undefined }>;
  /** How many commits there are, roughly: others come while the store counts. */
  countCommits(): Promise<number>;
  /** Whether nothing was ever appended. */
  isEmpty(): Promise<boolean>;
  /** Makes sure that an aggregate never begins: 'exists' when it has begun already. */
  fence(aggregateId: string): Promise<Fenced | 'exists'>;
};

/** As many operations as Cosmos DB takes in one batch. */
export const maximumGroup = 100;

export type ListedAggregate = { readonly aggregateId: string; readonly aggregate: string };

/**
 * One page of an aggregate's commits with events after a version, oldest first; none where there are no more. Throws UnreadableEvent.
 */
export const readCommitPage = async (
  eventStore: Pick<EventStore, 'readCommits'>,
  aggregateId: string,
  afterVersion: number,
  pageSize: number,
): Promise<readonly Commit[]> => {
  for await (const commits of eventStore.readCommits(aggregateId, afterVersion, pageSize)) return commits;
  return [];
};
