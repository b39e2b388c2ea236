import type { Redefinition } from '../definitions/definitions.ts';
import type { RememberedId } from '../broker/duplicates.ts';
import { ServiceBusError } from '../broker/errors.ts';
import type { NewMessage, StoredMessage } from '../broker/storedMessage.ts';

/** Where the core notes what must survive. Notes of one turn become durable together, before anyone hears of them. */
export type Journal = {
  /** The message is new at this path, or has changed. */
  keep(path: string, message: StoredMessage): void;
  drop(message: StoredMessage): void;
  /** The state of a session at this path; undefined for none (any more). */
  keepState(path: string, sessionId: string, state: Buffer | undefined, updatedAt: number): void;
  /** An entity was created, changed or deleted over the wire. */
  redefine(redefinition: Redefinition): void;
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
  keepState: nothing,
  redefine: nothing,
  remember: nothing,
  forget: nothing,
  advance: nothing,
};

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
    if (this.heldBytes + bytes <= this.capacityBytes) return;
    throw new ServiceBusError(
      'amqp:resource-limit-exceeded',
      `The broker holds as many messages as it may: ${this.heldBytes} of ${this.capacityBytes} bytes.`,
    );
  }
}
