import type { Value } from './value.ts';

/** The largest message, and the largest batch, in bytes as encoded. */
export const maxMessageBytes = 262_144;

/** The properties of a message that the broker and its rules read. An identifier of any type is read as text. */
export type Envelope = {
  readonly messageId: string;
  readonly correlationId?: string;
  readonly to?: string;
  readonly replyTo?: string;
  readonly subject?: string;
  readonly sessionId?: string;
  readonly replyToSessionId?: string;
  readonly contentType?: string;
  readonly applicationProperties: ReadonlyMap<Value, Value>;
};

export type PropertyName = keyof Omit<Envelope, 'applicationProperties'>;

/**
 * The part of a message that its sender wrote: properties and body. It stays in the sender's encoding, and the broker
 * never reads the body. Content is immutable: a change returns new content.
 */
export type Content = {
  readonly bytes: Buffer;
  /** Decodes the properties anew with each call. */
  readEnvelope(): Envelope;
  /** Sets application properties, or removes those that are undefined; all others keep their exact types. */
  withApplicationProperties(properties: ReadonlyMap<string, Value | undefined>): Content;
  withProperty(name: PropertyName, value: string | null): Content;
};

/** A message as a client sent it. */
export type SentMessage = {
  readonly envelope: Envelope;
  /** The sender's annotations, still encoded, if there are any. */
  readonly annotations?: Buffer;
  readonly content: Content;
  /** Milliseconds; Infinity if the sender set no limit. */
  readonly timeToLiveMs: number;
  readonly scheduledAt?: number;
  readonly partitionKey?: string;
  readonly priority?: number;
};
