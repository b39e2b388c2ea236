import { randomUUID } from 'node:crypto';
import type { BrokerError } from './errors.ts';
import { PriorityQueue } from './priorityQueue.ts';
import type { StoredMessage } from './storedMessage.ts';

/** A receiver's exclusive right to a message until `until` (ms since 1970). The token is a UUID. */
export type Lock = {
  readonly token: string;
  readonly message: StoredMessage;
  readonly until: number;
  /** For a message of a session: the locks that end together with this one. */
  readonly joint?: JointLocks;
};

/** The locks of one session, which all end at the same time (ms since 1970). */
export type JointLocks = { readonly locks: Set<Lock>; readonly until: number };

type OwnLock = Lock & { until: number };

/** The locks of one entity, by token and by end. */
export class Locks {
  private readonly lost: () => BrokerError;
  private readonly byToken = new Map<string, Lock>();
  private readonly byEnd = new PriorityQueue<Lock>(({ until }) => until);

  /** `lost` creates the error for a lock that does not exist. */
  constructor(lost: () => BrokerError) {
    this.lost = lost;
  }

  lock(message: StoredMessage, until: number): Lock {
    const lock: OwnLock = { token: randomUUID(), message, until };
    this.byToken.set(lock.token, lock);
    this.byEnd.push(lock);
    return lock;
  }

  /** Adds a lock that never ends by itself, only together with the others. */
  lockWithin(joint: JointLocks, message: StoredMessage): Lock {
    const lock: Lock = {
      token: randomUUID(),
      message,
      joint,
      get until() {
        return joint.until;
      },
    };
    this.byToken.set(lock.token, lock);
    joint.locks.add(lock);
    return lock;
  }

  /** Throws if the lock does not exist. */
  get(token: string): Lock {
    const lock = this.byToken.get(token);
    if (!lock) throw this.lost();
    return lock;
  }

  /** Returns the new end. */
  renew(lock: Lock, until: number): number {
    // The rank of an item must not change while it is in the queue.
    this.byEnd.delete(lock);
    (lock as OwnLock).until = until;
    this.byEnd.push(lock);
    return until;
  }

  end(lock: Lock): void {
    this.byToken.delete(lock.token);
    this.byEnd.delete(lock);
    lock.joint?.locks.delete(lock);
  }

  all(): Iterable<Lock> {
    return this.byToken.values();
  }

  /** Ends and returns one lock whose time is over. Undefined if there is none. */
  popExpired(now: number): Lock | undefined {
    const lock = this.byEnd.peek();
    if (!lock || lock.until > now) return undefined;
    this.end(lock);
    return lock;
  }

  nextEnd(): number {
    return this.byEnd.peek()?.until ?? Infinity;
  }
}
