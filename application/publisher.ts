import type { Commit } from '../domain/commit.ts';
import { messagesOf, type Message } from '../domain/message.ts';
import { boundedCache } from './boundedCache.ts';
import type { Log, Topic } from './ports.ts';

/** Beyond it, messages are left to the relay: memory stays bounded while Service Bus is away. */
const maximumWaiting = 5_000;
/** The relay comes by every few seconds; what is forgotten before, it sends again. */
const maximumSent = 50_000;

export type Publisher = {
  /** Sends soon, together with whatever else waits by then. Never fails: what is not sent here, the relay sends. */
  readonly publish: (commits: readonly Commit[]) => void;
  /** Whether the topic has acknowledged the message here; forgotten once it was asked for. */
  readonly takeSent: (messageId: string) => boolean;
  /** Resolves once nothing waits any more. */
  readonly drain: () => Promise<void>;
};

/** At most one send is under way; what arrives meanwhile goes with the next. */
export const createPublisher = (topic: Topic, log: Log): Publisher => {
  let waiting: Message[] = [];
  let sending: Promise<void> | undefined;
  const sent = boundedCache<true>(maximumSent);

  const send = async () => {
    while (waiting.length > 0) {
      const messages = waiting;
      waiting = [];
      try {
        const unsendable = new Set(await topic.send(messages));
        for (const message of messages) if (!unsendable.has(message)) sent.set(message.messageId, true);
      } catch (error) {
        log('warn', `${messages.length} messages left to the relay: ${String(error)}`);
      }
    }
    sending = undefined;
  };

  return {
    publish(commits) {
      if (waiting.length >= maximumWaiting) {
        log('warn', `${commits.length} commits left to the relay: too many messages wait`);
        return;
      }
      waiting.push(...commits.flatMap(messagesOf));
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
