import type { DuplicateWindow } from './duplicates.ts';
import type { Entity } from './entity.ts';
import { entityDisabled, entityFull, messageNotFound, notAllowed, type BrokerError } from './errors.ts';
import type { Envelope, SentMessage } from './message.ts';
import { PriorityQueue } from './priorityQueue.ts';
import type { BrokerResources } from './resources.ts';
import { applyRules, type Rule } from '../rules/rule.ts';
import type { SequenceNumbers } from './sequenceNumbers.ts';
import { sizeOf, weightOf, type NewMessage, type StoredMessage } from './storedMessage.ts';

/** The rules may be replaced at any time. */
export type Subscription = { readonly entity: Entity; rules: readonly Rule[] };

export type TopicSettings = {
  /** The upper limit for every message; Infinity for none. */
  readonly timeToLiveMs: number;
  /** True for queues with sessions: every message must have a session id. */
  readonly requiresSession: boolean;
  /** All messages of a batch must have the same session id or partition key. */
  readonly isPartitioned: boolean;
  readonly canSend: boolean;
  readonly capacityBytes: number;
};

/** An attached sender. `end` is called when the topic is removed. */
export type Sender = { end(error: BrokerError): void };

/** The sending side of a topic or queue. A queue is a topic with one subscription, which takes every message. */
export class Topic {
  readonly path: string;
  /** By path, in lower case. */
  readonly subscriptions = new Map<string, Subscription>();
  /** Undefined without duplicate detection. */
  readonly duplicates: DuplicateWindow | undefined;
  readonly numbers: SequenceNumbers;
  private settings: TopicSettings;
  /** Set when the topic was removed, because a client may still be sending. */
  private ended: BrokerError | undefined;
  private readonly senders = new Set<Sender>();
  private readonly resources: BrokerResources;
  private scheduledBytes = 0;
  private readonly scheduled = new Map<number, StoredMessage>();
  private readonly due = new PriorityQueue<StoredMessage>(({ scheduledAt }) => scheduledAt ?? 0);

  /** A queue passes its own `numbers`, so that scheduled and other messages share one sequence. */
  constructor(
    settings: TopicSettings,
    numbers: SequenceNumbers,
    duplicates: DuplicateWindow | undefined,
    resources: BrokerResources,
  ) {
    this.path = numbers.path;
    this.settings = settings;
    this.numbers = numbers;
    this.duplicates = duplicates;
    this.resources = resources;
  }

  get scheduledCount(): number {
    return this.scheduled.size;
  }

  /** The bytes of all messages of its subscriptions, each copy for itself, of their dead letters, and of scheduled messages. */
  get sizeInBytes(): number {
    let bytes = this.scheduledBytes;
    for (const { entity } of this.subscriptions.values()) bytes += entity.sizeInBytes;
    return bytes;
  }

  get canSend(): boolean {
    return this.settings.canSend;
  }

  configure(settings: TopicSettings): void {
    this.settings = settings;
  }

  attach(sender: Sender): void {
    this.senders.add(sender);
  }

  detach(sender: Sender): void {
    this.senders.delete(sender);
  }

  /** All or nothing. Silently drops a message with an id that the duplicate window contains. */
  publish(messages: readonly SentMessage[], now: number): void {
    this.assertAcceptable(messages);
    for (const message of messages) {
      if (!this.isNew(message.envelope, now)) continue;
      if ((message.scheduledAt ?? 0) > now) this.hold(message, now);
      else this.fanOut(message.envelope, this.draft(message, now), now);
    }
  }

  /** Publishes a message that an entity forwards. The message keeps its enqueued sequence number. */
  publishForwarded(message: NewMessage, now: number, hops: number): void {
    const envelope = message.content.readEnvelope();
    if (!this.isNew(envelope, now)) return;
    const timeToLiveMs = Math.min(message.timeToLiveMs, this.settings.timeToLiveMs);
    this.fanOut(envelope, { ...message, enqueuedAt: now, timeToLiveMs, deliveryCount: 0 }, now, hops);
  }

  /** All or nothing. Returns one number per message, by which it can be cancelled. */
  schedule(messages: readonly SentMessage[], now: number): number[] {
    this.assertAcceptable(messages);
    // A duplicate gets a number like any other message, but that number cannot be cancelled.
    return messages.map((message) =>
      this.isNew(message.envelope, now) ? this.hold(message, now).sequenceNumber : this.numbers.next(),
    );
  }

  /** All or nothing. Throws `MessageNotFound` if one of the messages is not scheduled, or no longer. */
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

