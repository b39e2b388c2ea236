import { accountResource, partitionKeyRange } from './account.ts';
import { authorize } from './authorization.ts';
import { runBatch } from './batch.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { readChangeFeed } from './changeFeed.ts';
import type { Container } from './container.ts';
import type { Database } from './database.ts';
import { badRequest, CosmosError, methodNotAllowed, notFound } from './errors.ts';
import { type CosmosRequest, type CosmosResponse, header, isTrue } from './http.ts';
import { type Operation, type Outcome, perform, readItem, transact } from './items.ts';
import { deletePartition, sweepExpired } from './itemTable.ts';
import { type JsonObject, parseJson, parseObject } from './json.ts';
import { parsePartitionKey, type PartitionKey, partitionKeyText } from './partitionKey.ts';
import { parsePatch } from './patch.ts';
import { planQuery, queryItems, queryResources } from './queries.ts';
import { metadataCharge, writeCharge } from './requestCharge.ts';
import { resourceLink, type Route, routeOf, segmentsOf } from './routing.ts';
import type { Scope } from './scan.ts';

export type CosmosService = {
  /** Answers one request; refusals are thrown as CosmosErrors. */
  handle(request: CosmosRequest): CosmosResponse;
  /** Removes some of the items whose time to live is over; they are invisible already. */
  sweep(): void;
};

const mostSweptAtOnce = 1_000;

/** The service without its transport. `now` is in milliseconds. */
export const createService = (database: Database, now: () => number): CosmosService => {
  const catalogue = createCatalogue(database, now);
  return {
    handle(request) {
      const segments = segmentsOf(request.url);
      authorize(request, resourceLink(segments));
      return dispatch({ database, catalogue, now: now() }, routeOf(segments), request);
    },
    sweep() {
      for (const container of catalogue.allContainers()) {
        sweepExpired(database, container, Math.floor(now() / 1000), mostSweptAtOnce);
      }
    },
  };
};

type Context = { readonly database: Database; readonly catalogue: Catalogue; readonly now: number };

const dispatch = (context: Context, route: Route, request: CosmosRequest): CosmosResponse => {
  const { catalogue, now } = context;
  const { method } = request;
  switch (route.kind) {
    case 'account':
      if (method !== 'GET') throw methodNotAllowed();
      return ok(accountResource(header(request, 'host') ?? 'localhost'));
    case 'offers':
      return ok({ _rid: '', Offers: [], _count: 0 });
    case 'unsupported':
      throw notFound(`Resource type '${route.type}'`);
    case 'databases':
      if (isQuery(request)) return queryResources(request, 'Databases', catalogue.listDatabases(), now);
      if (method === 'GET') return feed('Databases', catalogue.listDatabases());
      if (method === 'POST') return created(catalogue.createDatabase(parseObject(request.body)));
      throw methodNotAllowed();
    case 'database':
      if (method === 'GET') return ok(catalogue.readDatabase(route.database));
      if (method !== 'DELETE') throw methodNotAllowed();
      catalogue.deleteDatabase(route.database);
      return noContent;
    case 'containers': {
      const { database } = route;
      const listed = (): JsonObject[] => catalogue.listContainers(database);
      if (isQuery(request)) return queryResources(request, 'DocumentCollections', listed(), now);
      if (method === 'GET') return feed('DocumentCollections', listed());
      if (method === 'POST') return created(catalogue.createContainer(database, parseObject(request.body)).resource);
      throw methodNotAllowed();
    }
    default: {
      const container = catalogue.container(route.database, route.container);
      const response = inContainer(context, container, route, request);
      return { ...response, headers: { ...containerHeaders(container, route), ...response.headers } };
    }
  }
};

type ContainerRoute = Extract<Route, { container: string }>;

const inContainer = (
  context: Context,
  container: Container,
  route: ContainerRoute,
  request: CosmosRequest,
): CosmosResponse => {
  const { catalogue, database, now } = context;
  switch (route.kind) {
    case 'container':
      if (request.method === 'GET') return ok(container.resource);
      if (request.method === 'PUT') {
        const replaced = catalogue.replaceContainer(route.database, route.container, parseObject(request.body));
        return ok(replaced.resource);
      }
      if (request.method !== 'DELETE') throw methodNotAllowed();
      catalogue.deleteContainer(route.database, route.container);
      return noContent;
    case 'ranges':
      return ranges(container, request);
    case 'partitionKeyDelete': {
      const key = partitionKey(request);
      if (key === undefined) throw badRequest('PartitionKey value must be supplied for this operation.');
      transact(database, container, now, (transaction) => {
        deletePartition(database, container, partitionKeyText(key));
        transaction.hasWritten = true;
      });
      return { status: 200, headers: { 'x-ms-request-charge': writeCharge(0) } };
    }
    case 'items':
      return items(context, container, request);
    case 'item':
      return respond(single(context, container, partitionKey(request), itemOperation(route.id, request)));
  }
};

