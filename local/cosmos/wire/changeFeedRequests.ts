import type { Container } from '../definitions/container.ts';
import { badRequest } from '../errors.ts';
import type { FeedPage, FeedQuery } from '../feed/changeFeed.ts';
import { notModifiedCharge, pageCharge } from '../requestCharge.ts';
import { type CosmosRequest, type CosmosResponse, header } from './http.ts';

type Start = Pick<FeedQuery, 'from' | 'modifiedSince'>;

/**
 * Reads where a page begins; throws 400 for a beginning that is not valid. `horizon` is the last transaction that the
 * request sees, and clients know LSNs with `lsnOffset` added.
 */
export const feedStartOf = (request: CosmosRequest, horizon: number, lsnOffset: number): Start => {
  if (header(request, 'a-im')?.toLowerCase() === 'full-fidelity feed') {
    throw badRequest('The change feed of all versions and deletes is not supported.');
  }
  const continuation = header(request, 'if-none-match');
  if (continuation === '*') return { from: horizon, modifiedSince: 0 };
  if (continuation !== undefined) {
    const lsn = /^"?(\d{1,15})"?$/.exec(continuation)?.[1];
    if (lsn === undefined) throw badRequest('The continuation of the change feed is not valid.');
    // Clients go on sending the start time with every continuation; it counts for the first page only.
    return { from: Math.max(0, Number(lsn) - lsnOffset), modifiedSince: 0 };
  }
  const since = header(request, 'if-modified-since');
  if (since === undefined) return { from: 0, modifiedSince: 0 };
  const time = Date.parse(since);
  if (Number.isNaN(time)) throw badRequest('The start time of the change feed is not valid.');
  return { from: 0, modifiedSince: Math.floor(time / 1000) };
};

/** The answer that carries a page, or 304 if nothing is new. Its etag is where the next page begins. */
export const feedResponse = (
  { rid }: Container,
  { texts, bytes, lsn }: FeedPage,
  lsnOffset: number,
): CosmosResponse => {
  const etag = `"${lsn + lsnOffset}"`;
  if (texts.length === 0) {
    return { status: 304, headers: { etag, 'x-ms-item-count': 0, 'x-ms-request-charge': notModifiedCharge } };
  }
  return {
    status: 200,
    headers: {
      etag,
      'x-ms-item-count': texts.length,
      'x-ms-request-charge': pageCharge({ examined: texts.length, bytes }),
    },
    body: `{"_rid":${JSON.stringify(rid)},"Documents":[${texts.join(',')}],"_count":${texts.length}}`,
  };
};
