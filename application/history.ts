import type { AggregateRegistry } from '../eventSourcing/aggregateRegistry.ts';
import type { Commit, RecordedEvent } from '../eventSourcing/commit.ts';
import { UnreadableEvent } from '../eventSourcing/event.ts';
import type { EventStore } from './eventStore.ts';
import { ServiceUnavailable } from './serviceUnavailable.ts';

/** Somebody heard of an event that the event store does not have: not yet, or, after a restore, no longer. */
export class AheadOfStore extends ServiceUnavailable {
  override name = 'AheadOfStore';

  constructor(aggregateId: string, version: number) {
    super('The event store');
    this.message = `The event store does not have version ${version} of ${aggregateId}`;
  }
}

/** The events of aggregates as the event store has them, upcast and validated. All methods throw ServiceUnavailable. */
export type History = {
  /** The event that began the aggregate. Throws UnreadableEvent and AheadOfStore. */
  first(aggregateId: string): Promise<RecordedEvent>;
  /**
   * Some events after a version, oldest first, from one page of the store; none where there are no more. It ends before an
   * event that cannot be read, and throws UnreadableEvent where that is the next.
   */
  next(aggregateId: string, afterVersion: number, pageSize?: number): Promise<readonly RecordedEvent[]>;
  /** All events after a version, page by page. Throws UnreadableEvent once it has given those before the unreadable one. */
  pages(aggregateId: string, afterVersion: number, pageSize?: number): AsyncIterable<readonly RecordedEvent[]>;
};

export const createHistory = (
  eventStore: Pick<EventStore, 'readCommits'>,
  registry: Pick<AggregateRegistry, 'eventsOf'>,
): History => {
  async function* pages(aggregateId: string, afterVersion: number, pageSize?: number) {
    for await (const commits of eventStore.readCommits(aggregateId, afterVersion, pageSize)) {
      const { events, unreadable } = readable(registry, commits);
      const later = events.filter(({ version }) => version > afterVersion);
      if (later.length > 0) yield later;
      if (unreadable) throw unreadable;
    }
  }
  const next: History['next'] = async (aggregateId, afterVersion, pageSize) => {
    for await (const page of pages(aggregateId, afterVersion, pageSize)) return page;
    return [];
  };
  return {
    pages,
    next,
    async first(aggregateId) {
      const [event] = await next(aggregateId, 0, 1);
      if (!event) throw new AheadOfStore(aggregateId, 1);
      return event;
    },
  };
};

const readable = (registry: Pick<AggregateRegistry, 'eventsOf'>, commits: readonly Commit[]) => {
  const events: RecordedEvent[] = [];
  for (const commit of commits) {
    try {
      events.push(...registry.eventsOf(commit));
    } catch (error) {
      if (error instanceof UnreadableEvent) return { events, unreadable: error };
      throw error;
    }
  }
  return { events };
};