const items = (context: Context, container: Container, request: CosmosRequest): CosmosResponse => {
  const { database, now } = context;
  if (request.method === 'GET') {
    if (header(request, 'a-im') !== undefined) {
      return readChangeFeed(database, container, request, scopeOf(container, request), now);
    }
    const all = { ...request, body: JSON.stringify({ query: 'SELECT * FROM c' }) };
    return queryItems(database, container, all, scopeOf(container, request), now);
  }
  if (request.method !== 'POST') throw methodNotAllowed();
  if (isTrue(request, 'x-ms-cosmos-is-query-plan-request')) return planQuery(request);
  if (isQuery(request)) return queryItems(database, container, request, scopeOf(container, request), now);
  const key = partitionKey(request);
  if (isTrue(request, 'x-ms-cosmos-is-batch-request')) return runBatch(database, container, request, key, now);
  const document = parseObject(request.body);
  const operation: Operation = isTrue(request, 'x-ms-documentdb-is-upsert')
    ? { type: 'Upsert', document, ifMatch: header(request, 'if-match') }
    : { type: 'Create', document };
  return respond(single(context, container, key, operation));
};

const itemOperation = (id: string, request: CosmosRequest): Operation => {
  const ifMatch = header(request, 'if-match');
  switch (request.method) {
    case 'GET':
      return { type: 'Read', id, ifNoneMatch: header(request, 'if-none-match') };
    case 'PUT':
      return { type: 'Replace', id, document: parseObject(request.body), ifMatch };
    case 'PATCH':
      return { type: 'Patch', id, patch: parsePatch(parseJson(request.body)), ifMatch };
    case 'DELETE':
      return { type: 'Delete', id, ifMatch };
    default:
      throw methodNotAllowed();
  }
};

const single = (
  { database, now }: Context,
  container: Container,
  key: PartitionKey | undefined,
  operation: Operation,
): Outcome =>
  operation.type === 'Read'
    ? readItem(database, container, now, key, operation)
    : transact(database, container, now, (transaction) => perform(transaction, key, operation));

const isQuery = (request: CosmosRequest): boolean =>
  isTrue(request, 'x-ms-documentdb-isquery') || header(request, 'content-type') === 'application/query+json';

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

const ranges = (container: Container, request: CosmosRequest): CosmosResponse => {
  const etag = '"0"';
  // The ranges never change; clients that follow their feed end on this answer.
  if (header(request, 'if-none-match') === etag) return { status: 304, headers: { etag } };
  const response = feed('PartitionKeyRanges', [partitionKeyRange(container)], container);
  return { ...response, headers: { ...response.headers, etag } };
};

const containerHeaders = (
  container: Container,
  { database, container: id }: ContainerRoute,
): CosmosResponse['headers'] => ({
  'x-ms-alt-content-path': encodeURI(`dbs/${database}/colls/${id}`),
  'x-ms-content-path': container.rid,
  'x-ms-session-token': `0:-1#${container.lsn}`,
  lsn: container.lsn,
});

const respond = ({ status, charge, etag, body }: Outcome): CosmosResponse => ({
  status,
  headers: { 'x-ms-request-charge': charge, ...(etag === undefined ? {} : { etag }) },
  ...(body === undefined ? {} : { body }),
});

const resourceResponse = (status: number, resource: JsonObject): CosmosResponse => ({
  status,
  headers: {
    'x-ms-request-charge': metadataCharge,
    ...(typeof resource._etag === 'string' ? { etag: resource._etag } : {}),
  },
  body: JSON.stringify(resource),
});

const ok = (resource: JsonObject): CosmosResponse => resourceResponse(200, resource);
const created = (resource: JsonObject): CosmosResponse => resourceResponse(201, resource);
const noContent: CosmosResponse = { status: 204, headers: { 'x-ms-request-charge': metadataCharge } };

const feed = (name: string, resources: readonly JsonObject[], parent?: Container): CosmosResponse => ({
  status: 200,
  headers: { 'x-ms-item-count': resources.length, 'x-ms-request-charge': metadataCharge },
  body: JSON.stringify({ _rid: parent?.rid ?? '', [name]: resources, _count: resources.length }),
});
