import type { Consumer, Received, ReceiveMode, SessionConsumer } from './consumer.ts';
import { Consumers } from './consumers.ts';
import { causeToRefuse, DeadLettering, failedTooOften } from './deadLettering.ts';
import { amend, type Disposition } from './disposition.ts';
import { entityDisabled, lockLost, messageNotFound, notAllowed, sessionLockLost, type BrokerError } from './errors.ts';
import { forDeadLetters, type EntitySettings } from './entitySettings.ts';
import { Locks, type Lock } from './locks.ts';
import type { Content } from './message.ts';
import type { BrokerResources } from './resources.ts';
import { SequenceNumbers } from './sequenceNumbers.ts';
import { Sessions, type Hold } from './sessions.ts';
import { Shelf } from './shelf.ts';
import type { NewMessage, StoredMessage } from './storedMessage.ts';

/** A queue, a subscription, or the dead letters of one of these. Hands out messages in the order of their arrival. */
export class Entity {
  readonly path: string;
  /** Undefined if this entity holds dead letters itself. */
  readonly deadLetters: Entity | undefined;
  readonly numbers: SequenceNumbers;
  /** Undefined if the entity does not require sessions. */
  readonly sessions: Sessions | undefined;
  private settings: EntitySettings;
  private readonly resources: BrokerResources;
  private readonly shelf: Shelf;
  private readonly locks: Locks;
  private readonly consumers = new Consumers();
  /** Undefined for dead letters, which only their receivers remove. */
  private readonly dying: DeadLettering | undefined;

  constructor(
    path: string,
    settings: EntitySettings,
    resources: BrokerResources,
    kind: 'main' | 'deadLetters' = 'main',
  ) {
    this.path = path;
    this.settings = settings;
    this.resources = resources;
    this.numbers = new SequenceNumbers(path, resources.journal);
    this.sessions = settings.requiresSession ? new Sessions(path, resources, () => this.settings.lockMs) : undefined;
    this.locks = new Locks(this.sessions ? () => sessionLockLost() : lockLost);
    this.shelf = new Shelf(path, resources, this.sessions);
    this.deadLetters =
      kind === 'main'
        ? new Entity(`${path}/$DeadLetterQueue`, forDeadLetters(settings), resources, 'deadLetters')
        : undefined;
    this.dying = this.deadLetters && new DeadLettering(path, resources, this.shelf, this.deadLetters);
  }

  get size(): number {
    return this.shelf.size;
  }

  get activeCount(): number {
    return this.shelf.activeCount;
  }

  /** Applies to locks and messages from now on. */
  configure(settings: EntitySettings): void {
    this.settings = settings;
    this.deadLetters?.configure(forDeadLetters(settings));
  }

  /** `hops` counts how often the message has been forwarded. */
  add(message: NewMessage, now: number, hops = 0): void {
    const { forwardTo } = this.settings;
    if (forwardTo !== '' && this.resources.forward(forwardTo, message, now, hops + 1)) return;
    const timeToLiveMs = Math.min(message.timeToLiveMs, this.settings.timeToLiveMs);
    const sequenceNumber = this.numbers.next();
    const added: StoredMessage = {
      ...message,
      timeToLiveMs,
      expiresAt: this.deadLetters ? message.enqueuedAt + timeToLiveMs : Infinity,
      id: this.resources.nextId(),
      sequenceNumber,
      enqueuedSequenceNumber: message.enqueuedSequenceNumber ?? sequenceNumber,
    };
    this.shelf.put(added);
    this.shelf.keep(added);
    const refused = causeToRefuse(this.settings, added, hops);
    if (refused && this.dying) this.dying.bury(added, refused, this.settings, now, hops);
    else this.release(added, now);
  }

  /** Restores a message from the journal. Calls must follow the order of sequence numbers. */
  restore(message: StoredMessage, now: number): void {
    this.shelf.put(message);
    this.release(message, now);
  }

  attach(consumer: Consumer): void {
    if (this.sessions) {
      throw notAllowed('An entity that requires sessions accepts only session receivers.');
    }
    this.assertReceivable();
    this.consumers.add(consumer);
  }

