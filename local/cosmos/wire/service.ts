import type { Database } from '../database.ts';
import { type Catalogue, type CatalogueOptions, createCatalogue } from '../definitions/catalogue.ts';
import type { Container } from '../definitions/container.ts';
import { badRequest, CosmosError, methodNotAllowed, notFound } from '../errors.ts';
import { sweepExpired } from '../items/itemTable.ts';
import { type JsonObject, parseObject } from '../json.ts';
import { metadataCharge } from '../requestCharge.ts';
import { accountResource } from './account.ts';
import { authorize } from './authorization.ts';
import { type CosmosRequest, type CosmosResponse, header } from './http.ts';
import { answerItemRequest } from './itemRequests.ts';
import { isQuery, operationOf, type OperationName, targetOf } from './operations.ts';
import { partitionKeyRanges, rangesEtag } from './partitionKeyRanges.ts';
import { answerResourceQuery } from './queryRequests.ts';
import { withHeaders } from './refusal.ts';
import { partitionOf } from './requestScope.ts';
import { resourceLink, type Route, routeOf, segmentsOf } from './routing.ts';
import { splitOnDemand } from './splitRequest.ts';

/** A request that has been checked and can be carried out. */
export type Call = {
  readonly operation: OperationName;
  /** The name of the container that the request is about, or else of the database. */
  readonly target: string;
  /** The ids of the physical partitions that the request is about. */
  ranges(): readonly string[];
  /** Carries out the request; throws a CosmosError to refuse it. */
  run(): CosmosResponse;
};

export type CosmosService = {
  /** Checks the signature and the path of a request; throws a CosmosError if one of them is wrong. */
  receive(request: CosmosRequest): Call;
  /** Splits a physical partition; throws an AdminProblem for a body that is not valid. */
  split(given: unknown): Readonly<Record<string, unknown>>;
  /** Removes some of the expired items, which no request sees any more. */
  sweep(): void;
};

const mostSweptAtOnce = 1_000;

/** The service without its transport. */
export const createService = (database: Database, options: CatalogueOptions): CosmosService => {
  const { now } = options;
  const catalogue = createCatalogue(database, options);
  return {
    receive(request) {
      const segments = segmentsOf(request.url);
      authorize(request, resourceLink(segments));
      const route = routeOf(segments);
      const operation = operationOf(route, request);
      return {
        operation,
        target: targetOf(route),
        // A plan is made without asking any partition.
        ranges: () => (operation === 'queryPlan' ? [] : touchedRanges(catalogue, route, request)),
        run: () => dispatch({ database, catalogue, now: now(), operation }, route, request),
      };
    },
    split: (given) => splitOnDemand(catalogue, given),
    sweep() {
      for (const container of catalogue.allContainers()) {
        sweepExpired(database, container, Math.floor(now() / 1000), mostSweptAtOnce);
      }
    },
  };
};

type Context = {
  readonly database: Database;
  readonly catalogue: Catalogue;
  readonly now: number;
  readonly operation: OperationName;
};

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
      if (serverSide.has(route.type)) throw badRequest(`'${route.type}' are not supported.`);
      throw notFound(`Resource type '${route.type}'`);
    case 'databases':
      if (isQuery(request)) return answerResourceQuery(request, 'Databases', catalogue.listDatabases(), now);
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
      if (isQuery(request)) return answerResourceQuery(request, 'DocumentCollections', listed(), now);
      if (method === 'GET') return feed('DocumentCollections', listed());
      if (method === 'POST') return created(catalogue.createContainer(database, parseObject(request.body)).resource);
      throw methodNotAllowed();
    }
    default: {
      const container = catalogue.container(route.database, route.container);
      return withHeaders(
        () => pathHeaders(container, route),
        () => inContainer(context, container, route, request),
      );
    }
  }
};

/** Resource types of Azure that this service does not have. */
const serverSide = new Set(['sprocs', 'triggers', 'udfs', 'conflicts', 'users', 'permissions', 'clientencryptionkeys']);

/** The ids of the physical partitions that a request is about; none for a request that will be refused. */
const touchedRanges = (catalogue: Catalogue, route: Route, request: CosmosRequest): readonly string[] => {
  if (route.kind !== 'items' && route.kind !== 'item' && route.kind !== 'partitionKeyDelete') return [];
  try {
    const container = catalogue.container(route.database, route.container);
    const partition = partitionOf(container, request);
    return (partition === undefined ? container.layout.partitions : [partition]).map(({ id }) => id);
  } catch (error) {
    if (error instanceof CosmosError) return [];
    throw error;
  }
};

type ContainerRoute = Extract<Route, { container: string }>;

const inContainer = (
  { catalogue, database, now, operation }: Context,
  container: Container,
  route: ContainerRoute,
  request: CosmosRequest,
): CosmosResponse => {
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
    default: {
      const id = route.kind === 'item' ? route.id : '';
      return answerItemRequest({ database, container, operation, id, request, now });
    }
  }
};

const ranges = (container: Container, request: CosmosRequest): CosmosResponse => {
  const etag = rangesEtag(container);
  // Clients that read the feed of ranges stop at this answer.
  if (header(request, 'if-none-match') === etag) return { status: 304, headers: { etag } };
  const response = feed('PartitionKeyRanges', partitionKeyRanges(container), container);
  return { ...response, headers: { ...response.headers, etag } };
};

const pathHeaders = (container: Container, { database, container: id }: ContainerRoute): CosmosResponse['headers'] => ({
  'x-ms-alt-content-path': encodeURI(`dbs/${database}/colls/${id}`),
  'x-ms-content-path': container.rid,
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
