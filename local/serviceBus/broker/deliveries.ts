import type { Received, ReceiveMode } from './consumer.ts';
import { failedTooOften, type DeadLettering } from './deadLettering.ts';
import { amend, type Disposition } from './disposition.ts';
import type { EntitySettings } from './entitySettings.ts';
import { lockLost, notAllowed, sessionLockLost } from './errors.ts';
import { Locks, type Lock } from './locks.ts';
import type { Content } from './message.ts';
import type { Hold, Sessions } from './sessions.ts';
import type { Shelf } from './shelf.ts';
import type { StoredMessage } from './storedMessage.ts';

/** The deliveries of one entity: locks messages for their receivers, and settles or fails the locked messages. */
export class Deliveries {
  private readonly settings: () => EntitySettings;
  private readonly shelf: Shelf;
  private readonly sessions: Sessions | undefined;
  /** Undefined for dead letters, which only their receivers remove. */
  private readonly deadLettering: DeadLettering | undefined;
  private readonly locks: Locks;

  constructor(
    settings: () => EntitySettings,
    shelf: Shelf,
    sessions: Sessions | undefined,
    deadLettering: DeadLettering | undefined,
  ) {
    this.settings = settings;
    this.shelf = shelf;
    this.sessions = sessions;
    this.deadLettering = deadLettering;
    this.locks = new Locks(sessions ? () => sessionLockLost() : lockLost);
  }

  take(message: StoredMessage, mode: ReceiveMode, now: number): Received {
    if (mode === 'receiveAndDelete') {
      this.shelf.remove(message);
      return { message, lock: undefined };
    }
    this.shelf.take(message);
    const hold = message.sessionId === undefined ? undefined : this.sessions?.holdOf(message.sessionId);
    const lock = hold ? this.locks.lockWithin(hold, message) : this.locks.lock(message, now + this.settings().lockMs);
    return { message, lock };
  }

  /** Returns the new end of the lock. Throws `MessageLockLost` when the lock has ended. */
  renewLock(token: string, now: number): number {
    if (this.sessions) {
      throw notAllowed('The messages of a session have no locks of their own: renew the lock of the session.');
    }
    return this.locks.renew(this.lockOf(token, now), now + this.settings().lockMs);
  }

  /** All or nothing: throws `MessageLockLost`, or with sessions `SessionLockLost`, when one of the locks has ended. */
  settle(tokens: readonly string[], disposition: Disposition, now: number): void {
    const locks = new Set(tokens.map((token) => this.lockOf(token, now)));
    if (disposition.type === 'deadLetter' && !this.deadLettering) {
      throw notAllowed('A dead letter cannot be dead-lettered again.');
    }
    const amended = [...locks].map((lock) => ({ lock, content: amend(lock.message.content, disposition) }));
    for (const { lock, content } of amended) this.settleOne(lock, content, disposition.type, now);
  }

  /** Makes the messages of an ended hold ready again, without counting their deliveries as failed. */
  giveBack(hold: Hold, now: number): void {
    this.unlock(hold, (message) => this.release(message, now));
  }

  /** Makes a message available, or expires it. */
  release(message: StoredMessage, now: number): void {
    if (message.state !== 'deferred' && message.expiresAt <= now) this.expire(message, now);
    else this.shelf.release(message);
  }

  expire(message: StoredMessage, now: number): void {
    if (this.deadLettering) this.deadLettering.expire(message, this.settings(), now);
    else this.shelf.remove(message);
  }

  /** Ends locks and holds and expires messages whose time is over. */
  advance(now: number): void {
    for (let lock = this.locks.popExpired(now); lock; lock = this.locks.popExpired(now)) {
      this.fail(lock.message, now);
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
      this.fail(lock.message, now);
    }
  }

  nextDeadline(): number {
    return Math.min(this.locks.nextEnd(), this.shelf.nextExpiry(), this.sessions?.nextDeadline() ?? Infinity);
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
        this.fail(message, now);
        return;
      case 'deadLetter':
        this.deadLettering?.move(message, this.settings(), now);
        return;
      case 'defer':
        this.shelf.defer(message);
        this.shelf.keep(message);
        this.release(message, now);
    }
  }

  private fail(message: StoredMessage, now: number): void {
    message.deliveryCount++;
    const settings = this.settings();
    if (this.deadLettering && message.deliveryCount >= settings.maxDeliveryCount) {
      this.deadLettering.bury(message, failedTooOften(settings.maxDeliveryCount), settings, now);
      return;
    }
    this.shelf.keep(message);
    this.release(message, now);
  }

  private lockOf(token: string, now: number): Lock {
    this.advance(now);
    return this.locks.get(token);
  }

  private loseSession(hold: Hold, now: number): void {
    hold.consumer.end(sessionLockLost(hold.session.id));
    this.unlock(hold, (message) => this.fail(message, now));
  }

  private unlock({ locks }: Hold, then: (message: StoredMessage) => void): void {
    for (const lock of locks) {
      this.locks.end(lock);
      then(lock.message);
    }
  }
}
