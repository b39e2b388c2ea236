import type { Commit, RecordedEvent } from '../eventSourcing/commit.ts';
import { UnreadableEvent } from '../eventSourcing/event.ts';
import type { EventStore } from './eventStore.ts';

type EventsOf = (commit: Commit) => readonly RecordedEvent[];

/**
 * All events of an aggregate after a version, oldest first, page by page. Throws UnreadableEvent once it has given those before the
 * first that cannot be read, or before which one is missing.
 */
export async function* eventPages(
  eventStore: Pick<EventStore, 'readCommits'>,
  eventsOf: EventsOf,
  aggregateId: string,
  afterVersion: number,
  pageSize?: number,
): AsyncGenerator<readonly RecordedEvent[]> {
  let reached = afterVersion;
  for await (const commits of eventStore.readCommits(aggregateId, afterVersion, pageSize)) {
    const { events, unreadable } = readable(eventsOf, commits, reached);
    const later = events.filter(({ version }) => version > afterVersion);
    if (later.length > 0) yield later;
    if (unreadable) throw unreadable;
    reached = later.at(-1)?.version ?? reached;
  }
}

export const missing = (aggregateId: string, version: number): UnreadableEvent =>
  new UnreadableEvent(`Version ${version} of ${aggregateId} is missing`);

/** The events of the commits before the first that cannot be read, or before which one is missing, and the error for that. */
const readable = (
  eventsOf: EventsOf,
  commits: readonly Commit[],
  afterVersion: number,
): { events: RecordedEvent[]; unreadable?: UnreadableEvent } => {
  const events: RecordedEvent[] = [];
  let reached = afterVersion;
  for (const commit of commits) {
    const { aggregateId, version } = commit;
    const first = commit.events[0]?.version ?? 0;
    if (first > reached + 1) return { events, unreadable: missing(aggregateId, reached + 1) };
    try {
      events.push(...eventsOf(commit));
    } catch (error) {
      if (error instanceof UnreadableEvent) return { events, unreadable: error };
      throw error;
    }
    reached = version;
  }
  return { events };
};
