import type { Content } from './message.ts';

export type MessageState = 'active' | 'deferred' | 'scheduled';

/** One copy of a message in one entity, or a scheduled message of a topic. Times are in ms since 1970. */
export type StoredMessage = {
  /** Unique in the broker and never changed. Identifies the message in the journal. */
  readonly id: number;
  /** Ascending in the entity, from 1. */
  readonly sequenceNumber: number;
  readonly enqueuedAt: number;
  /** Its number in the topic, or for a dead letter, in the entity that it comes from. */
  readonly enqueuedSequenceNumber?: number;
  /** Infinity for no limit. */
  readonly timeToLiveMs: number;
  readonly expiresAt: number;
  readonly scheduledAt?: number;
  readonly deadLetterSource?: string;
  readonly sessionId?: string;
  /** From the sender's header, 0 to 255. */
  readonly priority?: number;
  /** The sender's annotations, still encoded. */
  readonly annotations?: Buffer;
  content: Content;
  state: MessageState;
  /** Counts failed deliveries: abandoned, or not settled in time. */
  deliveryCount: number;
};

/** A message before an entity has added it. */
export type NewMessage = Omit<StoredMessage, 'id' | 'sequenceNumber' | 'expiresAt'>;

/** The bytes of a message as they count for the size of its topic or queue. */
export const sizeOf = ({ content, annotations }: StoredMessage) => content.bytes.length + (annotations?.length ?? 0);

const objectBytes = 512;
/** Estimates the memory of a message in bytes. */
export const weightOf = (message: StoredMessage) => sizeOf(message) + objectBytes;