  /** Grants the session with this id, or without an id, the next one with messages. It may come until `waitUntil`. */
  attachToSession(consumer: SessionConsumer, id: string | undefined, waitUntil: number, now: number): void {
    if (!this.sessions) throw notAllowed('An entity that does not require sessions accepts no session receivers.');
    this.assertReceivable();
    this.advance(now);
    if (id === undefined) this.sessions.acceptNext(consumer, waitUntil, now);
    else this.sessions.accept(id, consumer, now);
  }

  /**
   * The consumer's messages stay locked, because its client may settle them on another link. But a session is free at
   * once: its messages become ready again in their order, and no delivery counts as failed.
   */
  detach(consumer: Consumer, now: number): void {
    this.consumers.remove(consumer);
    const hold = this.sessions?.release(consumer);
    if (!hold) return;
    this.unlock(hold, (message) => this.release(message, now));
    this.sessions?.serveSeekers(now);
  }

  /** Ends all consumers with this error, including those of the dead letters. */
  detachAll(error: BrokerError, now: number): void {
    const ended = [...this.consumers.all(), ...(this.sessions?.consumers() ?? [])];
    for (const consumer of ended) {
      this.detach(consumer, now);
      consumer.end(error);
    }
    this.deadLetters?.detachAll(error, now);
  }

  /** Drops all messages and states, when the entity is removed. */
  clear(): void {
    for (const message of [...this.shelf.all()]) this.shelf.remove(message);
    this.sessions?.clear();
    this.deadLetters?.clear();
  }

  /** Gives ready messages to the consumers in turn while any of them has room. */
  dispatch(now: number): void {
    this.advance(now);
    this.sessions?.serveSeekers(now);
    for (const { session, consumer } of this.sessions?.hungry() ?? []) {
      const message = session.ready.peek();
      if (message) this.give(message, consumer, now);
    }
    this.consumers.serve(this.shelf.ready, (message, consumer) => this.give(message, consumer, now));
  }

  /** Returns the new end of the lock. Throws `MessageLockLost` when the lock has ended. */
  renewLock(token: string, now: number): number {
    if (this.sessions)
      throw notAllowed('The messages of a session have no locks of their own: renew the lock of the session.');
    return this.locks.renew(this.lockOf(token, now), now + this.settings.lockMs);
  }

  /** The hold of this consumer, or if undefined, of any consumer on the session; otherwise throws `SessionLockLost`. */
  holdOf(sessionId: string, consumer: Consumer | undefined, now: number): Hold {
    if (!this.sessions) throw notAllowed('This entity has no sessions.');
    this.advance(now);
    return this.sessions.holdOf(sessionId, consumer);
  }

  /** Returns the new end of the hold. */
  renewSession(hold: Hold, now: number): number {
    this.sessions?.renew(hold, now);
    return hold.until;
  }

  /** All or nothing: throws `MessageLockLost`, or with sessions `SessionLockLost`, when one of the locks has ended. */
  settle(tokens: readonly string[], disposition: Disposition, now: number): void {
    const locks = new Set(tokens.map((token) => this.lockOf(token, now)));
    if (disposition.type === 'deadLetter' && !this.deadLetters) {
      throw notAllowed('A dead letter cannot be dead-lettered again.');
    }
    const amended = [...locks].map((lock) => ({ lock, content: amend(lock.message.content, disposition) }));
    for (const { lock, content } of amended) this.settleOne(lock, content, disposition.type, now);
  }

  /** Reads messages in any state from this sequence number on, of one session or of all, without locking them. */
  *peek(fromSequenceNumber: number, sessionId?: string): Iterable<StoredMessage> {
    for (const message of this.shelf.all()) {
      if (message.sequenceNumber < fromSequenceNumber) continue;
      if (sessionId === undefined || message.sessionId === sessionId) yield message;
    }
  }

  /**
   * Takes deferred messages, all or nothing. Throws `MessageNotFound` if one is missing or locked, and
   * `SessionLockLost` if the client does not hold the session.
   */
  receiveDeferred(sequenceNumbers: readonly number[], mode: ReceiveMode, now: number, hold?: Hold): Received[] {
    this.advance(now);
    if (this.sessions && !hold) throw sessionLockLost();
    const messages = [...new Set(sequenceNumbers)].map((sequenceNumber) => {
      const message = this.shelf.deferredAt(sequenceNumber);
      if (!message || (hold && message.sessionId !== hold.session.id)) throw messageNotFound(sequenceNumber);
      return message;
    });
    // A deferred message expires only when a receiver asks for it.
    const expired = messages.find(({ expiresAt }) => expiresAt <= now);
    if (expired) {
      this.expire(expired, now);
      throw messageNotFound(expired.sequenceNumber);
    }
    return messages.map((message) => this.take(message, mode, now));
  }

