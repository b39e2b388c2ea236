import type { Commit } from '../../eventSourcing/commit.ts';
import { messagesOf, type CloudEvent } from './message.ts';
import { boundedCache } from '../boundedCache.ts';
import type { Log } from '../log.ts';
import type { Topic } from './ports.ts';

/** The publisher leaves further messages to the relay: memory stays bounded while Service Bus is away. */
const maximumWaiting = 5_000;
/** The relay comes by every few seconds; it sends again what the publisher has forgotten by then. */
const maximumSent = 50_000;

export type Publisher = {
  /** Sends soon, together with the messages that wait by then. Never fails: the relay sends what this does not. */
  readonly publish: (commits: readonly Commit[]) => void;
  /** Whether the topic has acknowledged the message to this publisher, which then forgets it. */
  readonly takeSent: (messageId: string) => boolean;
  /** Resolves once nothing waits any more. */
  readonly drain: () => Promise<void>;
};

/** At most one send is under way; what arrives meanwhile goes with the next. */
export const createPublisher = (topic: Topic, log: Log): Publisher => {
  let waiting: CloudEvent[] = [];
  let sending: Promise<void> | undefined;
  const sent = boundedCache<true>(maximumSent);
  /** Messages left to the relay since the topic last took any. */
  let left = 0;

  /** Logs one line for an outage, however many commands there are meanwhile. */
  const leave = (count: number, reason: string) => {
    if (left === 0) log('warn', `Messages are left to the relay: ${reason}`);
    left += count;
  };

  const send = async () => {
    while (waiting.length > 0) {
      const messages = waiting;
      waiting = [];
      try {
        const unsendable = new Set(await topic.send(messages));
        for (const message of messages) if (!unsendable.has(message)) sent.set(message.id, true);
        if (left > 0) log('info', `Messages are sent again; ${left} were left to the relay`);
        left = 0;
      } catch (error) {
        leave(messages.length, reasonOf(error));
      }
    }
    sending = undefined;
  };

  return {
    publish(commits) {
      const messages = commits.flatMap(messagesOf);
      if (waiting.length >= maximumWaiting) {
        leave(messages.length, 'too many wait');
        return;
      }
      waiting.push(...messages);
      sending ??= send();
    },
    takeSent(messageId) {
      const isSent = sent.get(messageId) ?? false;
      sent.delete(messageId);
      return isSent;
    },
    async drain() {
      await sending;
    },
  };
};

/** With its cause, which says whether the topic is away, or full. */
const reasonOf = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error ? `${String(error)}: ${error.cause.message}` : String(error);
