import type { BrokerError } from './errors.ts';
import type { Lock } from './locks.ts';
import type { StoredMessage } from './storedMessage.ts';

export type ReceiveMode = 'peekLock' | 'receiveAndDelete';

/** A receiver of messages. */
export type Consumer = {
  readonly mode: ReceiveMode;
  /** How many more messages it can take now. */
  capacity(): number;
  deliver(message: StoredMessage, lock: Lock | undefined): void;
  /** Called when it gets no more messages: it lost its session, waited too long for one, or its entity is gone. */
  end(error: BrokerError): void;
};

/** A receiver of the messages of one session. */
export type SessionConsumer = Consumer & {
  /** Called when it gets a session, which it holds until `until` (ms since 1970) unless it renews it. */
  granted(sessionId: string, until: number): void;
};

export type Received = { readonly message: StoredMessage; readonly lock: Lock | undefined };
