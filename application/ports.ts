import type { AggregateName } from '../domain/aggregate.ts';
import type { Commit } from '../domain/commit.ts';
import type { Message } from '../domain/message.ts';
import type { Alias } from './views/alias.ts';
import type { Entry, Generation, Listing, Projection } from '../projections/projection.ts';
import type { Condition, Group, Path, Scalar, Search } from '../projections/route.ts';

/**
 * A service behind is away, throttles, or did not answer in time; the same call may succeed later.
 * Thrown by every port method. `outcomeUnknown`: a write may have taken effect all the same.
 */
export class ServiceUnavailable extends Error {
  override name = 'ServiceUnavailable';
  readonly service: string;
  readonly outcomeUnknown: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(
    service: string,
    options: { cause?: unknown; outcomeUnknown?: boolean; retryAfterMs?: number | undefined } = {},
  ) {
    super(`${service} is unavailable`, { cause: options.cause });
    this.service = service;
    this.outcomeUnknown = options.outcomeUnknown ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The time, in ms since 1970. */
export type Clock = { now(): number };
/** `ids` say what the message is about; it names no people and no amounts. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  ids?: Readonly<Record<string, string | number>>,
) => void;

/** The newest state of an aggregate, beside its commits. */
export type Head = {
  readonly aggregate: AggregateName;
  readonly version: number;
  /** Folded by code of `stateVersion`, not yet checked. */
  readonly state: unknown;
  readonly stateVersion: number;
  readonly occurredAt: string;
};
/** A fenced aggregate has no events and can never have any. */
export type LoadedHead = { readonly etag: string; readonly head: Head | 'fenced' };

export type AppendResult =
  | { readonly outcome: 'appended'; readonly etag: string }
  /** The head is not the expected one (or is there already); nothing was written. */
  | { readonly outcome: 'stale' }
  /** This one of the command ids was used before in this aggregate; nothing was written. */
  | { readonly outcome: 'commandUsed'; readonly commandId: string };

export type EventStore = {
  /** The head as the latest acknowledged write left it; 'unchanged' if it still has the known etag. */
  loadHead(aggregateId: string, knownEtag?: string): Promise<LoadedHead | 'unchanged' | undefined>;
  /**
   * Appends commits of one aggregate and its new head: all or nothing, and only onto the head with the expected etag
   * (undefined: none may exist). At most `maximumGroup` commits.
   */
  append(commits: readonly Commit[], head: Head, expectedEtag: string | undefined): Promise<AppendResult>;
  /** The commit that a command made in this aggregate, if it made one. Throws UnreadableEvent. */
  findCommit(aggregateId: string, commandId: string): Promise<Commit | undefined>;
  /** Commits with events after a version, oldest first, in pages. Throws UnreadableEvent. */
  readCommits(aggregateId: string, afterVersion: number, pageSize?: number): AsyncIterable<readonly Commit[]>;
  /** Heads in no particular order, a page at a time: those written since an instant (ms), or all. */
  listHeads(
    query: { readonly changedSince?: number | undefined },
    continuation: string | undefined,
  ): Promise<{ readonly heads: readonly ListedHead[]; readonly continuation: string | undefined }>;
  /** How many events these kinds of aggregates have, more or less: while they are counted, others come. */
  countEvents(aggregates: readonly AggregateName[]): Promise<number>;
  /** Whether nothing was ever appended. */
  isEmpty(): Promise<boolean>;
  /** Makes sure that an aggregate never begins: 'exists' when it has begun already. */
  fence(aggregateId: string): Promise<'fenced' | 'exists'>;
};
export const maximumGroup = 99;

export type ListedHead = {
  readonly aggregateId: string;
  readonly aggregate: AggregateName;
  readonly version: number;
  /** When it was written, in ms; whole seconds. */
  readonly changedAt: number;
};

/** A document of the store that is no commit that this program can read. */
export type UnreadableCommit = { readonly unreadable: string; readonly document: unknown };
/** The position is one of another store, such as the one before a restore. */
export class UnusablePosition extends Error {
  override name = 'UnusablePosition';
}

export type ChangeFeed = {
  /**
   * Commits after a position (undefined: from the very first; a time in ms: written since then, give or take seconds),
   * those of one aggregate in order, and the position after them. `end`: nothing more for now. Throws UnusablePosition.
   */
  read(position: string | number | undefined): Promise<{
    readonly commits: readonly (Commit | UnreadableCommit)[];
    readonly position: string;
    readonly end: boolean;
  }>;
};

export type Checkpoint = { readonly position: string; readonly etag: string };
export type Checkpoints = {
  load(process: string): Promise<Checkpoint | undefined>;
  /** 'conflict': another instance has saved since this etag was read; nothing was written. */
  save(process: string, position: string, expectedEtag: string | undefined): Promise<Checkpoint | 'conflict'>;
};

export type Aliases = {
  load(projection: string): Promise<{ readonly alias: Alias; readonly etag: string } | undefined>;
  /** 'conflict': somebody else has saved since this etag was read (undefined: there is one); nothing was written. */
  save(alias: Alias, expectedEtag: string | undefined): Promise<'saved' | 'conflict'>;
};

export type Topic = {
  /** Sends all in as few batches as sizes allow. Returns those that can never be sent. */
  send(messages: readonly Message[]): Promise<readonly Message[]>;
};

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

/** The last version folded in, of each aggregate that a row follows. */
export type Positions = Readonly<Record<string, number>>;
export type StoredRow<Row> = { readonly row: Row; readonly positions: Positions; readonly etag: string };

/** A row that this program cannot read, or that is too large to be written. */
export class BrokenRow extends Error {
  override name = 'BrokenRow';
}

export type ReadModels = {
  /** Throws BrokenRow. */
  load<Row>(projection: Projection<Row>, key: string): Promise<StoredRow<Row> | undefined>;
  /**
   * Writes its new entries, and the row with its positions and its open entry if it is as it was loaded. A position is
   * never there before its entries; a completed entry never beside its open form. Throws BrokenRow.
   */
  store<Row>(
    projection: Projection<Row>,
    key: string,
    row: Omit<StoredRow<Row>, 'etag'>,
    entries: readonly Entry[],
    expectedEtag: string | undefined,
  ): Promise<StoredRow<Row> | 'conflict'>;
};
export const maximumEntries = 99;

export type Counts = {
  rows(generation: Generation): Promise<number>;
  /** Messages of a subscription that were parked. */
  parked(subscription: string): Promise<number>;
};

export type Rows = {
  /** Deletes some of a generation's rows, and what lies beside them; returns how many items, 0 when there are none left. */
  clear(generation: Generation): Promise<number>;
};

/** Where a page ends: what its last item is sorted by. */
export type PageKey = readonly Scalar[];
export type Page<Item> = {
  readonly items: readonly Item[];
  /** Absent on the last page. */
  readonly next: PageKey | undefined;
};
export type PageQuery = Search & {
  /** The end of the page before. */
  readonly after: PageKey | undefined;
  readonly limit: number;
};
export type Listings = {
  /** All rows that a search finds. */
  rows<Row>(projection: Projection<Row>, query: PageQuery): Promise<Page<{ readonly key: string; readonly row: Row }>>;
  /** Those entries of one row that a search finds. */
  entries<Line>(projection: Listing<Line>, key: string, query: PageQuery): Promise<Page<Line>>;
  /** Sums over those entries of all rows that meet the conditions, for each group, in no particular order. */
  sums(
    projection: Generation,
    query: { readonly where: readonly Condition[]; readonly by: readonly Path[]; readonly sum: readonly Path[] },
  ): Promise<readonly Group[]>;
};

/** An e-mail address spoken for by a customer that exists or is about to. */
export type EmailClaim = { readonly customerId: string; readonly claimedAt: string };
export type EmailClaims = {
  /** Claims an address that nobody has claimed, else says who has. */
  claim(address: string, claim: EmailClaim): Promise<'claimed' | (EmailClaim & { readonly etag: string })>;
  /** Takes over a claim as it was read; 'conflict' when it has changed hands since. */
  takeOver(address: string, claim: EmailClaim, etag: string): Promise<'claimed' | 'conflict'>;
};

/** A row that is not where its aggregate's head is, and that catching up did not mend. */
export type Gap = {
  readonly projection: string;
  readonly aggregateId: string;
  /** The view's; 0 where it has never heard of the aggregate. */
  readonly position: number;
  /** The head's. A view that is ahead of it follows a store that was restored to an earlier state. */
  readonly version: number;
  /** Of the head's last change. */
  readonly since: string;
};
export type Gaps = {
  list(): Promise<readonly Gap[]>;
  record(gap: Gap): Promise<void>;
  clear(gap: Gap): Promise<void>;
};
