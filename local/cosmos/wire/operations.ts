import { type CosmosRequest, header, isTrue } from './http.ts';
import type { Route } from './routing.ts';

/** The operations of the service, by the names that fault rules use. */
export const operations = [
  'account',
  'database',
  'container',
  'ranges',
  'offers',
  'read',
  'create',
  'upsert',
  'replace',
  'patch',
  'delete',
  'deletePartition',
  'batch',
  'bulk',
  'query',
  'queryPlan',
  'changeFeed',
  'unsupported',
] as const;

export type OperationName = (typeof operations)[number];

/** The operation of a request. All requests about databases are one operation, and so are those about containers. */
export const operationOf = (route: Route, request: CosmosRequest): OperationName => {
  switch (route.kind) {
    case 'databases':
      return 'database';
    case 'containers':
      return 'container';
    case 'partitionKeyDelete':
      return 'deletePartition';
    case 'items':
      return onItems(request);
    case 'item':
      return onItem[request.method] ?? 'unsupported';
    default:
      return route.kind;
  }
};

const onItem: Readonly<Record<string, OperationName>> = {
  GET: 'read',
  PUT: 'replace',
  PATCH: 'patch',
  DELETE: 'delete',
};

const onItems = (request: CosmosRequest): OperationName => {
  if (request.method === 'GET') return header(request, 'a-im') === undefined ? 'query' : 'changeFeed';
  if (request.method !== 'POST') return 'unsupported';
  if (isTrue(request, 'x-ms-cosmos-is-query-plan-request')) return 'queryPlan';
  if (isQuery(request)) return 'query';
  if (isTrue(request, 'x-ms-cosmos-is-batch-request')) {
    return isTrue(request, 'x-ms-cosmos-batch-atomic') ? 'batch' : 'bulk';
  }
  return isTrue(request, 'x-ms-documentdb-is-upsert') ? 'upsert' : 'create';
};

export const isQuery = (request: CosmosRequest): boolean =>
  isTrue(request, 'x-ms-documentdb-isquery') || header(request, 'content-type') === 'application/query+json';

/** The name of the container that a request is about, or else of the database. */
export const targetOf = (route: Route): string => {
  if ('container' in route) return route.container;
  return 'database' in route ? route.database : '';
};
