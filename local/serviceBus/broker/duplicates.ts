import type { RememberedId } from './journal.ts';
import type { BrokerResources } from './resources.ts';

/** Beyond this number, the oldest ids are forgotten early, which bounds memory to about 150 MB. */
const defaultCapacity = 1_000_000;

/** Remembers message ids for `windowMs` and detects repeats. Ids expire in the order of their insertion. */
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

  /** Applies to ids that arrive from now on. */
  configure(windowMs: number): void {
    this.windowMs = windowMs;
  }

  /** Remembers the id. Returns whether it was new. */
  admit(messageId: string, now: number): boolean {
    this.sweep(now);
    if (this.ids.has(messageId)) return false;
    const remembered = { key: this.resources.nextId(), path: this.path, messageId, until: now + this.windowMs };
    this.restore(remembered);
    this.resources.journal.remember(remembered);
    return true;
  }

  /** Restores an id from the journal. Calls must follow the order in which the ids were remembered. */
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

  /** The end of the newest id: every new id sweeps the window, so earlier ends need no deadline. */
  nextDeadline(): number {
    return this.ids.size > 0 ? this.newest : Infinity;
  }
}
