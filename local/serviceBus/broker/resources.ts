import { quotaExceeded } from './errors.ts';
import type { Journal } from './journal.ts';
import type { NewMessage } from './storedMessage.ts';

/** How often a message may be forwarded on its way. */
export const maxHops = 4;

/** Sends a message on to another address; false when there is no such place, or the message has come too far. */
export type Forward = (to: string, message: NewMessage, now: number, hops: number) => boolean;

const defaultCapacityBytes = 512 * 1024 * 1024;

/** What all entities of one broker share: the journal, the source of ids, and the room for messages. */
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

  /** After a restart: ids up to this one are taken. */
  skipIds(upTo: number): void {
    this.lastId = Math.max(this.lastId, upTo);
  }

  /** A message came in, grew, or (negative) went away. */
  hold(bytes: number): void {
    this.heldBytes += bytes;
  }

  /** Throws what the service says when an entity is full. Asked before anything is changed, so that a send is atomic. */
  assertRoom(bytes: number): void {
    if (this.heldBytes + bytes > this.capacityBytes) throw quotaExceeded(this.heldBytes, this.capacityBytes);
  }
}
