import { messagesOf, type Message } from '../../domain/message.ts';
import { UnusablePosition, type ChangeFeed } from '../changeFeed.ts';
import type { Checkpoints } from '../checkpoints.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Parking } from '../subscriptions/ports.ts';
import type { Topic } from './ports.ts';

export const relayName = 'relay';

type Options = {
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
 * Sees to it that the messages of every commit are sent, from where the last run's checkpoint is, and saves the
 * checkpoint only after the send: no commit is skipped, whatever ends a run half-way. It sends what this instance does
 * not know to be sent; the topic's duplicate detection drops what another one has sent already. What can never be sent
 * is parked. Returns the number of messages sent.
 */
export const runRelay = async (options: Options, deadline: number): Promise<number> => {
  const { checkpoints, clock } = options;
  const begun = new Date(clock.now()).toISOString();
  let checkpoint = await checkpoints.load(relayName);
  let sent = 0;
  while (clock.now() < deadline) {
    const page = await readFrom(options, checkpoint?.position);
    sent += await sendPage(options, page.commits);
    if (page.position !== checkpoint?.position) {
      const saved = await checkpoints.save(relayName, page.position, checkpoint?.etag);
      // Another instance relays, too: what was sent twice is dropped by duplicate detection.
      if (saved === 'conflict') return sent;
      checkpoint = saved;
    }
    // What is appended during the run is for the next one: at its tail the feed comes in small pages, and need not end.
    if (page.end || page.commits.some((commit) => 'occurredAt' in commit && commit.occurredAt > begun)) return sent;
  }
  return sent;
};

/** After a restore the store is another one: all of it is sent again, which positions and subscribers can bear. */
const readFrom = async ({ changeFeed, log }: Options, position: string | undefined) => {
  try {
    return await changeFeed.read(position);
  } catch (error) {
    if (!(error instanceof UnusablePosition)) throw error;
    log('warn', `The relay begins at the beginning: ${error.message}`);
    return changeFeed.read(undefined);
  }
};

const sendPage = async (
  { topic, isSent, parking, log }: Options,
  commits: Awaited<ReturnType<ChangeFeed['read']>>['commits'],
): Promise<number> => {
  const messages: Message[] = [];
  for (const commit of commits) {
    if ('unreadable' in commit) {
      log('error', `Parked a document of the event store: ${commit.unreadable}`);
      await parking.park(relayName, {
        messageId: idOfDocument(commit.document),
        reason: commit.unreadable,
        body: commit.document,
      });
    } else {
      messages.push(...messagesOf(commit).filter(({ messageId }) => !isSent(messageId)));
    }
  }
  const unsendable = messages.length > 0 ? await topic.send(messages) : [];
  for (const message of unsendable) {
    log('error', `Parked message ${message.messageId}: too large to be sent, or its id too long`, {
      message: message.messageId,
    });
    await parking.park(relayName, {
      messageId: message.messageId,
      reason: 'Too large to be sent, or its id too long',
      body: message.body,
      properties: message.applicationProperties,
    });
  }
  return messages.length - unsendable.length;
};

const idOfDocument = (document: unknown): string => {
  const { aggregateId, id } = document as { aggregateId?: unknown; id?: unknown };
  return `${String(aggregateId)}:${String(id)}`;
};
