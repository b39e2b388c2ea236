import type { Content } from './message.ts';

export type MessageState = 'active' | 'deferred' | 'scheduled';

/** One copy of a message in one entity, or one that waits at a topic for its time. Times are in ms since 1970. */
export type StoredMessage = {
  /** Unique among all that the broker holds, and never changed: what the journal knows the message by. */
  readonly id: number;
  /** Ascending within the entity, from 1. */
  readonly sequenceNumber: number;
  readonly enqueuedAt: number;
  /** Its number where it came from: at the topic, or in the queue whose dead letter it is. */
  readonly enqueuedSequenceNumber?: number;
  /** Infinity for ever. */
  readonly timeToLiveMs: number;
  readonly expiresAt: number;
  readonly scheduledAt?: number;
  readonly deadLetterSource?: string;
  readonly sessionId?: string;
  /** As the sender's header says, 0 to 255. */
  readonly priority?: number;
  /** The sender's annotations, still encoded. */
  readonly annotations?: Buffer;
  content: Content;
  state: MessageState;
  /** Deliveries that failed: abandoned, or not settled in time. */
  deliveryCount: number;
};

/** A message on its way into an entity. */
export type NewMessage = Omit<StoredMessage, 'id' | 'sequenceNumber' | 'expiresAt'>;

const objectBytes = 512;
/** About how much memory a message takes. */
export const weightOf = (message: StoredMessage) =>
  message.content.bytes.length + (message.annotations?.length ?? 0) + objectBytes;
