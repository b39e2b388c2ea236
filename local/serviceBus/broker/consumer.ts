import type { BrokerError } from './errors.ts';
import type { Lock } from './locks.ts';
import type { StoredMessage } from './storedMessage.ts';

export type ReceiveMode = 'peekLock' | 'receiveAndDelete';

/** Somebody who takes messages as they come. */
export type Consumer = {
  readonly mode: ReceiveMode;
  /** How many more messages it takes right now. */
  capacity(): number;
  deliver(message: StoredMessage, lock: Lock | undefined): void;
  /** It gets nothing any more, and need not detach: its session is lost, none came in time, or the entity is gone. */
  end(error: BrokerError): void;
};

/** Somebody who takes the messages of one session. */
export type SessionConsumer = Consumer & {
  /** The session is this consumer's until then (ms since 1970), unless it renews it. */
  granted(sessionId: string, until: number): void;
};

export type Received = { readonly message: StoredMessage; readonly lock: Lock | undefined };