  /** Ends locks and holds and expires messages whose time is over. */
  advance(now: number): void {
    for (let lock = this.locks.popExpired(now); lock; lock = this.locks.popExpired(now)) {
      this.failDelivery(lock.message, now);
    }
    for (let hold = this.sessions?.popExpired(now); hold; hold = this.sessions?.popExpired(now)) {
      this.loseSession(hold, now);
    }
    for (let message = this.shelf.expired(now); message; message = this.shelf.expired(now)) this.expire(message, now);
  }

  /** Ends all locks as if their time were over. */
  expireLocks(now: number): void {
    for (const consumer of this.sessions?.consumers() ?? []) {
      const hold = this.sessions?.release(consumer);
      if (hold) this.loseSession(hold, now);
    }
    for (const lock of [...this.locks.all()]) {
      this.locks.end(lock);
      this.failDelivery(lock.message, now);
    }
  }

  nextDeadline(): number {
    return Math.min(this.locks.nextEnd(), this.shelf.nextExpiry(), this.sessions?.nextDeadline() ?? Infinity);
  }

  private assertReceivable(): void {
    if (!this.settings.canReceive) throw entityDisabled(this.path);
    if (this.settings.forwardTo !== '') {
      throw notAllowed(`'${this.path}' forwards its messages to '${this.settings.forwardTo}': receive them there.`);
    }
  }

  private settleOne(lock: Lock, content: Content, how: Disposition['type'], now: number): void {
    const { message } = lock;
    this.locks.end(lock);
    this.shelf.rewrite(message, content);
    switch (how) {
      case 'complete':
        this.shelf.remove(message);
        return;
      case 'abandon':
        this.failDelivery(message, now);
        return;
      case 'deadLetter':
        this.dying?.move(message, this.settings, now);
        return;
      case 'defer':
        this.shelf.defer(message);
        this.shelf.keep(message);
        this.release(message, now);
    }
  }

  private failDelivery(message: StoredMessage, now: number): void {
    message.deliveryCount++;
    const { maxDeliveryCount } = this.settings;
    if (this.dying && message.deliveryCount >= maxDeliveryCount) {
      this.dying.bury(message, failedTooOften(maxDeliveryCount), this.settings, now);
      return;
    }
    this.shelf.keep(message);
    this.release(message, now);
  }

  private expire(message: StoredMessage, now: number): void {
    if (this.dying) this.dying.expire(message, this.settings, now);
    else this.shelf.remove(message);
  }

  private give(message: StoredMessage, consumer: Consumer, now: number): void {
    const { lock } = this.take(message, consumer.mode, now);
    consumer.deliver(message, lock);
  }

  private take(message: StoredMessage, mode: ReceiveMode, now: number): Received {
    if (mode === 'receiveAndDelete') {
      this.shelf.remove(message);
      return { message, lock: undefined };
    }
    this.shelf.take(message);
    const hold = message.sessionId === undefined ? undefined : this.sessions?.holdOf(message.sessionId);
    const lock = hold ? this.locks.lockWithin(hold, message) : this.locks.lock(message, now + this.settings.lockMs);
    return { message, lock };
  }

  private lockOf(token: string, now: number): Lock {
    this.advance(now);
    return this.locks.get(token);
  }

  private loseSession(hold: Hold, now: number): void {
    hold.consumer.end(sessionLockLost(hold.session.id));
    this.unlock(hold, (message) => this.failDelivery(message, now));
  }

  private unlock({ locks }: Hold, then: (message: StoredMessage) => void): void {
    for (const lock of locks) {
      this.locks.end(lock);
      then(lock.message);
    }
  }

  private release(message: StoredMessage, now: number): void {
    if (message.state !== 'deferred' && message.expiresAt <= now) this.expire(message, now);
    else this.shelf.release(message);
  }
}
