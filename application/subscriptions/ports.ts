/** What is sent again to one subscription alone: an event's message, or anything that ever came. */
export type Copy = {
  readonly messageId: string;
  readonly contentType: string;
  readonly body: unknown;
  readonly applicationProperties: Readonly<Record<string, string | number | boolean>>;
};

export type Copies = {
  /** Like `send` of the topic. */
  sendCopies(copies: readonly Copy[]): Promise<readonly Copy[]>;
};

/** What is known of a message beside its body; of one that was sent again, of the original. */
export type Origin = {
  readonly messageId: string;
  readonly enqueuedAt?: string | undefined;
  /** Deliveries of the last time it was sent. */
  readonly deliveryCount?: number | undefined;
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
};

/** A message that can never be handled, kept with its reason for people to look at. */
export type Parked = Origin & { readonly reason: string; readonly body: unknown };

export type ParkedMessage = Omit<Parked, 'body'> & {
  readonly id: string;
  readonly subscription: string;
  readonly parkedAt: string;
  /** Undefined: it was too long to be kept. */
  readonly body: unknown;
  /** Begins like the body. */
  readonly text: string;
  /** Changes when it is parked again. */
  readonly etag: string;
};

/** By which parked messages are ordered; no two agree in all of it. */
export type ParkedPlace = Pick<ParkedMessage, 'parkedAt' | 'subscription' | 'id'>;

export type Parking = {
  /** The same message (its id and body) parked again is still one, with the newest reason. */
  park(subscription: string, message: Parked): Promise<void>;
  /** Of one subscription, or of all: the longest parked first, or those that follow one, which may be gone. */
  list(subscription: string | undefined, limit: number, after?: ParkedPlace): Promise<readonly ParkedMessage[]>;
  /** Leaves alone what has been parked again since it was listed. */
  remove(message: ParkedMessage): Promise<void>;
};

/** A message that Service Bus gave up on. */
export type DeadLetter = Origin & {
  /** Of 64 bits, in decimal digits; of those of a subscription, later ones have greater ones. */
  readonly sequenceNumber: string;
  readonly reason: string;
  readonly description: string | undefined;
  readonly body: unknown;
};

export type DeadLetterQueues = {
  /** The oldest of a subscription, or those that follow a sequence number: fewer than `limit` only where no more are left. */
  peek(subscription: string, limit: number, after?: string): Promise<readonly DeadLetter[]>;
  /** Removes those of the oldest that `handle` gives back, after it has: at least once. Returns how many. */
  take(
    subscription: string,
    limit: number,
    handle: (letters: readonly DeadLetter[]) => Promise<readonly DeadLetter[]>,
  ): Promise<number>;
};
