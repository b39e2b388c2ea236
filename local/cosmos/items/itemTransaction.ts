import type { Database } from '../database.ts';
import type { Container } from '../definitions/container.ts';
import type { StoredItem } from './storedItem.ts';

/** One transaction on a container. All items written in it get the same LSN. */
export type ItemTransaction = {
  readonly database: Database;
  readonly container: Container;
  /** In milliseconds. */
  readonly now: number;
  readonly lsn: number;
  sequence: number;
  hasWritten: boolean;
  /** The versions that it has replaced or deleted. */
  readonly superseded: StoredItem[];
};

/** Runs the work in one transaction: keeps all of its writes, or none if it throws. */
export const transact = <T>(
  database: Database,
  container: Container,
  now: number,
  work: (transaction: ItemTransaction) => T,
): T => {
  const transaction: ItemTransaction = {
    database,
    container,
    now,
    lsn: container.lsn + 1,
    sequence: container.sequence,
    hasWritten: false,
    superseded: [],
  };
  const result = database.transaction(() => {
    const worked = work(transaction);
    if (transaction.hasWritten) {
      database
        .prepare('UPDATE containers SET lsn = ?, sequence = ? WHERE number = ?')
        .run(transaction.lsn, transaction.sequence, container.number);
    }
    return worked;
  });
  if (transaction.hasWritten) {
    container.lsn = transaction.lsn;
    container.sequence = transaction.sequence;
    container.past.record(transaction.lsn, now, transaction.superseded);
  }
  return result;
};

export const seconds = ({ now }: ItemTransaction): number => Math.floor(now / 1000);
