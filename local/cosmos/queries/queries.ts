import type { Container } from '../definitions/container.ts';
import { decodeContinuation, encodeContinuation, invalidContinuation } from './continuation.ts';
import type { Database } from '../database.ts';
import { badRequest, CosmosError } from '../errors.ts';
import { type CosmosRequest, type CosmosResponse, header, largestPageBytes, pageSize } from '../wire/http.ts';
import { checkOrderBy } from './indexingRules.ts';
import { isObject, type Json, type JsonObject, parseObject } from '../json.ts';
import { conditionsOf } from './access/conditions.ts';
import { type PreparedQuery, prepareQuery } from './evaluation/prepare.ts';
import { type Input, type Page, runPage } from './evaluation/run.ts';
import { pageCharge } from '../requestCharge.ts';
import { type Scope, scanFor, wholePartition } from './access/scan.ts';

type Parameters = ReadonlyMap<string, Json>;

const parseQueryBody = (body: string): { text: string; parameters: Parameters } => {
  const { query, parameters = [] } = parseObject(body);
  if (typeof query !== 'string') throw badRequest('The request has no query.');
  if (!Array.isArray(parameters)) throw badRequest("'parameters' is not an array.");
  const named = parameters.map((parameter): [string, Json] => {
    if (!isObject(parameter) || typeof parameter.name !== 'string') throw badRequest('A parameter has no name.');
    return [parameter.name, parameter.value ?? null];
  });
  return { text: query, parameters: new Map(named) };
};

/**
 * What the SDK is told when it asks how to run a query over all partitions. There is one partition range, which runs
 * any query to its end, so that nothing is left for the client to merge.
 */
export const queryPlan = {
  partitionedQueryExecutionInfoVersion: 2,
  queryInfo: {
    distinctType: 'None',
    top: null,
    offset: null,
    limit: null,
    orderBy: [],
    orderByExpressions: [],
    groupByExpressions: [],
    groupByAliases: [],
    aggregates: [],
    groupByAliasToAggregateType: {},
    rewrittenQuery: '',
    hasSelectValue: false,
    hasNonStreamingOrderBy: false,
    dCountInfo: null,
  },
  queryRanges: [{ min: '', max: 'FF', isMinInclusive: true, isMaxInclusive: false }],
};

/** Answers a request for the plan of a query. */
export const planQuery = (request: CosmosRequest): CosmosResponse => {
  prepareQuery(parseQueryBody(request.body).text);
  return { status: 200, headers: {}, body: JSON.stringify(queryPlan) };
};

const needsPlan = ({ query, orderBy, isBlocking, counts }: PreparedQuery): boolean =>
  query.from.length > 0 &&
  (isBlocking || orderBy.length > 0 || counts.top !== undefined || counts.offset !== undefined);

/** Answers one page of a query over the items in the scope, as they were after the transaction `horizon`. */
export const queryItems = (
  database: Database,
  container: Container,
  request: CosmosRequest,
  scope: Scope,
  now: number,
  horizon = Infinity,
): CosmosResponse => {
  const { text, parameters } = parseQueryBody(request.body);
  const prepared = prepareQuery(text);
  checkOrderBy(container.definition.indexingPolicy, prepared.orderBy);
  const byPlan = header(request, 'x-ms-documentdb-partitionkeyrangeid') !== undefined;
  const isDirect = !byPlan && scope.range === undefined;
  if (isDirect && needsPlan(prepared)) {
    const conditions = conditionsOf(prepared.query, parameters);
    // Azure refuses these over several partitions, and its SDKs go on by the plan: without continuation tokens. By the
    // plan the SDK forgets a prefix of a hierarchical key, so that queries with one must be served at once [believed].
    const isOverAll = wholePartition(container, scope.partitionKey, conditions) === undefined;
    if (isOverAll && !scope.partitionKey?.length) throw planNeeded();
  }
  const resume = decodeContinuation(header(request, 'x-ms-continuation'));
  const after = prepared.isBlocking ? undefined : resume.after;
  const input = scanFor(database, container, prepared, {
    scope,
    parameters,
    after,
    nowSeconds: Math.floor(now / 1000),
    horizon,
  });
  // The token may be from before the container was indexed differently.
  if (after !== undefined && after.keys.length !== input.order.length) throw invalidContinuation();
  // By the plan, the SDK cuts the pages itself and asks for ten rows at a time: each would be a run over everything.
  const isCostly = prepared.isBlocking || !input.isSorted;
  const rows = byPlan && isCostly ? mostRowsByPlan : pageSize(request);
  const page = runPage(prepared, input, { parameters, now }, resume, { rows, bytes: largestPageBytes });
  return respondWith(page, 'Documents', container.rid);
};

const mostRowsByPlan = 10_000;

const planNeeded = (): CosmosError =>
  new CosmosError(400, 'The provided cross partition query can not be directly served by the gateway.', {
    substatus: 1004,
    details: { additionalErrorInfo: JSON.stringify(queryPlan) },
  });

/** Answers one page of a query over databases or containers. */
export const queryResources = (
  request: CosmosRequest,
  name: 'Databases' | 'DocumentCollections',
  resources: readonly JsonObject[],
  now: number,
): CosmosResponse => {
  const { text, parameters } = parseQueryBody(request.body);
  const prepared = prepareQuery(text);
  const candidates = resources.map((document, sequence) => ({ document, sequence }));
  const input: Input = { candidates, order: prepared.orderBy, isSorted: prepared.orderBy.length === 0 };
  const resume = decodeContinuation(header(request, 'x-ms-continuation'));
  const limits = { rows: pageSize(request), bytes: largestPageBytes };
  return respondWith(runPage(prepared, input, { parameters, now }, resume, limits), name, '');
};

const respondWith = ({ rows, examined, next }: Page, name: string, rid: string): CosmosResponse => {
  const body = `{"_rid":${JSON.stringify(rid)},"${name}":[${rows.join(',')}],"_count":${rows.length}}`;
  return {
    status: 200,
    headers: {
      'x-ms-item-count': rows.length,
      'x-ms-request-charge': pageCharge({ examined, bytes: body.length }),
      ...(next === undefined ? {} : { 'x-ms-continuation': encodeContinuation(next) }),
    },
    body,
  };
};
