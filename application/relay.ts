import { messagesOf, type Message } from '../domain/message.ts';
import type { ChangeFeed, Checkpoints, Clock, Log, Parking, Topic } from './ports.ts';

const process = 'relay';

type Options = {
  readonly changeFeed: ChangeFeed;
  readonly checkpoints: Checkpoints;
  readonly topic: Topic;
  readonly parking: Parking;
  readonly clock: Clock;
  readonly log: Log;
};

/**
 * Sends every commit again, from where the last run's checkpoint is, and saves the checkpoint only after the send:
 * no commit is skipped, whatever ends a run half-way. The topic's duplicate detection drops what was there already.
 * What can never be sent is parked. Returns the number of commits sent.
 */
export const runRelay = async (options: Options, deadline: number): Promise<number> => {
  const { changeFeed, checkpoints, clock } = options;
  let checkpoint = await checkpoints.load(process);
  let sent = 0;
  while (clock.now() < deadline) {
    const page = await changeFeed.read(checkpoint?.position);
    sent += await sendPage(options, page.commits);
    if (page.position !== checkpoint?.position) {
      const saved = await checkpoints.save(process, page.position, checkpoint?.etag);
      // Another instance relays, too: what was sent twice is dropped by duplicate detection.
      if (saved === 'conflict') return sent;
      checkpoint = saved;
    }
    if (page.end) return sent;
  }
  return sent;
};

const sendPage = async (
  { topic, parking, log }: Options,
  commits: Awaited<ReturnType<ChangeFeed['read']>>['commits'],
): Promise<number> => {
  const messages: Message[] = [];
  for (const commit of commits) {
    if ('unreadable' in commit) {
      log('error', `Parked a document of the event store: ${commit.unreadable}`);
      await parking.park(process, {
        messageId: idOfDocument(commit.document),
        reason: commit.unreadable,
        body: commit.document,
      });
    } else {
      messages.push(...messagesOf(commit));
    }
  }
  for (const message of await topic.send(messages)) {
    log('error', `Parked message ${message.messageId}: too large to be sent`);
    await parking.park(process, {
      messageId: message.messageId,
      reason: 'Too large to be sent',
      body: message.body,
      properties: message.applicationProperties,
    });
  }
  return messages.length;
};

const idOfDocument = (document: unknown): string => {
  const { aggregateId, id } = document as { aggregateId?: unknown; id?: unknown };
  return `${String(aggregateId)}:${String(id)}`;
};
