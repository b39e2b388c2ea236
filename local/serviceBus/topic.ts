import type { DuplicateWindow } from './duplicates.ts';
import type { Entity } from './entity.ts';
import { messageNotFound } from './errors.ts';
import { envelopeOf, type Envelope, type SentMessage } from './message.ts';
import { PriorityQueue } from './priorityQueue.ts';
import type { BrokerResources } from './resources.ts';
import type { Rule } from './rule.ts';
import { weightOf, type StoredMessage } from './storedMessage.ts';

export type Subscription = { readonly entity: Entity; readonly rules: readonly Rule[] };

export type TopicSettings = {
  /** An upper limit for every message; Infinity for none. */
  readonly timeToLiveMs: number;
  readonly subscriptions: readonly Subscription[];
  /** Undefined where duplicates are not looked for. */
  readonly duplicates: DuplicateWindow | undefined;
};

/** Where messages are sent to. A queue is a topic whose only subscription takes everything. */
export class Topic {
  readonly path: string;
  readonly subscriptions: readonly Subscription[];
  readonly duplicates: DuplicateWindow | undefined;
  private readonly timeToLiveMs: number;
  private readonly resources: BrokerResources;
  private readonly scheduled = new Map<number, StoredMessage>();
  private readonly due = new PriorityQueue<StoredMessage>(({ scheduledAt }) => scheduledAt ?? 0);
  private lastSequenceNumber = 0;

  constructor(path: string, { timeToLiveMs, subscriptions, duplicates }: TopicSettings, resources: BrokerResources) {
    this.path = path;
    this.timeToLiveMs = timeToLiveMs;
    this.subscriptions = subscriptions;
    this.duplicates = duplicates;
    this.resources = resources;
  }

  /** All or nothing. A message whose id was here within the window is dropped in silence. */
  publish(messages: readonly SentMessage[], now: number): void {
    this.assertRoom(messages);
    for (const message of messages) {
      if (!this.isNew(message, now)) continue;
      if ((message.scheduledAt ?? 0) > now) this.hold(message, now);
      else this.fanOut(message.envelope, this.draft(message, now), this.nextSequenceNumber(), now);
    }
  }

  /** All or nothing. Returns the numbers by which the messages can be cancelled, one per message. */
  schedule(messages: readonly SentMessage[], now: number): number[] {
    this.assertRoom(messages);
    // A repeat gets a number like any other message, one that there is nothing to cancel under.
    return messages.map((message) =>
      this.isNew(message, now) ? this.hold(message, now).sequenceNumber : this.nextSequenceNumber(),
    );
  }

  /** All or nothing; throws `message-not-found` for a message that does not wait here (any more). */
  cancel(sequenceNumbers: readonly number[]): void {
    const messages = new Set(
      sequenceNumbers.map((sequenceNumber) => {
        const message = this.scheduled.get(sequenceNumber);
        if (!message) throw messageNotFound(sequenceNumber);
        return message;
      }),
    );
    for (const message of messages) this.release(message);
  }

  /** Takes back a scheduled message that the journal kept. */
  restore(message: StoredMessage): void {
    this.scheduled.set(message.sequenceNumber, message);
    this.due.push(message);
    this.resources.hold(weightOf(message));
  }

  /** After a restart: numbers up to this one are used. */
  skipSequenceNumbers(upTo: number): void {
    this.lastSequenceNumber = Math.max(this.lastSequenceNumber, upTo);
  }

  /** Enqueues what is due by now, as if it had been sent now, and forgets ids that are out of the window. */
  advance(now: number): void {
    this.duplicates?.sweep(now);
    for (let message = this.due.peek(); message && (message.scheduledAt ?? 0) <= now; message = this.due.peek()) {
      this.release(message);
      const enqueued = { ...message, state: 'active' as const, enqueuedAt: now };
      this.fanOut(envelopeOf(message.bare), enqueued, message.sequenceNumber, now);
    }
  }

  nextDeadline(): number {
    return Math.min(this.due.peek()?.scheduledAt ?? Infinity, this.duplicates?.nextDeadline() ?? Infinity);
  }

  private assertRoom(messages: readonly SentMessage[]): void {
    this.resources.assertRoom(messages.reduce((bytes, { bare }) => bytes + bare.length, 0));
  }

  private isNew(message: SentMessage, now: number): boolean {
    return this.duplicates?.admit(message.envelope.messageId, now) ?? true;
  }

  private hold(message: SentMessage, now: number): StoredMessage {
    const held: StoredMessage = {
      ...this.draft(message, now),
      id: this.resources.nextId(),
      sequenceNumber: this.nextSequenceNumber(),
      expiresAt: Infinity,
      state: 'scheduled',
    };
    this.resources.journal.keep(this.path, held);
    this.restore(held);
    return held;
  }

  private release(message: StoredMessage): void {
    this.scheduled.delete(message.sequenceNumber);
    this.due.delete(message);
    this.resources.hold(-weightOf(message));
    this.resources.journal.drop(message);
  }

  private draft({ bare, annotations, timeToLiveMs, scheduledAt }: SentMessage, now: number): Draft {
    return {
      bare,
      ...(annotations && { annotations }),
      ...(scheduledAt !== undefined && { scheduledAt }),
      enqueuedAt: now,
      timeToLiveMs: Math.min(timeToLiveMs, this.timeToLiveMs),
      state: 'active',
      deliveryCount: 0,
    };
  }

  private fanOut(envelope: Envelope, message: Draft, enqueuedSequenceNumber: number, now: number): void {
    for (const { entity, rules } of this.subscriptions) {
      if (rules.some(({ matches }) => matches(envelope))) entity.add({ ...message, enqueuedSequenceNumber }, now);
    }
  }

  private nextSequenceNumber(): number {
    this.resources.journal.advance(this.path, ++this.lastSequenceNumber);
    return this.lastSequenceNumber;
  }
}

type Draft = Omit<StoredMessage, 'id' | 'sequenceNumber' | 'expiresAt'>;
