import { eventsOfCommit, type Commit, type RecordedEvent } from '../domain/commit.ts';
import { UnreadableEvent } from '../domain/event.ts';

/** The events before the first commit that cannot be read. Throws UnreadableEvent when that is the very first. */
export const readableEvents = (commits: readonly Commit[]): readonly RecordedEvent[] => {
  const events: RecordedEvent[] = [];
  for (const commit of commits) {
    try {
      events.push(...eventsOfCommit(commit));
    } catch (error) {
      if (error instanceof UnreadableEvent && events.length > 0) return events;
      throw error;
    }
  }
  return events;
};
