import type { Commit } from '../domain/commit.ts';
import { messagesOf, type Message } from '../domain/message.ts';
import type { Log, Topic } from './ports.ts';

/** Beyond it, messages are left to the relay: memory stays bounded while Service Bus is away. */
const maximumWaiting = 5_000;

export type Publisher = {
  /** Sends soon, together with whatever else waits by then. Never fails: what is not sent here, the relay sends. */
  readonly publish: (commits: readonly Commit[]) => void;
  /** Resolves once nothing waits any more. */
  readonly drain: () => Promise<void>;
};

/** At most one send is under way; what arrives meanwhile goes with the next. */
export const createPublisher = (topic: Topic, log: Log): Publisher => {
  let waiting: Message[] = [];
  let sending: Promise<void> | undefined;

  const send = async () => {
    while (waiting.length > 0) {
      const messages = waiting;
      waiting = [];
      try {
        await topic.send(messages);
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
    async drain() {
      await sending;
    },
  };
};
