import type { Database } from '../../database.ts';
import type { Container } from '../../definitions/container.ts';
import { valueAt } from '../../definitions/documentPath.ts';
import { pastItems } from '../../items/itemTable.ts';
import { mergeSorted } from '../../items/mergeSorted.ts';
import type { StoredItem } from '../../items/storedItem.ts';
import type { JsonObject } from '../../json.ts';
import type { SortPath } from '../evaluation/preparedQuery.ts';
import { type Candidate, comparePositions, type Position } from '../evaluation/run.ts';
import type { Fragment } from './sortBounds.ts';

/** A way to find documents: a statement for SQLite, and filters for its rows. */
export type Search = {
  /** The table, and the index to read it by. */
  readonly from: string;
  readonly conditions: readonly Fragment[];
  /** An ` ORDER BY` clause, or ''. */
  readonly orderBy: string;
  /** The order in which the documents come, or into which they are sorted later. */
  readonly order: readonly SortPath[];
  readonly isSorted: boolean;
  readonly isInScope: (partitionKey: string) => boolean;
  readonly nowSeconds: number;
  /** Documents are found as they were after this transaction. */
  readonly horizon: number;
};

/** The documents that a search finds, sorted if the search is. */
export const candidates = (database: Database, container: Container, search: Search): Iterable<Candidate> => {
  const newest = storedCandidates(database, search);
  if (search.horizon >= container.lsn) return newest;
  const past = pastItems(container, search.horizon, search.nowSeconds)
    .filter(({ partitionKey }) => search.isInScope(partitionKey))
    .map(toCandidate);
  const compare = comparePositions(search.order);
  const positionOf = ({ document, sequence }: Candidate): Position => ({
    keys: search.order.map(({ path }) => valueAt(document, path)),
    sequence,
    nth: 0,
  });
  const inOrder = (left: Candidate, right: Candidate): number => compare(positionOf(left), positionOf(right));
  return search.isSorted ? mergeSorted(newest, past.sort(inOrder), inOrder) : mergeSorted(newest, past, () => 1);
};

type Row = Pick<StoredItem, 'sequence' | 'partitionKey' | 'lsn' | 'body'>;

const toCandidate = ({ sequence, body }: Row): Candidate => ({ sequence, document: JSON.parse(body) as JsonObject });

function* storedCandidates(
  database: Database,
  { from, conditions, orderBy, isInScope, horizon }: Search,
): Generator<Candidate> {
  const where = conditions.map(({ sql }) => sql).join(' AND ');
  const sql = `SELECT sequence, partition_key AS partitionKey, lsn, body FROM ${from} WHERE ${where}${orderBy}`;
  const rows = database.prepare(sql).iterate(...conditions.flatMap(({ values }) => values));
  for (const each of rows) {
    const row = each as Row;
    if (row.lsn <= horizon && isInScope(row.partitionKey)) yield toCandidate(row);
  }
}
