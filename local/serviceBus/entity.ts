import { amend, withReason, type Disposition } from './disposition.ts';
import { messageNotFound, ServiceBusError } from './errors.ts';
import { Locks, type Lock } from './locks.ts';
import { PriorityQueue } from './priorityQueue.ts';
import type { BrokerResources } from './resources.ts';
import { weightOf, type StoredMessage } from './storedMessage.ts';

export type EntitySettings = {
  readonly lockMs: number;
  readonly maxDeliveryCount: number;
  /** Messages that outlive this are dropped, or dead-lettered. */
  readonly timeToLiveMs: number;
  readonly deadLettersExpired: boolean;
};

export type ReceiveMode = 'peekLock' | 'receiveAndDelete';

/** Somebody who takes messages as they come. */
export type Consumer = {
  readonly mode: ReceiveMode;
  /** How many more messages it takes right now. */
  capacity(): number;
  deliver(message: StoredMessage, lock: Lock | undefined): void;
};

export type Received = { readonly message: StoredMessage; readonly lock: Lock | undefined };

/** A queue, a subscription, or the dead letters of one of these. Messages go out in the order they came in. */
export class Entity {
  readonly path: string;
  /** Undefined for dead letters themselves. */
  readonly deadLetters: Entity | undefined;
  private readonly settings: EntitySettings;
  private readonly resources: BrokerResources;
  private readonly messages = new Map<number, StoredMessage>();
  private readonly ready = new PriorityQueue<StoredMessage>(({ sequenceNumber }) => sequenceNumber);
  /** Of the ready messages, those that will expire: neither a locked nor a deferred message does. */
  private readonly expiring = new PriorityQueue<StoredMessage>(({ expiresAt }) => expiresAt);
  /** Those that wait to be asked for by number. */
  private readonly deferred = new Set<StoredMessage>();
  private readonly locks: Locks;
  private readonly consumers: Consumer[] = [];
  private nextConsumer = 0;
  private lastSequenceNumber = 0;

  constructor(
    path: string,
    settings: EntitySettings,
    resources: BrokerResources,
    kind: 'main' | 'deadLetters' = 'main',
  ) {
    this.path = path;
    this.settings = settings;
    this.resources = resources;
    this.locks = new Locks(settings.lockMs);
    const forDeadLetters = { ...settings, maxDeliveryCount: Infinity, timeToLiveMs: Infinity };
    this.deadLetters =
      kind === 'main' ? new Entity(`${path}/$DeadLetterQueue`, forDeadLetters, resources, 'deadLetters') : undefined;
  }

  get size(): number {
    return this.messages.size;
  }

  add(message: Omit<StoredMessage, 'id' | 'sequenceNumber' | 'expiresAt'>, now: number): void {
    const timeToLiveMs = Math.min(message.timeToLiveMs, this.settings.timeToLiveMs);
    const added: StoredMessage = {
      ...message,
      timeToLiveMs,
      expiresAt: this.deadLetters ? message.enqueuedAt + timeToLiveMs : Infinity,
      id: this.resources.nextId(),
      sequenceNumber: ++this.lastSequenceNumber,
    };
    this.resources.journal.advance(this.path, this.lastSequenceNumber);
    this.resources.journal.keep(this.path, added);
    this.restore(added, now);
  }

  /** Takes what the journal knows already: after a restart, in the order of sequence numbers. */
  restore(message: StoredMessage, now: number): void {
    this.messages.set(message.sequenceNumber, message);
    this.resources.hold(weightOf(message));
    this.release(message, now);
  }

  /** After a restart: numbers up to this one are used. */
  skipSequenceNumbers(upTo: number): void {
    this.lastSequenceNumber = Math.max(this.lastSequenceNumber, upTo);
  }

  attach(consumer: Consumer): void {
    this.consumers.push(consumer);
  }

  /** What the consumer holds stays locked: its client may come back on another link and settle it there. */
  detach(consumer: Consumer): void {
    const index = this.consumers.indexOf(consumer);
    if (index >= 0) this.consumers.splice(index, 1);
  }

  /** Hands ready messages to the consumers in turn, for as long as any of them has room. */
  dispatch(now: number): void {
    this.advance(now);
    let full = 0;
    while (full < this.consumers.length && this.ready.size > 0) {
      const consumer = this.consumers[this.nextConsumer++ % this.consumers.length];
      if (!consumer || consumer.capacity() <= 0) {
        full++;
        continue;
      }
      full = 0;
      const message = this.ready.pop();
      if (!message) return;
      const { lock } = this.take(message, consumer.mode, now);
      consumer.deliver(message, lock);
    }
  }

  /** Throws `message-lock-lost` when the lock is gone. Returns its new end. */
  renewLock(token: string, now: number): number {
    const lock = this.lockOf(token, now);
    this.locks.renew(lock, now);
    return lock.until;
  }

