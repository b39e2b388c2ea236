import type { Consumer, SessionConsumer } from './consumer.ts';
import { sessionCannotBeLocked, sessionLockLost, timedOut } from './errors.ts';
import type { JointLocks } from './locks.ts';
import { PriorityQueue } from './priorityQueue.ts';
import type { BrokerResources } from './resources.ts';
import type { StoredMessage } from './storedMessage.ts';

/** A receiver's exclusive right to a session, with its locks on messages of the session. */
export type Hold = JointLocks & { readonly session: Session; readonly consumer: SessionConsumer; until: number };

/** The messages of one entity that have the same session id. */
export class Session {
  readonly id: string;
  readonly ready = new PriorityQueue<StoredMessage>(({ sequenceNumber }) => sequenceNumber);
  hold: Hold | undefined;
  state: Buffer | undefined;
  /** The time of the last new message or state. */
  updatedAt = 0;
  /** Counts all messages, including locked and deferred ones. */
  size = 0;

  constructor(id: string) {
    this.id = id;
  }
}

type Seeker = { readonly consumer: SessionConsumer; readonly until: number };

/** The sessions of one entity, the consumers that hold them, and the consumers that wait for one. */
export class Sessions {
  private readonly path: string;
  private readonly resources: BrokerResources;
  private readonly lockMs: () => number;
  private readonly byId = new Map<string, Session>();
  /** Sessions with messages and without a holder. The one that has been free for longest comes first. */
  private readonly free = new Set<Session>();
  private readonly holds = new PriorityQueue<Hold>(({ until }) => until);
  private readonly byConsumer = new Map<Consumer, Hold>();
  private readonly seekers = new Set<Seeker>();

  constructor(path: string, resources: BrokerResources, lockMs: () => number) {
    this.path = path;
    this.resources = resources;
    this.lockMs = lockMs;
  }

  /** Creates the session if it does not exist yet. */
  get(id: string): Session {
    const found = this.byId.get(id);
    if (found) return found;
    const session = new Session(id);
    this.byId.set(id, session);
    return session;
  }

  /** The hold of this consumer, or if undefined, of any consumer on the session; otherwise throws `SessionLockLost`. */
  holdOf(id: string, consumer?: Consumer): Hold {
    const hold = this.byId.get(id)?.hold;
    if (!hold || (consumer && hold.consumer !== consumer)) throw sessionLockLost(id);
    return hold;
  }

  /** Throws `SessionCannotBeLocked` if another consumer holds the session. */
  accept(id: string, consumer: SessionConsumer, now: number): void {
    const session = this.get(id);
    if (session.hold) throw sessionCannotBeLocked(id);
    this.grant(session, consumer, now);
  }

  /** Grants the next session with messages as soon as there is one. Ends the consumer if there is none by `until`. */
  acceptNext(consumer: SessionConsumer, until: number, now: number): void {
    this.seekers.add({ consumer, until });
    this.serveSeekers(now);
  }

  /** Ends this consumer's hold, or its wait for a session. */
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

  /** Ends and returns one hold whose time is over. Undefined if there is none. */
  popExpired(now: number): Hold | undefined {
    const hold = this.holds.peek();
    if (!hold || hold.until > now) return undefined;
    this.end(hold);
    return hold;
  }

  /** Undefined removes the state. */
  setState({ session }: Hold, state: Buffer | undefined, now: number): void {
    this.resources.assertRoom(state?.length ?? 0);
    this.resources.journal.keepState(this.path, session.id, state, now);
    this.restoreState(session.id, state, now);
  }

  /** Restores a state from the journal. */
  restoreState(id: string, state: Buffer | undefined, updatedAt: number): void {
    const session = this.get(id);
    this.resources.hold((state?.length ?? 0) - (session.state?.length ?? 0));
    session.state = state;
    session.updatedAt = Math.max(session.updatedAt, updatedAt);
    this.changed(session);
  }

  /** Drops all states. */
  clear(): void {
    for (const { id, state } of this.byId.values()) {
      this.resources.hold(-(state?.length ?? 0));
      if (state) this.resources.journal.keepState(this.path, id, undefined, 0);
    }
  }

  /** Must be called after every change of a session's ready messages, size or state. */
  changed(session: Session): void {
    if (!session.hold && session.ready.size > 0) this.free.add(session);
    else this.free.delete(session);
    if (!session.hold && session.size === 0 && !session.state) this.byId.delete(session.id);
  }

  /** Grants free sessions to waiting consumers in the order of their arrival. Ends those that waited too long. */
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

  /** Holds whose consumer has room and whose session has ready messages. */
  *hungry(): Iterable<Hold> {
    for (const hold of this.byConsumer.values()) {
      while (hold.session.ready.size > 0 && hold.consumer.capacity() > 0) yield hold;
    }
  }

  /** Ids of the sessions with messages or a state that changed after this time. */
  *updatedSince(time: number): Iterable<string> {
    for (const session of this.byId.values()) {
      if (session.updatedAt > time && (session.size > 0 || session.state)) yield session.id;
    }
  }

  /** All consumers that hold a session or wait for one. */
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
