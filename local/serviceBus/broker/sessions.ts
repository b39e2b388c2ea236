import type { Consumer, SessionConsumer } from './consumer.ts';
import { sessionCannotBeLocked, sessionLockLost, timedOut } from './errors.ts';
import type { JointLocks } from './locks.ts';
import { PriorityQueue } from './priorityQueue.ts';
import type { BrokerResources } from './resources.ts';
import type { StoredMessage } from './storedMessage.ts';

/** A receiver's exclusive hold on a session, and on the messages that it was given. */
export type Hold = JointLocks & { readonly session: Session; readonly consumer: SessionConsumer; until: number };

/** The messages of one entity that have the same session id. */
export class Session {
  readonly id: string;
  readonly ready = new PriorityQueue<StoredMessage>(({ sequenceNumber }) => sequenceNumber);
  hold: Hold | undefined;
  state: Buffer | undefined;
  /** When the last message came in, or the state was set. */
  updatedAt = 0;
  /** All messages, also those that are locked or deferred. */
  size = 0;

  constructor(id: string) {
    this.id = id;
  }
}

type Seeker = { readonly consumer: SessionConsumer; readonly until: number };

/** The sessions of one entity: who holds which, and who waits for one. */
export class Sessions {
  private readonly path: string;
  private readonly resources: BrokerResources;
  private readonly lockMs: () => number;
  private readonly byId = new Map<string, Session>();
  /** With messages and without a holder; the one that has been waiting longest comes first. */
  private readonly free = new Set<Session>();
  private readonly holds = new PriorityQueue<Hold>(({ until }) => until);
  private readonly byConsumer = new Map<Consumer, Hold>();
  private readonly seekers = new Set<Seeker>();

  constructor(path: string, resources: BrokerResources, lockMs: () => number) {
    this.path = path;
    this.resources = resources;
    this.lockMs = lockMs;
  }

  /** A session exists as soon as anybody speaks of it. */
  get(id: string): Session {
    const found = this.byId.get(id);
    if (found) return found;
    const session = new Session(id);
    this.byId.set(id, session);
    return session;
  }

  /** What this receiver, or, if it is not named, any receiver holds of the session. Throws `SessionLockLost`. */
  holdOf(id: string, consumer?: Consumer): Hold {
    const hold = this.byId.get(id)?.hold;
    if (!hold || (consumer && hold.consumer !== consumer)) throw sessionLockLost(id);
    return hold;
  }

  /** Throws `SessionCannotBeLocked` when another receiver holds it. */
  accept(id: string, consumer: SessionConsumer, now: number): void {
    const session = this.get(id);
    if (session.hold) throw sessionCannotBeLocked(id);
    this.grant(session, consumer, now);
  }

  /** Grants the next session that has messages: now, or once there is one; ends the consumer if there is none by `until`. */
  acceptNext(consumer: SessionConsumer, until: number, now: number): void {
    this.seekers.add({ consumer, until });
    this.serveSeekers(now);
  }

  /** Takes the session of this consumer away, or its place among those who wait. */
  release(consumer: Consumer): Hold | undefined {
    for (const seeker of this.seekers) if (seeker.consumer === consumer) this.seekers.delete(seeker);
    const hold = this.byConsumer.get(consumer);
    if (hold) this.end(hold);
    return hold;
  }

  renew(hold: Hold, now: number): void {
    this.holds.delete(hold);
    hold.until = now + this.lockMs();
    this.holds.push(hold);
  }

  /** Ends and returns a hold whose time is over, as long as there is one. */
  popExpired(now: number): Hold | undefined {
    const hold = this.holds.peek();
    if (!hold || hold.until > now) return undefined;
    this.end(hold);
    return hold;
  }

  /** Undefined clears the state. */
  setState({ session }: Hold, state: Buffer | undefined, now: number): void {
    this.resources.assertRoom(state?.length ?? 0);
    this.resources.journal.keepState(this.path, session.id, state, now);
    this.restoreState(session.id, state, now);
  }

  /** Takes back what the journal kept. */
  restoreState(id: string, state: Buffer | undefined, updatedAt: number): void {
    const session = this.get(id);
    this.resources.hold((state?.length ?? 0) - (session.state?.length ?? 0));
    session.state = state;
    session.updatedAt = Math.max(session.updatedAt, updatedAt);
    this.changed(session);
  }

  /** Forgets all states. */
  clear(): void {
    for (const { id, state } of this.byId.values()) {
      this.resources.hold(-(state?.length ?? 0));
      if (state) this.resources.journal.keepState(this.path, id, undefined, 0);
    }
  }

  /** To be called whenever the ready messages of a session, its size or its state have changed. */
  changed(session: Session): void {
    if (!session.hold && session.ready.size > 0) this.free.add(session);
    else this.free.delete(session);
    if (!session.hold && session.size === 0 && !session.state) this.byId.delete(session.id);
  }

  /** Hands free sessions to those who wait for one, in the order in which they came; gives up on those who waited too long. */
  serveSeekers(now: number): void {
    for (const seeker of this.seekers) {
      const [session] = this.free;
      if (session) {
        this.seekers.delete(seeker);
        this.grant(session, seeker.consumer, now);
      } else if (seeker.until <= now) {
        this.seekers.delete(seeker);
        seeker.consumer.end(timedOut());
      }
    }
  }

  /** Holders with room and messages to fill it. */
  *hungry(): Iterable<Hold> {
    for (const hold of this.byConsumer.values()) {
      while (hold.session.ready.size > 0 && hold.consumer.capacity() > 0) yield hold;
    }
  }

  /** Ids of the sessions with messages or a state that changed after that time. */
  *updatedSince(time: number): Iterable<string> {
    for (const session of this.byId.values()) {
      if (session.updatedAt > time && (session.size > 0 || session.state)) yield session.id;
    }
  }

  /** Holders, and those who wait. */
  consumers(): SessionConsumer[] {
    return [...this.byConsumer.values(), ...this.seekers].map(({ consumer }) => consumer);
  }

  nextDeadline(): number {
    const waits = [...this.seekers].map(({ until }) => until);
    return Math.min(this.holds.peek()?.until ?? Infinity, ...waits);
  }

  private grant(session: Session, consumer: SessionConsumer, now: number): void {
    const hold: Hold = { session, consumer, locks: new Set(), until: now + this.lockMs() };
    session.hold = hold;
    this.holds.push(hold);
    this.byConsumer.set(consumer, hold);
    this.free.delete(session);
    consumer.granted(session.id, hold.until);
  }

  private end(hold: Hold): void {
    hold.session.hold = undefined;
    this.holds.delete(hold);
    this.byConsumer.delete(hold.consumer);
    this.changed(hold.session);
  }
}
