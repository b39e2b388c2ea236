import { UnreadableEvent } from '../../eventSourcing/event.ts';
import { readCommitPage, type EventStore } from '../eventStore.ts';
import { messagesOf, type CloudEvent } from './message.ts';

const eventIdPattern = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([1-9]\d{0,11})$/;

/** The message of an event, made from what the event store has; undefined where it has no such event, or cannot read it. */
export const storedMessage = async (
  eventStore: Pick<EventStore, 'readCommits'>,
  id: string,
): Promise<CloudEvent | undefined> => {
  const [, aggregateId, version] = eventIdPattern.exec(id) ?? [];
  if (aggregateId === undefined) return undefined;
  try {
    const [commit] = await readCommitPage(eventStore, aggregateId, Number(version) - 1, 1);
    return commit && messagesOf(commit).find((event) => event.id === id);
  } catch (error) {
    if (error instanceof UnreadableEvent) return undefined;
    throw error;
  }
};
