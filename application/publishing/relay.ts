import { messagesOf, type CloudEvent } from './message.ts';
import { readOrBeginAnew, type ChangeFeed } from '../changeFeed.ts';
import type { Checkpoints } from '../checkpoints.ts';
import { present, type Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Parking } from '../subscriptions/ports.ts';
import type { Topic } from './ports.ts';

export const relayName = 'relay';

export type RelayOptions = {
  readonly changeFeed: ChangeFeed;
  readonly checkpoints: Checkpoints;
  readonly topic: Topic;
  /** Whether this instance knows that the topic has the message. */
  readonly isSent: (messageId: string) => boolean;
  readonly parking: Pick<Parking, 'park'>;
  readonly clock: Clock;
  readonly log: Log;
};

/**
 * Sends the messages of every commit after the last run's checkpoint, and saves the checkpoint only after the send, so that
 * it skips no commit, whatever ends a run half-way. It leaves out what this instance knows to be sent; the topic's duplicate
 * detection drops what another instance has sent. It parks what can never be sent. Returns the number of messages sent.
 */
export const runRelay = async (options: RelayOptions, deadline: number): Promise<number> => {
  const { checkpoints, clock } = options;
  const begun = present(clock);
  let checkpoint = await checkpoints.load(relayName);
  let sent = 0;
  while (clock.now() < deadline) {
    const page = await readFrom(options, checkpoint?.position);
    sent += await sendPage(options, page.commits);
    if (page.position !== checkpoint?.position) {
      const saved = await checkpoints.save(relayName, page.position, checkpoint?.etag);
      // Another instance relays, too: the topic's duplicate detection drops what both have sent.
      if (saved === 'conflict') return sent;
      checkpoint = saved;
    }
    // The next run sends what was appended during this one: at its tail the feed comes in small pages, and need not end.
    if (page.end || page.commits.some((commit) => 'occurredAt' in commit && commit.occurredAt > begun)) return sent;
  }
  return sent;
};

/** After a restore the store is another one: the relay sends all of it again, and listeners drop what they have had. */
const readFrom = ({ changeFeed, log }: RelayOptions, position: string | undefined) =>
  readOrBeginAnew(changeFeed, position, {
    onLost: (reason) => log('warn', `The relay begins at the beginning: ${reason}`),
  });

const sendPage = async (
  { topic, isSent, parking, log }: RelayOptions,
  commits: Awaited<ReturnType<ChangeFeed['read']>>['commits'],
): Promise<number> => {
  const messages: CloudEvent[] = [];
  for (const commit of commits) {
    if ('unreadable' in commit) {
      log('error', `Parked a document of the event store: ${commit.unreadable}`);
      await parking.park(relayName, {
        messageId: idOfDocument(commit.document),
        reason: commit.unreadable,
        body: commit.document,
      });
    } else {
      messages.push(...messagesOf(commit).filter(({ id }) => !isSent(id)));
    }
  }
  const unsendable = messages.length > 0 ? await topic.send(messages) : [];
  for (const message of unsendable) {
    const reason = 'Too large to be sent, or its id too long';
    log('error', `Parked message ${message.id}: ${reason}`, { message: message.id });
    await parking.park(relayName, { messageId: message.id, reason, body: message });
  }
  return messages.length - unsendable.length;
};

const idOfDocument = (document: unknown): string => {
  const { aggregateId, id } = document as { aggregateId?: unknown; id?: unknown };
  return `${String(aggregateId)}:${String(id)}`;
};
