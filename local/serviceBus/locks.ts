import { randomUUID } from 'node:crypto';
import { lockLost } from './errors.ts';
import { PriorityQueue } from './priorityQueue.ts';
import type { StoredMessage } from './storedMessage.ts';

/** A receiver's exclusive hold on a message, until `until` (ms since 1970). The token is a UUID. */
export type Lock = { readonly token: string; readonly message: StoredMessage; until: number };

/** The locks of one entity, all of the same duration, by token and by their end. */
export class Locks {
  private readonly durationMs: number;
  private readonly byToken = new Map<string, Lock>();
  private readonly byEnd = new PriorityQueue<Lock>(({ until }) => until);

  constructor(durationMs: number) {
    this.durationMs = durationMs;
  }

  lock(message: StoredMessage, now: number): Lock {
    const lock = { token: randomUUID(), message, until: now + this.durationMs };
    this.byToken.set(lock.token, lock);
    this.byEnd.push(lock);
    return lock;
  }

  /** Throws `message-lock-lost` when there is no such lock. */
  get(token: string): Lock {
    const lock = this.byToken.get(token);
    if (!lock) throw lockLost();
    return lock;
  }

  renew(lock: Lock, now: number): void {
    this.byEnd.delete(lock);
    lock.until = now + this.durationMs;
    this.byEnd.push(lock);
  }

  end(lock: Lock): void {
    this.byToken.delete(lock.token);
    this.byEnd.delete(lock);
  }

  /** Ends and returns a lock whose time is over, as long as there is one. */
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
