import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Durability } from '../../service/flags.ts';
import type { Redefinition } from '../definitions/definitions.ts';
import type { Journal, Recovered, RememberedId } from '../broker/journal.ts';
import type { Content } from '../broker/message.ts';
import type { MessageState, StoredMessage } from '../broker/storedMessage.ts';

/** A journal on disk. It collects notes until `commit` makes them durable together. */
export type Store = Journal & {
  /** Throws the error of SQLite. The notes stay, so the caller can retry. */
  commit(): void;
  recover(): Recovered;
  close(): void;
};

// With integer primary keys in the order of arrival, SQLite appends rows. Text keys are several times slower.
const schemaVersions = [
  `
  CREATE TABLE sequences (path TEXT PRIMARY KEY, last INTEGER NOT NULL);
  CREATE TABLE duplicates (id INTEGER PRIMARY KEY, path TEXT NOT NULL, message_id TEXT NOT NULL, until INTEGER NOT NULL);
  CREATE TABLE messages (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, sequence_number INTEGER NOT NULL, state TEXT NOT NULL,
    delivery_count INTEGER NOT NULL, enqueued_at INTEGER NOT NULL, enqueued_sequence_number INTEGER,
    time_to_live_ms INTEGER, expires_at INTEGER, scheduled_at INTEGER, dead_letter_source TEXT,
    annotations BLOB, bare BLOB NOT NULL
  );`,
  `
  ALTER TABLE messages ADD COLUMN session_id TEXT;
  ALTER TABLE messages ADD COLUMN priority INTEGER;
  CREATE TABLE session_states (
    path TEXT NOT NULL, session_id TEXT NOT NULL, state BLOB NOT NULL, updated_at INTEGER NOT NULL,
    PRIMARY KEY (path, session_id)
  );
  CREATE TABLE redefinitions (path TEXT PRIMARY KEY, basis TEXT, definition TEXT);`,
];

/** Reads the content of a message from its bytes. */
type ReadContent = (bytes: Buffer) => Content;

/** Opens, or creates, the store in this folder. Throws if another process has it open. */
export function openStore(dataDir: string, readContent: ReadContent, durability: Durability = 'normal'): Store {
  mkdirSync(dataDir, { recursive: true });
  const database = new DatabaseSync(join(dataDir, 'serviceBus.sqlite'));
  try {
    database.exec(
      `PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability.toUpperCase()};`,
    );
    // A checkpoint waits for the disk, so it runs after 40 MB of log instead of 4 MB.
    database.exec('PRAGMA wal_autocheckpoint = 10000');
    createSchema(database);
    return storeOn(database, readContent);
  } catch (error) {
    database.close();
    throw error;
  }
}

function createSchema(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  const { user_version: version } = database.prepare('PRAGMA user_version').get() ?? {};
  if (Number(version) > schemaVersions.length) {
    throw new Error(`The Service Bus data is of version ${String(version)}, and this is ${schemaVersions.length}.`);
  }
  for (const changes of schemaVersions.slice(Number(version))) database.exec(changes);
  database.exec(`PRAGMA user_version = ${schemaVersions.length}`);
  database.exec('COMMIT');
}

type SessionState = { path: string; sessionId: string; state: Buffer | undefined; updatedAt: number };

function storeOn(database: DatabaseSync, readContent: ReadContent): Store {
  const write = statements(database);
  // The last note for each id: a message that comes and goes within one turn never reaches the disk.
  const kept = new Map<number, { path: string; message: StoredMessage }>();
  const dropped = new Set<number>();
  const remembered = new Map<number, RememberedId>();
  const forgotten = new Set<number>();
  const sequences = new Map<string, number>();
  const states = new Map<string, SessionState>();
  const redefinitions = new Map<string, Redefinition>();
  const all = [kept, dropped, remembered, forgotten, sequences, states, redefinitions];

  const writeAll = () => {
    for (const id of dropped) write.dropMessage.run(id);
    for (const { path, message } of kept.values()) write.keepMessage.run(...messageRow(path, message));
    for (const id of forgotten) write.forgetId.run(id);
    for (const { key, path, messageId, until } of remembered.values())
      write.rememberId.run(key, path, messageId, until);
    for (const [path, last] of sequences) write.advance.run(path, last);
    for (const { path, sessionId, state, updatedAt } of states.values()) {
      if (state) write.keepState.run(path, sessionId, state, updatedAt);
      else write.dropState.run(path, sessionId);
    }
    for (const { path, basis, definition } of redefinitions.values()) {
      write.redefine.run(path.toLowerCase(), basis ?? null, definition ?? null);
    }
  };

  return {
    keep: (path, message) => void kept.set(message.id, { path, message }),
    drop: ({ id }) => {
      kept.delete(id);
      dropped.add(id);
    },
    remember: (id) => void remembered.set(id.key, id),
    forget: ({ key }) => {
      if (!remembered.delete(key)) forgotten.add(key);
    },
    advance: (path, sequenceNumber) => void sequences.set(path, sequenceNumber),
    keepState: (path, sessionId, state, updatedAt) =>
      void states.set(JSON.stringify([path, sessionId]), { path, sessionId, state, updatedAt }),
    redefine: (redefinition) => void redefinitions.set(redefinition.path.toLowerCase(), redefinition),
    commit() {
      if (all.every(({ size }) => size === 0)) return;
      inTransaction(database, writeAll);
      for (const notes of all) notes.clear();
    },
    recover: () => ({
      sequenceNumbers: write.sequences.all().map(({ path, last }) => ({ path: String(path), last: Number(last) })),
      redefinitions: write.redefinitions.all().map(redefinition),
      states: write.states.all().map(sessionState),
      ids: map(write.ids.iterate(), rememberedId),
      messages: map(write.messages.iterate(), (row) => storedMessage(row, readContent)),
    }),
    close: () => database.close(),
  };
}

