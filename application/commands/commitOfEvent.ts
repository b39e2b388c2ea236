import type { Commit } from '../../eventSourcing/commit.ts';
import { isRecorded, type EventStore } from '../eventStore.ts';

/**
 * The commit that has an event of this version: by a point read where the event is the first of its commit, else by a query. Undefined
 * where there is none.
 */
export const commitOfEvent = async (
  eventStore: Pick<EventStore, 'commitAt' | 'commitWith'>,
  aggregateId: string,
  version: number,
): Promise<Commit | undefined> => {
  if (version < 1) return undefined;
  const first = await eventStore.commitAt(aggregateId, version);
  return isRecorded(first) ? first : eventStore.commitWith(aggregateId, version);
};