  /** Reads scheduled messages from this sequence number on. */
  *peekScheduled(fromSequenceNumber: number, sessionId?: string): Iterable<StoredMessage> {
    for (const message of this.scheduled.values()) {
      if (message.sequenceNumber < fromSequenceNumber) continue;
      if (sessionId === undefined || message.sessionId === sessionId) yield message;
    }
  }

  /** Restores a scheduled message from the journal. */
  restore(message: StoredMessage): void {
    this.scheduled.set(message.sequenceNumber, message);
    this.due.push(message);
    this.scheduledBytes += sizeOf(message);
    this.resources.hold(weightOf(message));
  }

  /** Drops all scheduled messages and ends all senders, when the topic is removed. */
  clear(error: BrokerError): void {
    this.ended = error;
    for (const sender of this.senders) sender.end(error);
    this.senders.clear();
    for (const message of [...this.scheduled.values()]) this.release(message);
    this.duplicates?.clear();
  }

  /** Enqueues due messages as if they were sent now, and forgets ids whose window is over. */
  advance(now: number): void {
    this.duplicates?.sweep(now);
    for (let message = this.due.peek(); message && (message.scheduledAt ?? 0) <= now; message = this.due.peek()) {
      this.release(message);
      const enqueued = { ...message, state: 'active' as const, enqueuedAt: now };
      this.fanOut(message.content.readEnvelope(), enqueued, now);
    }
  }

  nextDeadline(): number {
    return Math.min(this.due.peek()?.scheduledAt ?? Infinity, this.duplicates?.nextDeadline() ?? Infinity);
  }

  private assertAcceptable(messages: readonly SentMessage[]): void {
    if (this.ended) throw this.ended;
    if (!this.settings.canSend) throw entityDisabled(this.path);
    this.assertRoom(messages.reduce((bytes, { content }) => bytes + content.bytes.length, 0));
    if (this.settings.requiresSession && messages.some(({ envelope }) => envelope.sessionId === undefined)) {
      throw notAllowed(
        'The SessionId was not set on a message, and it cannot be sent to the entity. Entities that have session ' +
          'support enabled can only receive messages that have the SessionId set to a valid value.',
      );
    }
    const keys = new Set(messages.map(({ envelope, partitionKey }) => envelope.sessionId ?? partitionKey));
    if (this.settings.isPartitioned && keys.size > 1) {
      throw notAllowed(
        'All messages of a batch that is sent to a partitioned entity must have the same SessionId or PartitionKey.',
      );
    }
  }

  private assertRoom(bytes: number): void {
    this.resources.assertRoom(bytes);
    const { sizeInBytes, settings } = this;
    if (sizeInBytes + bytes > settings.capacityBytes) throw entityFull(this.path, sizeInBytes, settings.capacityBytes);
  }

  private isNew({ messageId }: Envelope, now: number): boolean {
    return this.duplicates?.admit(messageId, now) ?? true;
  }

  private hold(message: SentMessage, now: number): StoredMessage {
    const held: StoredMessage = {
      ...this.draft(message, now),
      id: this.resources.nextId(),
      sequenceNumber: this.numbers.next(),
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
    this.scheduledBytes -= sizeOf(message);
    this.resources.hold(-weightOf(message));
    this.resources.journal.drop(message);
  }

  private draft(message: SentMessage, now: number): NewMessage {
    const { content, annotations, timeToLiveMs, scheduledAt, priority, envelope } = message;
    return {
      content,
      ...(annotations && { annotations }),
      ...(scheduledAt !== undefined && { scheduledAt }),
      ...(priority !== undefined && { priority }),
      ...(envelope.sessionId !== undefined && { sessionId: envelope.sessionId }),
      enqueuedAt: now,
      timeToLiveMs: Math.min(timeToLiveMs, this.settings.timeToLiveMs),
      state: 'active',
      deliveryCount: 0,
    };
  }

  private fanOut(envelope: Envelope, message: NewMessage, now: number, hops = 0): void {
    const queue = this.subscriptions.get(this.path.toLowerCase());
    if (queue) {
      queue.entity.add(message, now, hops);
      return;
    }
    const enqueuedSequenceNumber = message.enqueuedSequenceNumber ?? this.numbers.next();
    for (const { entity, rules } of this.subscriptions.values()) {
      for (const copy of applyRules(rules, envelope, message)) {
        entity.add({ ...copy, enqueuedSequenceNumber }, now, hops);
      }
    }
  }
}
