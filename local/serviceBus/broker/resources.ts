import { quotaExceeded } from './errors.ts';
import type { Journal } from './journal.ts';
import type { NewMessage } from './storedMessage.ts';

/** How often a message may be forwarded. */
export const maxHops = 4;

/** Forwards a message to another address. False if the address does not exist or the message has too many hops. */
export type Forward = (to: string, message: NewMessage, now: number, hops: number) => boolean;

const defaultCapacityBytes = 512 * 1024 * 1024;

/** The resources that all entities of one broker share: the journal, the source of ids, and the memory for messages. */
export class BrokerResources {
  readonly journal: Journal;
  readonly forward: Forward;
  private readonly capacityBytes: number;
  private lastId = 0;
  private heldBytes = 0;

  constructor(journal: Journal, forward: Forward = () => false, capacityBytes = defaultCapacityBytes) {
    this.journal = journal;
    this.forward = forward;
    this.capacityBytes = capacityBytes;
  }

  nextId(): number {
    return ++this.lastId;
  }

  /** Marks ids up to this one as used, after a restart. */
  skipIds(upTo: number): void {
    this.lastId = Math.max(this.lastId, upTo);
  }

  /** Counts the memory of a message that was added, has grown, or (negative) was removed. */
  hold(bytes: number): void {
    this.heldBytes += bytes;
  }

  /** Throws `QuotaExceeded` if there is too little room. Callers ask before they change anything: a send is atomic. */
  assertRoom(bytes: number): void {
    if (this.heldBytes + bytes > this.capacityBytes) throw quotaExceeded(this.heldBytes, this.capacityBytes);
  }
}
