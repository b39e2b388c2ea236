import type { RememberedId } from './duplicates.ts';
import { ServiceBusError } from './errors.ts';
import type { StoredMessage } from './storedMessage.ts';

/** Where the core notes what must survive. Notes of one turn become durable together, before anyone hears of them. */
export type Journal = {
  /** The message is new at this path, or has changed. */
  keep(path: string, message: StoredMessage): void;
  drop(message: StoredMessage): void;
  remember(id: RememberedId): void;
  forget(id: RememberedId): void;
  /** The last sequence number that was given away at this path. */
  advance(path: string, sequenceNumber: number): void;
};

const nothing = () => undefined;
/** For a broker that lives in memory alone. */
export const noJournal: Journal = {
  keep: nothing,
  drop: nothing,
  remember: nothing,
  forget: nothing,
  advance: nothing,
};

const defaultCapacityBytes = 512 * 1024 * 1024;

/** What all entities of one broker share: the journal, the source of ids, and the room for messages. */
export class BrokerResources {
  readonly journal: Journal;
  private readonly capacityBytes: number;
  private lastId = 0;
  private heldBytes = 0;

  constructor(journal: Journal, capacityBytes = defaultCapacityBytes) {
    this.journal = journal;
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
    if (this.heldBytes + bytes <= this.capacityBytes) return;
    throw new ServiceBusError(
      'amqp:resource-limit-exceeded',
      `The broker holds as many messages as it may: ${this.heldBytes} of ${this.capacityBytes} bytes.`,
    );
  }
}
