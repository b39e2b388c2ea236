import type { Database } from '../database.ts';
import type { Container } from '../definitions/container.ts';
import { CosmosError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Scope } from '../partitions/scope.ts';
import { conditionsOf } from './access/conditions.ts';
import { scanFor, wholePartition } from './access/scan.ts';
import { decodeContinuation, encodeContinuation, invalidContinuation } from './continuation.ts';
import { prepareQuery } from './evaluation/prepare.ts';
import { type Input, type Page, runPage } from './evaluation/run.ts';
import { checkOrderBy } from './indexingRules.ts';
import type { PageQuery } from './pageQuery.ts';
import { isForOneRange, needsPlan, queryPlanOf } from './plan/queryPlan.ts';

export type ItemQuery = PageQuery & {
  readonly scope: Scope;
  /** The query sees the items as they were after this transaction. */
  readonly horizon: number;
  /** Whether the client runs the query by its plan, one partition range after the other. */
  readonly isByPlan: boolean;
};

/** The rows are JSON texts; without a token, the page is the last one. */
export type QueryPage = Pick<Page, 'rows' | 'examined'> & { readonly token: string | undefined };

/** Runs one page of a query over the items in its scope. */
export const queryItems = (database: Database, container: Container, asked: ItemQuery): QueryPage => {
  const { text, parameters, token, limits, now, scope, horizon, isByPlan } = asked;
  if (isForOneRange(text) && container.layout.partitions.length > 1) {
    throw new CosmosError(503, 'The query was planned before the partition key range was split: run it again.');
  }
  const prepared = prepareQuery(text);
  checkOrderBy(container.definition.indexingPolicy, prepared.orderBy);
  const isDirect = !isByPlan && scope.range === undefined;
  if (isDirect && needsPlan(prepared)) {
    const conditions = conditionsOf(prepared.query, parameters);
    // Azure refuses these over several partitions, and its SDKs go on by the plan: without continuation tokens. By the
    // plan the SDK forgets a prefix of a hierarchical key, so that queries with one must be served at once [believed].
    const isOverAll = wholePartition(container, scope.partitionKey, conditions) === undefined;
    if (isOverAll && !scope.partitionKey?.length) throw planNeeded(container, asked);
  }
  const resume = decodeContinuation(token);
  const after = prepared.isBlocking ? undefined : resume.after;
  const nowSeconds = Math.floor(now / 1000);
  const input = scanFor(database, container, prepared, { scope, parameters, after, nowSeconds, horizon });
  // The token may be from before the container was indexed differently.
  if (after !== undefined && after.keys.length !== input.order.length) throw invalidContinuation();
  // By the plan, the SDK cuts the pages itself and asks for ten rows at a time: each would be a run over everything.
  const isCostly = prepared.isBlocking || !input.isSorted;
  const rows = isByPlan && isCostly ? mostRowsByPlan : limits.rows;
  return withToken(runPage(prepared, input, { parameters, now }, resume, { ...limits, rows }));
};

const mostRowsByPlan = 10_000;

const planNeeded = ({ layout }: Container, asked: PageQuery): CosmosError =>
  new CosmosError(400, 'The provided cross partition query can not be directly served by the gateway.', {
    substatus: 1004,
    details: { additionalErrorInfo: JSON.stringify(queryPlanOf(layout, asked)) },
  });

/** Runs one page of a query over databases or containers. */
export const queryResources = (
  resources: readonly JsonObject[],
  { text, parameters, token, limits, now }: PageQuery,
): QueryPage => {
  const prepared = prepareQuery(text);
  const candidates = resources.map((document, sequence) => ({ document, sequence }));
  const input: Input = { candidates, order: prepared.orderBy, isSorted: prepared.orderBy.length === 0 };
  return withToken(runPage(prepared, input, { parameters, now }, decodeContinuation(token), limits));
};

const withToken = ({ rows, examined, next }: Page): QueryPage => ({
  rows,
  examined,
  token: next === undefined ? undefined : encodeContinuation(next),
});