  /** All or nothing; throws `message-lock-lost` when a lock is gone. */
  settle(tokens: readonly string[], disposition: Disposition, now: number): void {
    const locks = new Set(tokens.map((token) => this.lockOf(token, now)));
    if (disposition.type === 'deadLetter' && !this.deadLetters) {
      throw new ServiceBusError('amqp:not-allowed', 'A dead letter cannot be dead-lettered again.');
    }
    const amended = [...locks].map((lock) => ({ lock, bare: amend(lock.message.bare, disposition) }));
    for (const { lock, bare } of amended) this.settleOne(lock, bare, disposition.type, now);
  }

  /** Up to `count` messages in any state from this sequence number on, without taking them. */
  *peek(fromSequenceNumber: number, count: number): Iterable<StoredMessage> {
    let left = count;
    for (const message of this.messages.values()) {
      if (message.sequenceNumber < fromSequenceNumber) continue;
      if (left-- <= 0) return;
      yield message;
    }
  }

  /** Takes deferred messages; all or nothing: throws `message-not-found` for one that is not here, or locked. */
  receiveDeferred(sequenceNumbers: readonly number[], mode: ReceiveMode, now: number): Received[] {
    this.advance(now);
    const messages = [...new Set(sequenceNumbers)].map((sequenceNumber) => {
      const message = this.messages.get(sequenceNumber);
      if (!message || !this.deferred.has(message)) throw messageNotFound(sequenceNumber);
      return message;
    });
    // A deferred message outlives its time until somebody asks for it.
    const expired = messages.find(({ expiresAt }) => expiresAt <= now);
    if (expired) {
      this.expire(expired, now);
      throw messageNotFound(expired.sequenceNumber);
    }
    return messages.map((message) => this.take(message, mode, now));
  }

  /** Ends locks and lives whose time is over. */
  advance(now: number): void {
    for (let lock = this.locks.popExpired(now); lock; lock = this.locks.popExpired(now)) {
      this.failDelivery(lock.message, now);
    }
    for (let message = this.expiring.peek(); message && message.expiresAt <= now; message = this.expiring.peek()) {
      this.expire(message, now);
    }
  }

  nextDeadline(): number {
    return Math.min(this.locks.nextEnd(), this.expiring.peek()?.expiresAt ?? Infinity);
  }

  private settleOne(lock: Lock, bare: Buffer, how: Disposition['type'], now: number): void {
    const { message } = lock;
    this.locks.end(lock);
    this.rewrite(message, bare);
    switch (how) {
      case 'complete': {
        this.remove(message);
        return;
      }
      case 'abandon': {
        this.failDelivery(message, now);
        return;
      }
      case 'deadLetter': {
        this.moveToDeadLetters(message, now);
        return;
      }
      case 'defer':
        message.state = 'deferred';
        this.resources.journal.keep(this.path, message);
        {
          this.release(message, now);
          return;
        }
    }
  }

  private rewrite(message: StoredMessage, bare: Buffer): void {
    this.resources.hold(bare.length - message.bare.length);
    message.bare = bare;
  }

  private failDelivery(message: StoredMessage, now: number): void {
    message.deliveryCount++;
    if (message.deliveryCount >= this.settings.maxDeliveryCount && this.deadLetters) {
      const description = `Message could not be consumed after ${this.settings.maxDeliveryCount} delivery attempts.`;
      this.deadLetter(message, 'MaxDeliveryCountExceeded', description, now);
      return;
    }
    this.resources.journal.keep(this.path, message);
    this.release(message, now);
  }

  private expire(message: StoredMessage, now: number): void {
    if (!this.deadLetters || !this.settings.deadLettersExpired) {
      this.remove(message);
      return;
    }
    this.deadLetter(message, 'TTLExpiredException', 'The message expired and was dead lettered.', now);
  }

  private deadLetter(message: StoredMessage, reason: string, description: string, now: number): void {
    this.rewrite(message, withReason(message.bare, { reason, description }));
    this.moveToDeadLetters(message, now);
  }

  private moveToDeadLetters(message: StoredMessage, now: number): void {
    this.remove(message);
    this.deadLetters?.add(
      { ...message, state: 'active', enqueuedSequenceNumber: message.sequenceNumber, deadLetterSource: this.path },
      now,
    );
  }

  private take(message: StoredMessage, mode: ReceiveMode, now: number): Received {
    this.expiring.delete(message);
    this.deferred.delete(message);
    if (mode === 'receiveAndDelete') {
      this.remove(message);
      return { message, lock: undefined };
    }
    return { message, lock: this.locks.lock(message, now) };
  }

  private lockOf(token: string, now: number): Lock {
    this.advance(now);
    return this.locks.get(token);
  }

  private release(message: StoredMessage, now: number): void {
    if (message.state === 'deferred') {
      this.deferred.add(message);
      return;
    }
    if (message.expiresAt <= now) {
      this.expire(message, now);
      return;
    }
    this.ready.push(message);
    if (message.expiresAt !== Infinity) this.expiring.push(message);
  }

  private remove(message: StoredMessage): void {
    this.messages.delete(message.sequenceNumber);
    this.ready.delete(message);
    this.expiring.delete(message);
    this.deferred.delete(message);
    this.resources.hold(-weightOf(message));
    this.resources.journal.drop(message);
  }
}
