import type { Layout } from '../../partitions/layout.ts';
import { prepareQuery } from '../evaluation/prepare.ts';
import type { PreparedQuery } from '../evaluation/preparedQuery.ts';
import type { PageQuery } from '../pageQuery.ts';
import { type QueryInfo, queryInfoOf } from './queryInfo.ts';

/** The instructions by which a client runs a query in each partition key range and merges the results. */
export type QueryPlan = {
  readonly partitionedQueryExecutionInfoVersion: 2;
  readonly queryInfo: QueryInfo;
  readonly queryRanges: readonly {
    readonly min: string;
    readonly max: string;
    readonly isMinInclusive: boolean;
    readonly isMaxInclusive: boolean;
  }[];
};

/** Whether the gateway refuses the query over several partition keys, so that a client must run it by a plan. */
export const needsPlan = ({ query, orderBy, isBlocking, counts }: PreparedQuery): boolean =>
  query.from.length > 0 &&
  (isBlocking || orderBy.length > 0 || counts.top !== undefined || counts.offset !== undefined);

/** The plan for a query; throws 400 for one that is invalid, or that clients cannot merge. */
export const queryPlanOf = ({ partitions }: Layout, asked: PageQuery): QueryPlan => {
  const prepared = prepareQuery(asked.text);
  const queryInfo = partitions.length === 1 ? passThrough(prepared, asked.text) : queryInfoOf(prepared, asked);
  return {
    partitionedQueryExecutionInfoVersion: 2,
    queryInfo,
    queryRanges: [{ min: '', max: 'FF', isMinInclusive: true, isMaxInclusive: false }],
  };
};

/** A comment that marks a query as unchanged, which is right only as long as the container has one range. */
const mark = '\n--one partition key range';

export const isForOneRange = (text: string): boolean => text.endsWith(mark);

/** In a container of one range, the range runs the query to its end, and the client has nothing to merge. */
const passThrough = (prepared: PreparedQuery, text: string): QueryInfo => ({
  ...nothingToMerge,
  rewrittenQuery: needsPlan(prepared) ? text + mark : '',
});

const nothingToMerge: QueryInfo = {
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
};
