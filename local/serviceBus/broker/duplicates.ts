import type { RememberedId } from './journal.ts';
import type { BrokerResources } from './resources.ts';

/** Beyond this the oldest ids are forgotten before their time, so that memory stays bounded (about 150 MB). */
const defaultCapacity = 1_000_000;

/** Tells whether a message id was here within the last `windowMs`. Insertion order is the order of expiry. */
export class DuplicateWindow {
  private readonly path: string;
  private windowMs: number;
  private readonly resources: BrokerResources;
  private readonly capacity: number;
  private readonly ids = new Map<string, RememberedId>();
  private newest = -Infinity;

  constructor(path: string, windowMs: number, resources: BrokerResources, capacity = defaultCapacity) {
    this.path = path;
    this.windowMs = windowMs;
    this.resources = resources;
    this.capacity = capacity;
  }

  get size(): number {
    return this.ids.size;
  }

  /** Holds for ids that come from now on. */
  configure(windowMs: number): void {
    this.windowMs = windowMs;
  }

  /** Whether this id is new, which it is no more afterwards. */
  admit(messageId: string, now: number): boolean {
    this.sweep(now);
    if (this.ids.has(messageId)) return false;
    const remembered = { key: this.resources.nextId(), path: this.path, messageId, until: now + this.windowMs };
    this.restore(remembered);
    this.resources.journal.remember(remembered);
    return true;
  }

  /** Takes back what the journal kept. Must come in the order it was remembered. */
  restore(remembered: RememberedId): void {
    this.ids.set(remembered.messageId, remembered);
    this.newest = remembered.until;
  }

  sweep(now: number): void {
    for (const remembered of this.ids.values()) {
      if (remembered.until > now && this.ids.size < this.capacity) return;
      this.ids.delete(remembered.messageId);
      this.resources.journal.forget(remembered);
    }
  }

  /** Forgets all ids. */
  clear(): void {
    for (const remembered of this.ids.values()) this.resources.journal.forget(remembered);
    this.ids.clear();
  }

  /** Every new id sweeps the window, so that only the last one needs a deadline of its own. */
  nextDeadline(): number {
    return this.ids.size > 0 ? this.newest : Infinity;
  }
}
