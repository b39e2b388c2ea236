import type { Database } from '../database.ts';
import type { Container } from '../definitions/container.ts';
import { parsePartitionKey, type PartitionKey } from '../definitions/partitionKey.ts';
import { badRequest, CosmosError, methodNotAllowed } from '../errors.ts';
import { readChangeFeed } from '../feed/changeFeed.ts';
import { fullKey, type Outcome, readItem } from '../items/itemReads.ts';
import { type Operation, perform } from '../items/items.ts';
import { deletePartition } from '../items/itemTable.ts';
import { transact } from '../items/itemTransaction.ts';
import { parsePatch } from '../items/patch.ts';
import { parseJson, parseObject } from '../json.ts';
import type { Scope } from '../queries/access/scan.ts';
import { queryItems } from '../queries/queryItems.ts';
import { writeCharge } from '../requestCharge.ts';
import { runBatch } from './batch.ts';
import { feedResponse, feedStartOf } from './changeFeedRequests.ts';
import { consistencyOf, costFactorOf, horizonOf, sessionToken } from './consistency.ts';
import { type CosmosRequest, type CosmosResponse, header, pageLimits } from './http.ts';
import type { OperationName } from './operations.ts';
import { answerQueryPlan, pageQueryOf, queryResponse } from './queryRequests.ts';
import { withHeaders } from './refusal.ts';

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
  const reading = { horizon: horizonOf(container, request, level, asked.now), costFactor: costFactorOf(level) };
  return withHeaders(
    () => stateHeaders(asked, reading),
    () => (isRead(asked) ? read(asked, reading) : write(asked)),
  );
};

type Reading = { readonly horizon: number; readonly costFactor: number };

const isRead = ({ operation }: ItemRequest): boolean =>
  ['read', 'query', 'queryPlan', 'changeFeed'].includes(operation);

const stateHeaders = (asked: ItemRequest, { horizon }: Reading): CosmosResponse['headers'] => {
  const lsn = isRead(asked) ? horizon : asked.container.lsn;
  return { 'x-ms-session-token': sessionToken(lsn), lsn };
};

const read = (asked: ItemRequest, { horizon, costFactor }: Reading): CosmosResponse => {
  const response = readAt(asked, horizon);
  const charge = Number(response.headers['x-ms-request-charge'] ?? 0) * costFactor;
  return { ...response, headers: { ...response.headers, 'x-ms-request-charge': charge } };
};

const readAt = ({ database, container, operation, id, request, now }: ItemRequest, horizon: number): CosmosResponse => {
  switch (operation) {
    case 'read': {
      const ifNoneMatch = header(request, 'if-none-match');
      const reading = { database, container, now, horizon };
      return respond(readItem(reading, partitionKey(request), { id, ifNoneMatch }));
    }
    case 'changeFeed': {
      const start = feedStartOf(request, horizon);
      const asked = { ...start, scope: scopeOf(container, request), horizon, limits: pageLimits(request), now };
      return feedResponse(container, readChangeFeed(database, container, asked));
    }
    case 'queryPlan':
      return answerQueryPlan(request, now);
    default: {
      const query = request.method === 'GET' ? { ...request, body: everything } : request;
      const isByPlan = header(request, 'x-ms-documentdb-partitionkeyrangeid') !== undefined;
      const asked = { ...pageQueryOf(query, now), scope: scopeOf(container, request), horizon, isByPlan };
      return queryResponse(queryItems(database, container, asked), 'Documents', container.rid);
    }
  }
};

const everything = JSON.stringify({ query: 'SELECT * FROM c' });

const write = (asked: ItemRequest): CosmosResponse => {
  const { database, container, operation, request, now } = asked;
  const key = partitionKey(request);
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

const partitionKey = (request: CosmosRequest): PartitionKey | undefined => {
  const text = header(request, 'x-ms-documentdb-partitionkey');
  return text === undefined ? undefined : parsePartitionKey(text);
};

const scopeOf = (container: Container, request: CosmosRequest): Scope => {
  const key = partitionKey(request);
  if (key !== undefined && key.length > container.partitionKeyPaths.length) {
    throw badRequest('The partition key supplied has more components than the container defines.');
  }
  const range = header(request, 'x-ms-documentdb-partitionkeyrangeid');
  if (range !== undefined && range !== '0') {
    throw new CosmosError(410, `The partition key range '${range}' is gone.`, { substatus: 1002 });
  }
  const from = header(request, 'x-ms-start-epk');
  const to = header(request, 'x-ms-end-epk');
  return {
    partitionKey: key,
    range: from === undefined || to === undefined ? undefined : { from, to },
  };
};

const respond = ({ status, charge, etag, body }: Outcome): CosmosResponse => ({
  status,
  headers: { 'x-ms-request-charge': charge, ...(etag === undefined ? {} : { etag }) },
  ...(body === undefined ? {} : { body }),
});
