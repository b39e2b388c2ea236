import type { Database } from '../database.ts';
import { type Container, itemTableName } from '../definitions/container.ts';
import { uniqueKeyPaths } from '../definitions/containerDefinition.ts';
import { uniqueIndexes } from '../definitions/itemIndexes.ts';
import { conflict } from '../errors.ts';
import type { StoredItem } from './storedItem.ts';

/** The SQL condition that an item has not expired; its parameter is the time in seconds. */
export const isLive = '(expires_at IS NULL OR expires_at > ?)';

export const createItemTable = (database: Database, container: Container): void => {
  const { table } = container;
  database.exec(`
    CREATE TABLE ${table} (
      sequence INTEGER PRIMARY KEY,
      partition_key TEXT NOT NULL,
      id TEXT NOT NULL,
      lsn INTEGER NOT NULL,
      modified_at INTEGER NOT NULL,
      expires_at INTEGER,
      etag TEXT NOT NULL,
      body TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX ${table}_id ON ${table} (partition_key, id);
    CREATE INDEX ${table}_lsn ON ${table} (lsn);
    CREATE INDEX ${table}_expires_at ON ${table} (expires_at) WHERE expires_at IS NOT NULL;
    ${uniqueIndexes(table, uniqueKeyPaths(container.definition))}
    ${container.indexes.create}
  `);
};

/** Applies a new indexing policy and a new time to live to the items of a container. */
export const adaptItemTable = (database: Database, before: Container, after: Container): void => {
  if (before.indexes.create !== after.indexes.create) {
    database.exec(before.indexes.drop);
    database.exec(after.indexes.create);
  }
  const { defaultTtl } = after.definition;
  if (before.definition.defaultTtl === defaultTtl) return;
  const ttl = `COALESCE(json_extract(body, '$.ttl'), ${defaultTtl ?? -1})`;
  const expiresAt = defaultTtl === undefined ? 'NULL' : `CASE ${ttl} WHEN -1 THEN NULL ELSE modified_at + ${ttl} END`;
  database.exec(`UPDATE ${after.table} SET expires_at = ${expiresAt}`);
};

export const dropItemTable = (database: Database, container: number): void => {
  database.exec(`DROP TABLE ${itemTableName(container)}`);
};

const itemColumns = `sequence, partition_key AS partitionKey, id, lsn, modified_at AS modifiedAt,
  expires_at AS expiresAt, etag, body`;

/** Finds an item by its key, unless it has expired. */
export const findItem = (
  database: Database,
  { table }: Container,
  partitionKey: string,
  id: string,
  nowSeconds: number,
): StoredItem | undefined => {
  const sql = `SELECT ${itemColumns} FROM ${table} WHERE partition_key = ? AND id = ? AND ${isLive}`;
  return database.prepare(sql).get(partitionKey, id, nowSeconds) as StoredItem | undefined;
};

/** Finds an item in the version that it had after a transaction. */
export const findItemAt = (
  database: Database,
  container: Container,
  partitionKey: string,
  id: string,
  nowSeconds: number,
  lsn: number,
): StoredItem | undefined => {
  const item = findItem(database, container, partitionKey, id, nowSeconds);
  if (lsn >= container.lsn || (item !== undefined && item.lsn <= lsn)) return item;
  return pastItems(container, lsn, nowSeconds).find(
    (version) => version.partitionKey === partitionKey && version.id === id,
  );
};

/**
 * The versions that existed after a transaction and were replaced or deleted since, without those that have expired.
 */
export const pastItems = ({ past }: Container, lsn: number, nowSeconds: number): readonly StoredItem[] =>
  past.versionsAt(lsn).filter(({ expiresAt }) => expiresAt === null || expiresAt > nowSeconds);

export const insertItem = (database: Database, container: Container, item: StoredItem, nowSeconds: number): void => {
  const sql = `INSERT INTO ${container.table}
    (sequence, partition_key, id, lsn, modified_at, expires_at, etag, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
  const { sequence, partitionKey, id, lsn, modifiedAt, expiresAt, etag, body } = item;
  respectingUniqueKeys(database, container, partitionKey, nowSeconds, () => {
    database.prepare(sql).run(sequence, partitionKey, id, lsn, modifiedAt, expiresAt, etag, body);
  });
};

export const updateItem = (database: Database, container: Container, item: StoredItem, nowSeconds: number): void => {
  const sql = `UPDATE ${container.table}
    SET id = ?, lsn = ?, modified_at = ?, expires_at = ?, etag = ?, body = ? WHERE sequence = ?`;
  const { sequence, partitionKey, id, lsn, modifiedAt, expiresAt, etag, body } = item;
  respectingUniqueKeys(database, container, partitionKey, nowSeconds, () => {
    database.prepare(sql).run(id, lsn, modifiedAt, expiresAt, etag, body, sequence);
  });
};

export const deleteItem = (database: Database, { table }: Container, sequence: number): void => {
  database.prepare(`DELETE FROM ${table} WHERE sequence = ?`).run(sequence);
};

/** Deletes all items of a partition key and returns them. */
export const deletePartition = (database: Database, { table }: Container, partitionKey: string): StoredItem[] => {
  const deleted = database.prepare(`SELECT ${itemColumns} FROM ${table} WHERE partition_key = ?`).all(partitionKey);
  database.prepare(`DELETE FROM ${table} WHERE partition_key = ?`).run(partitionKey);
  return deleted as StoredItem[];
};

/** Removes up to `most` expired items. */
export const sweepExpired = (database: Database, { table }: Container, nowSeconds: number, most: number): void => {
  database
    .prepare(
      `DELETE FROM ${table} WHERE sequence IN (SELECT sequence FROM ${table} WHERE expires_at <= ? LIMIT ${most})`,
    )
    .run(nowSeconds);
};

const uniqueViolation = 2067;

const respectingUniqueKeys = (
  database: Database,
  { table }: Container,
  partitionKey: string,
  nowSeconds: number,
  write: () => void,
): void => {
  const conflicts = (): string | undefined => {
    try {
      write();
      return undefined;
    } catch (error) {
      if (error instanceof Error && 'errcode' in error && error.errcode === uniqueViolation) return error.message;
      throw error;
    }
  };
  if (conflicts() === undefined) return;
  // The item in the way may have expired without having been swept yet.
  database.prepare(`DELETE FROM ${table} WHERE partition_key = ? AND expires_at <= ?`).run(partitionKey, nowSeconds);
  const conflicting = conflicts();
  if (conflicting === undefined) return;
  throw conflict(conflicting.includes('_unique_') ? 'Unique index constraint violation.' : undefined);
};