const statements = (database: DatabaseSync) => ({
  keepMessage: database.prepare('INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
  dropMessage: database.prepare('DELETE FROM messages WHERE id = ?'),
  rememberId: database.prepare('INSERT INTO duplicates VALUES (?, ?, ?, ?)'),
  forgetId: database.prepare('DELETE FROM duplicates WHERE id = ?'),
  advance: database.prepare('INSERT OR REPLACE INTO sequences VALUES (?, ?)'),
  keepState: database.prepare('INSERT OR REPLACE INTO session_states VALUES (?, ?, ?, ?)'),
  dropState: database.prepare('DELETE FROM session_states WHERE path = ? AND session_id = ?'),
  redefine: database.prepare('INSERT OR REPLACE INTO redefinitions VALUES (?, ?, ?)'),
  sequences: database.prepare('SELECT path, last FROM sequences'),
  ids: database.prepare('SELECT id, path, message_id, until FROM duplicates ORDER BY id'),
  states: database.prepare('SELECT * FROM session_states'),
  redefinitions: database.prepare('SELECT * FROM redefinitions'),
  messages: database.prepare('SELECT * FROM messages ORDER BY id'),
});

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    // SQLite has already rolled back after some errors, such as a full disk.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

const messageRow = (path: string, message: StoredMessage) =>
  [
    message.id,
    path,
    message.sequenceNumber,
    message.state,
    message.deliveryCount,
    message.enqueuedAt,
    message.enqueuedSequenceNumber ?? null,
    finiteOrNull(message.timeToLiveMs),
    finiteOrNull(message.expiresAt),
    message.scheduledAt ?? null,
    message.deadLetterSource ?? null,
    message.annotations ?? null,
    message.content.bytes,
    message.sessionId ?? null,
    message.priority ?? null,
  ] as const;

type Row = ReturnType<ReturnType<typeof statements>['messages']['all']>[number];

const storedMessage = (row: Row, readContent: ReadContent): { path: string; message: StoredMessage } => ({
  path: String(row.path),
  message: {
    id: Number(row.id),
    sequenceNumber: Number(row.sequence_number),
    state: row.state as MessageState,
    deliveryCount: Number(row.delivery_count),
    enqueuedAt: Number(row.enqueued_at),
    ...(row.enqueued_sequence_number !== null && { enqueuedSequenceNumber: Number(row.enqueued_sequence_number) }),
    timeToLiveMs: numberOrInfinity(row.time_to_live_ms),
    expiresAt: numberOrInfinity(row.expires_at),
    ...(row.scheduled_at !== null && { scheduledAt: Number(row.scheduled_at) }),
    ...(row.dead_letter_source !== null && { deadLetterSource: String(row.dead_letter_source) }),
    ...(row.session_id !== null && { sessionId: String(row.session_id) }),
    ...(row.priority !== null && { priority: Number(row.priority) }),
    ...(row.annotations instanceof Uint8Array && { annotations: Buffer.from(row.annotations) }),
    content: readContent(Buffer.from(row.bare as Uint8Array)),
  },
});

const sessionState = (row: Row) => ({
  path: String(row.path),
  sessionId: String(row.session_id),
  state: Buffer.from(row.state as Uint8Array),
  updatedAt: Number(row.updated_at),
});

const redefinition = (row: Row): Redefinition => ({
  path: String(row.path),
  basis: row.basis === null ? undefined : String(row.basis),
  definition: row.definition === null ? undefined : String(row.definition),
});

const rememberedId = (row: Row): RememberedId => ({
  key: Number(row.id),
  path: String(row.path),
  messageId: String(row.message_id),
  until: Number(row.until),
});

const finiteOrNull = (value: number) => (value === Infinity ? null : value);
const numberOrInfinity = (value: Row[string] | undefined) => (value === null ? Infinity : Number(value));

function* map<In, Out>(items: Iterable<In>, change: (item: In) => Out): Iterable<Out> {
  for (const item of items) yield change(item);
}
