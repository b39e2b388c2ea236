import type { Container } from '../definitions/container.ts';
import type { Database } from '../database.ts';
import { badRequest } from '../errors.ts';
import { type CosmosRequest, type CosmosResponse, header, largestPageBytes, pageSize } from '../wire/http.ts';
import { isLive, pastItems, type StoredItem } from '../items/itemTable.ts';
import { mergeSorted } from '../items/mergeSorted.ts';
import { partitionKeyPrefix, partitionKeyText } from '../definitions/partitionKey.ts';
import { notModifiedCharge, pageCharge } from '../requestCharge.ts';
import { rangeFilter, type Scope } from '../queries/access/scan.ts';

type FeedRow = Pick<StoredItem, 'lsn' | 'sequence' | 'partitionKey' | 'body'>;

/**
 * Answers one page of the change feed (the latest version of every item, in the order of their transactions), or
 * 304 if nothing is new. The etag is where the next page begins. A transaction is never divided between pages. It
 * shows what was there after the transaction `horizon`.
 */
export const readChangeFeed = (
  database: Database,
  container: Container,
  request: CosmosRequest,
  scope: Scope,
  now: number,
  horizon: number,
): CosmosResponse => {
  if (header(request, 'a-im')?.toLowerCase() === 'full-fidelity feed') {
    throw badRequest('The change feed of all versions and deletes is not supported.');
  }
  const { from, modifiedSince } = startOf(request, horizon);
  const rows = changes(database, container, {
    from,
    modifiedSince,
    scope,
    horizon,
    nowSeconds: Math.floor(now / 1000),
  });
  const { texts, bytes, lsn } = cutPage(rows, pageSize(request), Math.max(from, horizon));
  const etag = `"${lsn}"`;
  if (texts.length === 0) {
    return { status: 304, headers: { etag, 'x-ms-item-count': 0, 'x-ms-request-charge': notModifiedCharge } };
  }
  const rid = JSON.stringify(container.rid);
  return {
    status: 200,
    headers: {
      etag,
      'x-ms-item-count': texts.length,
      'x-ms-request-charge': pageCharge({ examined: texts.length, bytes }),
    },
    body: `{"_rid":${rid},"Documents":[${texts.join(',')}],"_count":${texts.length}}`,
  };
};

type Start = { readonly from: number; readonly modifiedSince: number };

/** A start time counts for the first page only: clients go on sending it with every continuation. */
const startOf = (request: CosmosRequest, horizon: number): Start => {
  const continuation = header(request, 'if-none-match');
  if (continuation === '*') return { from: horizon, modifiedSince: 0 };
  if (continuation !== undefined) {
    const lsn = /^"?(\d{1,15})"?$/.exec(continuation)?.[1];
    if (lsn === undefined) throw badRequest('The continuation of the change feed is not valid.');
    return { from: Number(lsn), modifiedSince: 0 };
  }
  const since = header(request, 'if-modified-since');
  if (since === undefined) return { from: 0, modifiedSince: 0 };
  const time = Date.parse(since);
  if (Number.isNaN(time)) throw badRequest('The start time of the change feed is not valid.');
  return { from: 0, modifiedSince: Math.floor(time / 1000) };
};

type Wanted = Start & { readonly scope: Scope; readonly horizon: number; readonly nowSeconds: number };

const changes = (database: Database, container: Container, wanted: Wanted): Iterable<FeedRow> => {
  const { from, modifiedSince, scope, horizon, nowSeconds } = wanted;
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

const cutPage = (
  rows: Iterable<FeedRow>,
  size: number,
  newest: number,
): { texts: string[]; bytes: number; lsn: number } => {
  const texts: string[] = [];
  let bytes = 0;
  let lsn = 0;
  for (const row of rows) {
    const text = `${row.body.slice(0, -1)},"_lsn":${row.lsn}}`;
    const isFull = texts.length >= size || bytes + text.length > largestPageBytes;
    if (isFull && texts.length > 0 && row.lsn !== lsn) return { texts, bytes, lsn };
    texts.push(text);
    bytes += text.length;
    lsn = row.lsn;
  }
  // Everything there is has been seen, also what was of no interest.
  return { texts, bytes, lsn: newest };
};
