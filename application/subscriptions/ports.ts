import type { CloudEvent } from '../publishing/message.ts';

/** To whom a message is sent again: to one listener of a subscription, or to all who share it. */
export type Address = { readonly subscription: string; readonly listener?: string | undefined };

/** An event of the event store that the app sends again, to one address. */
export type Copy = Address & {
  /** Differs from the original's, so that duplicate detection lets the copy pass. */
  readonly messageId: string;
  readonly event: CloudEvent;
  /** When Service Bus delivers it; at once where it does not say. */
  readonly at?: string | undefined;
  /** How often its listener has tried what it does about the event, where it counts that. */
  readonly tries?: number | undefined;
  /** The message that was sent first. */
  readonly original: Pick<Origin, 'messageId' | 'enqueuedAt'>;
};

export type Copies = {
  /** Sends all copies in as few batches as their sizes allow. Returns those that can never be sent. */
  sendCopies(copies: readonly Copy[]): Promise<readonly Copy[]>;
};

/** Facts about a message beside its body. Those about a copy are facts about its original. */
export type Origin = {
  readonly messageId: string;
  readonly enqueuedAt?: string | undefined;
  /** How often Service Bus has delivered the message since it was last sent. */
  readonly deliveryCount?: number | undefined;
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
};

/** A message that a listener can never handle; the app keeps it with the reason, for people to look at. */
export type Parked = Origin & { readonly reason: string; readonly body: unknown };

export type ParkedMessage = Omit<Parked, 'body'> & {
  readonly id: string;
  /** The listener for whom the app parked it. */
  readonly listener: string;
  readonly parkedAt: string;
  /** Undefined if it was too long for the store to keep it whole. */
  readonly body: unknown;
  /** The body as text, or its beginning. */
  readonly text: string;
  /** How many messages the item stands for, where it stands for many. */
  readonly count?: number | undefined;
  /** Changes when it is parked again. */
  readonly etag: string;
};

/** Orders parked messages; no two have the same place. */
export type ParkedPlace = Pick<ParkedMessage, 'parkedAt' | 'listener' | 'id'>;

/** Keeps parked messages by listener. The relay parks messages, too, under its own name. */
export type Parking = {
  /** Parking a message of the same id again keeps one item, with the newest reason. */
  park(listener: string, message: Parked): Promise<void>;
  /**
   * Counts messages that somebody may send in any number: one item for each reason and minute, with the first message as an
   * example. Counts some twice where an answer of the store is lost.
   */
  tally(listener: string, example: Parked, count: number): Promise<void>;
  /** The messages of one listener, or of all, the longest parked first; with a place, those after it. */
  list(listener: string | undefined, limit: number, after?: ParkedPlace): Promise<readonly ParkedMessage[]>;
  /** One of them; undefined where the listener has none with this id. */
  load(listener: string, id: string): Promise<ParkedMessage | undefined>;
  /** Removes the message, unless somebody has parked it again since it was listed. */
  remove(message: ParkedMessage): Promise<void>;
  count(listener: string): Promise<number>;
};

/** What waits in a subscription: how many messages, up to as many as were asked for, and when the oldest came there. */
export type Waiting = { readonly messages: number; readonly oldest: string | undefined };

export type Backlogs = {
  /** Those of these subscriptions that there are, by name; counts no more than `most` messages of each. */
  look(subscriptions: readonly string[], most: number): Promise<ReadonlyMap<string, Waiting>>;
};

/** A message that Service Bus gave up on. */
export type DeadLetter = Origin & {
  /** 64 bits in decimal digits; within a subscription, later messages have greater numbers. */
  readonly sequenceNumber: string;
  readonly reason: string;
  readonly description: string | undefined;
  readonly body: unknown;
};

export type DeadLetterQueues = {
  /** The oldest of a subscription; with a sequence number, the oldest after it. Fewer than `limit` only if no more are left. */
  peek(subscription: string, limit: number, after?: string): Promise<readonly DeadLetter[]>;
  /** Hands the oldest to `handle`, then removes those that it returns. A crash in between leaves them. Returns how many it removed. */
  take(
    subscription: string,
    limit: number,
    handle: (letters: readonly DeadLetter[]) => Promise<readonly DeadLetter[]>,
  ): Promise<number>;
};
