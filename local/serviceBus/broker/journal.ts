import type { Redefinition } from '../definitions/definitions.ts';
import type { StoredMessage } from './storedMessage.ts';

/** A message id that counts as a duplicate before `until` (ms since 1970). */
export type RememberedId = {
  readonly key: number;
  readonly path: string;
  readonly messageId: string;
  readonly until: number;
};

/** Where the broker notes everything that must survive a restart. The notes of one turn become durable together. */
export type Journal = {
  /** Notes that the message is new at this path, or has changed. */
  keep(path: string, message: StoredMessage): void;
  drop(message: StoredMessage): void;
  /** Notes the state of a session at this path; undefined removes it. */
  keepState(path: string, sessionId: string, state: Buffer | undefined, updatedAt: number): void;
  /** Notes that a client has created, changed or deleted an entity. */
  redefine(redefinition: Redefinition): void;
  remember(id: RememberedId): void;
  forget(id: RememberedId): void;
  /** Notes the last sequence number that was used at this path. */
  advance(path: string, sequenceNumber: number): void;
};

/** Everything that a journal gives back after a restart, each list in the order of its notes. */
export type Recovered = {
  readonly redefinitions: Iterable<Redefinition>;
  readonly sequenceNumbers: Iterable<{ readonly path: string; readonly last: number }>;
  readonly ids: Iterable<RememberedId>;
  readonly states: Iterable<{ path: string; sessionId: string; state: Buffer; updatedAt: number }>;
  readonly messages: Iterable<{ readonly path: string; readonly message: StoredMessage }>;
};

export const nothingRecovered: Recovered = {
  redefinitions: [],
  sequenceNumbers: [],
  ids: [],
  states: [],
  messages: [],
};

const nothing = () => undefined;
/** For a broker that keeps everything in memory. */
export const noJournal: Journal = {
  keep: nothing,
  drop: nothing,
  keepState: nothing,
  redefine: nothing,
  remember: nothing,
  forget: nothing,
  advance: nothing,
};
