import { bankEventsOf, type BankEvent } from '../../../domain/registry.ts';
import type { Commit, RecordedEvent } from '../../../eventSourcing/commit.ts';
import type { EventStore } from '../../eventStore.ts';
import { commitOfEvent } from '../commitOfEvent.ts';

/** An event of the bank by its aggregate and version, with its commit; undefined where there is none. Throws UnreadableEvent. */
export const recordedEvent = async (
  eventStore: Pick<EventStore, 'commitAt' | 'commitWith'>,
  aggregateId: string,
  version: number,
): Promise<{ readonly event: RecordedEvent<BankEvent>; readonly commit: Commit } | undefined> => {
  const commit = await commitOfEvent(eventStore, aggregateId, version);
  const event = commit && bankEventsOf(commit).find((each) => each.version === version);
  return event && { event, commit };
};
