import type { Database } from '../database.ts';
import type { Container } from '../definitions/container.ts';
import { partitionKeyPrefix, partitionKeyText } from '../definitions/partitionKey.ts';
import { isLive, pastItems } from '../items/itemTable.ts';
import { mergeSorted } from '../items/mergeSorted.ts';
import type { StoredItem } from '../items/storedItem.ts';
import { rangeFilter, type Scope } from '../partitions/scope.ts';
import type { PageLimits } from '../queries/evaluation/run.ts';

/** Where a page of the change feed begins, and what it may contain. */
export type FeedQuery = {
  readonly scope: Scope;
  /** The page begins after this transaction. */
  readonly from: number;
  /** Only items that were written at this time or later are of interest; in seconds. */
  readonly modifiedSince: number;
  /** The page shows the items as they were after this transaction. */
  readonly horizon: number;
  /** Added to the LSNs of the items. */
  readonly lsnOffset: number;
  readonly limits: PageLimits;
  /** In milliseconds. */
  readonly now: number;
};

/** A page; `texts` are items as JSON, and the next page begins after the transaction `lsn`. */
export type FeedPage = { readonly texts: readonly string[]; readonly bytes: number; readonly lsn: number };

type FeedRow = Pick<StoredItem, 'lsn' | 'sequence' | 'partitionKey' | 'body'>;

/**
 * Reads one page of the change feed: the latest version of each item, in the order of the transactions. All that a
 * transaction wrote is in one page.
 */
export const readChangeFeed = (database: Database, container: Container, asked: FeedQuery): FeedPage =>
  cutPage(changes(database, container, asked), asked);

const changes = (database: Database, container: Container, asked: FeedQuery): Iterable<FeedRow> => {
  const { from, modifiedSince, scope, horizon } = asked;
  const nowSeconds = Math.floor(asked.now / 1000);
  const rows = database
    .prepare(
      `SELECT lsn, sequence, partition_key AS partitionKey, body FROM ${container.table}
       WHERE lsn > ? AND lsn <= ? AND modified_at >= ? AND ${isLive} ORDER BY lsn, sequence`,
    )
    .iterate(from, horizon, modifiedSince, nowSeconds) as Iterable<FeedRow>;
  const past = pastItems(container, horizon, nowSeconds)
    .filter(({ lsn, modifiedAt }) => lsn > from && modifiedAt >= modifiedSince)
    .sort(inOrder);
  return inScope(mergeSorted<FeedRow>(rows, past, inOrder), container, scope);
};

const inOrder = (left: FeedRow, right: FeedRow): number => left.lsn - right.lsn || left.sequence - right.sequence;

function* inScope(rows: Iterable<FeedRow>, { partitionKeyPaths }: Container, scope: Scope): Generator<FeedRow> {
  const inRange = rangeFilter(scope);
  const key = scope.partitionKey;
  const isWhole = key?.length === partitionKeyPaths.length;
  const text = key === undefined ? '' : isWhole ? partitionKeyText(key) : partitionKeyPrefix(key);
  for (const row of rows) {
    if (isWhole ? row.partitionKey !== text : !row.partitionKey.startsWith(text)) continue;
    if (inRange?.(row.partitionKey) === false) continue;
    yield row;
  }
}

const cutPage = (rows: Iterable<FeedRow>, { limits, lsnOffset, from, horizon }: FeedQuery): FeedPage => {
  const texts: string[] = [];
  let bytes = 0;
  let lsn = 0;
  for (const row of rows) {
    const text = `${row.body.slice(0, -1)},"_lsn":${row.lsn + lsnOffset}}`;
    const isFull = texts.length >= limits.rows || bytes + text.length > limits.bytes;
    if (isFull && texts.length > 0 && row.lsn !== lsn) return { texts, bytes, lsn };
    texts.push(text);
    bytes += text.length;
    lsn = row.lsn;
  }
  // The page has passed everything up to here, including changes outside its scope.
  return { texts, bytes, lsn: Math.max(from, horizon) };
};
