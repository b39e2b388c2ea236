import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Durability } from '../service/flags.ts';

const schemaVersion = 2;

/** The cache of statements needs a limit, because the SQL varies with the shape of queries. */
const mostStatements = 1_000;

export type Database = {
  /** Prepares a statement and caches it. */
  prepare(sql: string): StatementSync;
  exec(sql: string): void;
  /** Runs the work and commits, or rolls everything back and throws what it threw. */
  transaction<T>(work: () => T): T;
  close(): void;
};

/**
 * Opens `cosmos.sqlite` in the folder for this process alone, or a database in memory without a folder. Committed data
 * survives the end of the process at any moment.
 */
export const openDatabase = (dataDir: string | undefined, durability: Durability = 'normal'): Database => {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const sqlite = new DatabaseSync(dataDir === undefined ? ':memory:' : join(dataDir, 'cosmos.sqlite'));
  try {
    sqlite.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL');
    sqlite.exec(`PRAGMA synchronous = ${durability.toUpperCase()}`);
    // A checkpoint waits for the disk: at 40 MB of log instead of 4 MB, a batch costs a third less.
    sqlite.exec('PRAGMA wal_autocheckpoint = 10000');
    createTables(sqlite);
  } catch (error) {
    sqlite.close();
    throw error;
  }
  const statements = new Map<string, StatementSync>();
  return {
    prepare(sql) {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      if (statements.size >= mostStatements) statements.clear();
      const statement = sqlite.prepare(sql);
      statements.set(sql, statement);
      return statement;
    },
    exec(sql) {
      // Prepared statements may name tables and columns that are about to change.
      statements.clear();
      sqlite.exec(sql);
    },
    transaction(work) {
      this.prepare('BEGIN IMMEDIATE').run();
      try {
        const result = work();
        this.prepare('COMMIT').run();
        return result;
      } catch (error) {
        // Some errors, such as a full disk, have already ended the transaction.
        if (sqlite.isTransaction) this.prepare('ROLLBACK').run();
        throw error;
      }
    },
    close() {
      sqlite.close();
    },
  };
};

const createTables = (sqlite: DatabaseSync): void => {
  const found = sqlite.prepare('PRAGMA user_version').get()?.user_version;
  if (found === schemaVersion) return;
  if (found !== 0) throw new Error(`The data was written by another version (${String(found)}): delete its folder.`);
  // Container numbers are never used again, because they name the tables of items and are part of every _rid.
  sqlite.exec(`
    BEGIN;
    CREATE TABLE databases (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      body TEXT NOT NULL
    ) STRICT;
    CREATE TABLE containers (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      database INTEGER NOT NULL REFERENCES databases (number),
      id TEXT NOT NULL,
      body TEXT NOT NULL,
      lsn INTEGER NOT NULL,
      sequence INTEGER NOT NULL,
      layout TEXT NOT NULL,
      UNIQUE (database, id)
    ) STRICT;
    PRAGMA user_version = ${schemaVersion};
    COMMIT;
  `);
};
