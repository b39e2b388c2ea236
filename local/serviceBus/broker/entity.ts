import type { Consumer, Received, ReceiveMode, SessionConsumer } from './consumer.ts';
import { Consumers } from './consumers.ts';
import { causeToRefuse, DeadLettering } from './deadLettering.ts';
import { Deliveries } from './deliveries.ts';
import type { Disposition } from './disposition.ts';
import { entityDisabled, messageNotFound, notAllowed, sessionLockLost, type BrokerError } from './errors.ts';
import { forDeadLetters, type EntitySettings } from './entitySettings.ts';
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
  /** When a client last used it; ms since 1970. */
  private usedAt = 0;
  private settings: EntitySettings;
  private readonly resources: BrokerResources;
  private readonly shelf: Shelf;
  private readonly deliveries: Deliveries;
  private readonly consumers = new Consumers();
  /** Undefined for dead letters, which only their receivers remove. */
  private readonly deadLettering: DeadLettering | undefined;

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
    this.shelf = new Shelf(path, resources, this.sessions);
    this.deadLetters =
      kind === 'main'
        ? new Entity(`${path}/$DeadLetterQueue`, forDeadLetters(settings), resources, 'deadLetters')
        : undefined;
    this.deadLettering = this.deadLetters && new DeadLettering(path, resources, this.shelf, this.deadLetters);
    this.deliveries = new Deliveries(() => this.settings, this.shelf, this.sessions, this.deadLettering);
  }

  get size(): number {
    return this.shelf.size;
  }

  /** The bytes of all messages and dead letters. */
  get sizeInBytes(): number {
    return this.shelf.sizeInBytes + (this.deadLetters?.sizeInBytes ?? 0);
  }

  /** Since when no client has received or asked for messages or dead letters; ms since 1970. */
  get idleSince(): number {
    return Math.max(this.usedAt, this.deadLetters?.idleSince ?? 0);
  }

  get activeCount(): number {
    return this.shelf.activeCount;
  }

  /** Notes that a client uses it now. An attached consumer uses it all the time. */
  use(now: number): void {
    this.usedAt = now;
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
    if (refused && this.deadLettering) this.deadLettering.bury(added, refused, this.settings, now, hops);
    else this.deliveries.release(added, now);
  }

  /** Restores a message from the journal. Calls must follow the order of sequence numbers. */
  restore(message: StoredMessage, now: number): void {
    this.shelf.put(message);
    this.deliveries.release(message, now);
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
    this.use(now);
    this.consumers.remove(consumer);
    const hold = this.sessions?.release(consumer);
    if (!hold) return;
    this.deliveries.giveBack(hold, now);
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
    if (this.consumers.size > 0 || this.sessions?.consumers().length) this.use(now);
    this.sessions?.serveSeekers(now);
    for (const { session, consumer } of this.sessions?.hungry() ?? []) {
      const message = session.ready.peek();
      if (message) this.give(message, consumer, now);
    }
    this.consumers.serve(this.shelf.ready, (message, consumer) => this.give(message, consumer, now));
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
      this.deliveries.expire(expired, now);
      throw messageNotFound(expired.sequenceNumber);
    }
    return messages.map((message) => this.deliveries.take(message, mode, now));
  }

  /** `Deliveries` describes this method and the following ones. */
  renewLock(token: string, now: number): number {
    return this.deliveries.renewLock(token, now);
  }

  settle(tokens: readonly string[], disposition: Disposition, now: number): void {
    this.deliveries.settle(tokens, disposition, now);
  }

  advance(now: number): void {
    this.deliveries.advance(now);
  }

  expireLocks(now: number): void {
    this.deliveries.expireLocks(now);
  }

  nextDeadline(): number {
    return this.deliveries.nextDeadline();
  }

  private assertReceivable(): void {
    if (!this.settings.canReceive) throw entityDisabled(this.path);
    if (this.settings.forwardTo !== '') {
      throw notAllowed(`'${this.path}' forwards its messages to '${this.settings.forwardTo}': receive them there.`);
    }
  }

  private give(message: StoredMessage, consumer: Consumer, now: number): void {
    const { lock } = this.deliveries.take(message, consumer.mode, now);
    consumer.deliver(message, lock);
  }
}
