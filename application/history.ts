import type { AggregateRegistry } from '../eventSourcing/aggregateRegistry.ts';
import type { Commit, RecordedEvent } from '../eventSourcing/commit.ts';
import { boundedCache } from './boundedCache.ts';
import { eventPages } from './eventPages.ts';
import { isRecorded, type EventStore, type Fenced } from './eventStore.ts';
import { ServiceUnavailable } from './serviceUnavailable.ts';

const cachedFirst = 20_000;

/** Somebody heard of an event that the event store does not have: not yet, or, after a restore, no longer. */
export class AheadOfStore extends ServiceUnavailable {
  override name = 'AheadOfStore';
  /** The first version that the store does not have. */
  readonly version: number;

  constructor(aggregateId: string, version: number) {
    super('The event store');
    this.version = version;
    this.message = `The event store does not have version ${version} of ${aggregateId}`;
  }
}

/** The events of aggregates as the event store has them, upcast and validated. All methods throw ServiceUnavailable. */
export type History = {
  /**
   * The event that began the aggregate; undefined where it has not begun. It never changes, so that this instance reads it once.
   * Throws UnreadableEvent.
   */
  beginning(aggregateId: string): Promise<RecordedEvent | Fenced | undefined>;
  /** The same, always by a request: its cost does not tell whether somebody has asked before. Throws UnreadableEvent. */
  readBeginning(aggregateId: string): Promise<RecordedEvent | Fenced | undefined>;
  /** The same of an aggregate that has begun. Throws UnreadableEvent and AheadOfStore. */
  first(aggregateId: string): Promise<RecordedEvent>;
  /** Spares the read of what began in this instance. */
  remember(commits: readonly Commit[]): void;
  /**
   * Some events after a version, oldest first, from one page of the store; none where there are no more. It ends before an
   * event that cannot be read or does not follow the one before it, and throws UnreadableEvent where that is the next.
   */
  next(aggregateId: string, afterVersion: number, pageSize?: number): Promise<readonly RecordedEvent[]>;
  /** All events after a version, page by page. Throws UnreadableEvent once it has given those before the unreadable one. */
  pages(aggregateId: string, afterVersion: number, pageSize?: number): AsyncIterable<readonly RecordedEvent[]>;
};

export const createHistory = (
  eventStore: Pick<EventStore, 'readCommits' | 'commitAt'>,
  registry: Pick<AggregateRegistry, 'eventsOf'>,
): History => {
  const beginnings = boundedCache<RecordedEvent | Fenced>(cachedFirst);

  const pages: History['pages'] = (aggregateId, afterVersion, pageSize) =>
    eventPages(eventStore, registry.eventsOf, aggregateId, afterVersion, pageSize);
  const next: History['next'] = async (aggregateId, afterVersion, pageSize) => {
    for await (const page of pages(aggregateId, afterVersion, pageSize)) return page;
    return [];
  };
  const readBeginning: History['readBeginning'] = async (aggregateId) => {
    const commit = await eventStore.commitAt(aggregateId, 1);
    const found = isRecorded(commit) ? registry.eventsOf(commit)[0] : commit;
    if (found !== undefined) beginnings.set(aggregateId, found);
    return found;
  };
  const beginning: History['beginning'] = async (aggregateId) =>
    beginnings.get(aggregateId) ?? (await readBeginning(aggregateId));
  return {
    pages,
    next,
    beginning,
    readBeginning,
    async first(aggregateId) {
      const found = await beginning(aggregateId);
      if (!isRecorded(found)) throw new AheadOfStore(aggregateId, 1);
      return found;
    },
    remember(commits) {
      for (const commit of commits) {
        const [first] = commit.events[0]?.version === 1 ? registry.eventsOf(commit) : [];
        if (first) beginnings.set(commit.aggregateId, first);
      }
    },
  };
};
