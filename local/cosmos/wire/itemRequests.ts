import type { Database } from '../database.ts';
import type { Container } from '../definitions/container.ts';
import { badRequest, methodNotAllowed } from '../errors.ts';
import { readChangeFeed } from '../feed/changeFeed.ts';
import { fullKey, type Outcome, readItem } from '../items/itemReads.ts';
import { type Operation, perform } from '../items/items.ts';
import { deletePartition } from '../items/itemTable.ts';
import { transact } from '../items/itemTransaction.ts';
import { parsePatch } from '../items/patch.ts';
import { parseJson, parseObject } from '../json.ts';
import type { Partition } from '../partitions/layout.ts';
import { queryItems } from '../queries/queryItems.ts';
import { writeCharge } from '../requestCharge.ts';
import { runBatch } from './batch.ts';
import { feedResponse, feedStartOf } from './changeFeedRequests.ts';
import { consistencyOf, costFactorOf, horizonOf, sessionToken } from './consistency.ts';
import { type CosmosRequest, type CosmosResponse, header, pageLimits } from './http.ts';
import type { OperationName } from './operations.ts';
import { answerQueryPlan, pageQueryOf, queryResponse } from './queryRequests.ts';
import { withHeaders } from './refusal.ts';
import { partitionIdIn, partitionKeyIn, partitionOf, scopeOf } from './requestScope.ts';

/** A request about the items of a container. */
export type ItemRequest = {
  readonly database: Database;
  readonly container: Container;
  readonly operation: OperationName;
  /** The id of the item in the path, or '' for requests to the feed of items. */
  readonly id: string;
  readonly request: CosmosRequest;
  /** In milliseconds. */
  readonly now: number;
};

/** Answers a request. Refusals carry the session token as well [believed]. */
export const answerItemRequest = (asked: ItemRequest): CosmosResponse => {
  const { container, request } = asked;
  const level = consistencyOf(request);
  const partition = partitionOf(container, request);
  const horizon = horizonOf(container, partition, request, level, asked.now);
  const reading = { partition, horizon, costFactor: costFactorOf(level) };
  return withHeaders(
    () => stateHeaders(asked, reading),
    () => (isRead(asked) ? read(asked, reading) : write(asked)),
  );
};

type Reading = {
  /** The physical partition that the request is about; undefined if it is about several. */
  readonly partition: Partition | undefined;
  readonly horizon: number;
  readonly costFactor: number;
};

const isRead = ({ operation }: ItemRequest): boolean =>
  ['read', 'query', 'queryPlan', 'changeFeed'].includes(operation);

/** A session has a token for each partition, so an answer about several partitions carries none. */
const stateHeaders = (asked: ItemRequest, { partition, horizon }: Reading): CosmosResponse['headers'] => {
  if (partition === undefined) return {};
  const lsn = isRead(asked) ? horizon : asked.container.lsn;
  return { 'x-ms-session-token': sessionToken(partition, lsn), lsn: lsn + partition.lsnOffset };
};

const read = (asked: ItemRequest, reading: Reading): CosmosResponse => {
  const { costFactor } = reading;
  const response = readAt(asked, reading);
  const charge = Number(response.headers['x-ms-request-charge'] ?? 0) * costFactor;
  return { ...response, headers: { ...response.headers, 'x-ms-request-charge': charge } };
};

const readAt = (asked: ItemRequest, { partition, horizon }: Reading): CosmosResponse => {
  const { database, container, operation, id, request, now } = asked;
  switch (operation) {
    case 'read': {
      const ifNoneMatch = header(request, 'if-none-match');
      const reading = { database, container, now, horizon };
      return respond(readItem(reading, partitionKeyIn(request), { id, ifNoneMatch }));
    }
    case 'changeFeed': {
      // Each partition has LSNs of its own, so no continuation could cover several [believed].
      if (partition === undefined)
        throw badRequest('A change feed of several partition key ranges cannot be read at once.');
      const { lsnOffset } = partition;
      const start = feedStartOf(request, horizon, lsnOffset);
      const scope = scopeOf(container, request);
      const page = { ...start, scope, horizon, lsnOffset, limits: pageLimits(request), now };
      return feedResponse(container, readChangeFeed(database, container, page), lsnOffset);
    }
    case 'queryPlan':
      return answerQueryPlan(container.layout, request, now);
    default: {
      const query = request.method === 'GET' ? { ...request, body: everything } : request;
      const isByPlan = partitionIdIn(request) !== undefined;
      const page = { ...pageQueryOf(query, now), scope: scopeOf(container, request), horizon, isByPlan };
      return queryResponse(queryItems(database, container, page), 'Documents', container.rid);
    }
  }
};

const everything = JSON.stringify({ query: 'SELECT * FROM c' });

const write = (asked: ItemRequest): CosmosResponse => {
  const { database, container, operation, request, now } = asked;
  const key = partitionKeyIn(request);
  switch (operation) {
    case 'batch':
    case 'bulk':
      return runBatch(database, container, request, key, now);
    case 'deletePartition': {
      const partition = fullKey(container, key);
      transact(database, container, now, (transaction) => {
        transaction.superseded.push(...deletePartition(database, container, partition));
        transaction.hasWritten = true;
      });
      return { status: 200, headers: { 'x-ms-request-charge': writeCharge(0) } };
    }
    default: {
      const single = operationOn(asked);
      return respond(transact(database, container, now, (transaction) => perform(transaction, key, single)));
    }
  }
};

const operationOn = ({ operation, id, request }: ItemRequest): Operation => {
  const ifMatch = header(request, 'if-match');
  switch (operation) {
    case 'create':
      return { type: 'Create', document: parseObject(request.body) };
    case 'upsert':
      return { type: 'Upsert', document: parseObject(request.body), ifMatch };
    case 'replace':
      return { type: 'Replace', id, document: parseObject(request.body), ifMatch };
    case 'patch':
      return { type: 'Patch', id, patch: parsePatch(parseJson(request.body)), ifMatch };
    case 'delete':
      return { type: 'Delete', id, ifMatch };
    default:
      throw methodNotAllowed();
  }
};

const respond = ({ status, charge, etag, body }: Outcome): CosmosResponse => ({
  status,
  headers: { 'x-ms-request-charge': charge, ...(etag === undefined ? {} : { etag }) },
  ...(body === undefined ? {} : { body }),
});
