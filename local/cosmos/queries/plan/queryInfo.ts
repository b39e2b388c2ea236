import { badRequest } from '../../errors.ts';
import type { PreparedQuery } from '../evaluation/preparedQuery.ts';
import { windowOf } from '../evaluation/rows.ts';
import { newEffort } from '../evaluation/sources.ts';
import type { PageQuery } from '../pageQuery.ts';
import type { AggregateName, Expression } from '../syntax/ast.ts';
import { type Clauses, clausesOf } from './clauses.ts';

type AggregateType = 'Count' | 'Sum' | 'Min' | 'Max' | 'Average';

/** How a client merges the results of the ranges, in the form that the SDKs read. */
export type QueryInfo = {
  readonly distinctType: 'None' | 'Unordered';
  readonly top: number | null;
  readonly offset: number | null;
  readonly limit: number | null;
  readonly orderBy: readonly ('Ascending' | 'Descending')[];
  readonly orderByExpressions: readonly string[];
  readonly groupByExpressions: readonly string[];
  readonly groupByAliases: readonly string[];
  readonly aggregates: readonly AggregateType[];
  readonly groupByAliasToAggregateType: Readonly<Record<string, AggregateType | null>>;
  /** The query for each range; '' stands for the query as it is. */
  readonly rewrittenQuery: string;
  readonly hasSelectValue: boolean;
  readonly hasNonStreamingOrderBy: false;
  readonly dCountInfo: null;
};

/** Clients replace this by a condition. */
const filterPlaceholder = '{documentdb-formattableorderbyquery-filter}';

const aggregateTypes: Readonly<Record<AggregateName, AggregateType>> = {
  COUNT: 'Count',
  SUM: 'Sum',
  MIN: 'Min',
  MAX: 'Max',
  AVG: 'Average',
};

/** The column of a SELECT clause that has columns, or the only expression of another. */
type Selected = {
  readonly name: string | undefined;
  readonly text: string;
  readonly aggregate: AggregateName | undefined;
};

type Parts = {
  readonly prepared: PreparedQuery;
  readonly clauses: Clauses;
  readonly selected: readonly Selected[];
  readonly isGrouped: boolean;
  /** The number after the last row that TOP, OFFSET and LIMIT leave. */
  readonly end: number;
};

/** Plans a query for several ranges, in the way that Azure does [believed]; throws 400 for one that nobody can merge. */
export const queryInfoOf = (prepared: PreparedQuery, { text, parameters, now }: PageQuery): QueryInfo => {
  const { query, orderBy } = prepared;
  const clauses = clausesOf(text);
  const { skip, end } = windowOf(prepared, { row: {}, parameters, aggregates: [], now, effort: newEffort() });
  const selected = selectedOf(prepared, clauses);
  const aggregates = selected.filter(({ aggregate }) => aggregate !== undefined);
  if (aggregates.length < prepared.aggregates.length) {
    throw badRequest('Compositions of aggregates and other expressions are not allowed.');
  }
  const isGrouped = aggregates.length > 0 || query.groupBy.length > 0;
  const hasSelectValue = query.selection.kind === 'value';
  const isNamed = isGrouped && !hasSelectValue;
  const typeOf = ({ aggregate }: Selected): AggregateType | null => (aggregate ? aggregateTypes[aggregate] : null);
  return {
    distinctType: query.distinct ? 'Unordered' : 'None',
    top: query.top === undefined ? null : end,
    offset: query.offset === undefined ? null : skip,
    limit: query.offset === undefined ? null : end - skip,
    orderBy: orderBy.map(({ descending }) => (descending ? 'Descending' : 'Ascending')),
    orderByExpressions: clauses.orderBy,
    groupByExpressions: clauses.groupBy,
    groupByAliases: isNamed ? selected.map(({ name = '' }) => name) : [],
    aggregates: hasSelectValue ? aggregates.map(typeOf).filter((type) => type !== null) : [],
    groupByAliasToAggregateType: isNamed
      ? Object.fromEntries(selected.map((each) => [each.name ?? '', typeOf(each)]))
      : {},
    rewrittenQuery: rewrite({ prepared, clauses, selected, isGrouped, end }),
    hasSelectValue,
    hasNonStreamingOrderBy: false,
    dCountInfo: null,
  };
};

const selectedOf = ({ query: { selection, from } }: PreparedQuery, { selected }: Clauses): readonly Selected[] => {
  switch (selection.kind) {
    case 'all':
      return [{ name: undefined, text: from[0]?.alias ?? '', aggregate: undefined }];
    case 'value':
      return [{ name: undefined, text: selected[0] ?? '', aggregate: aggregateOf(selection.expression) }];
    case 'columns':
      return selection.columns.map(({ name, expression }, at) => ({
        name,
        text: selected[at] ?? '',
        aggregate: aggregateOf(expression),
      }));
  }
};

const aggregateOf = (expression: Expression): AggregateName | undefined =>
  expression.kind === 'aggregate' ? expression.name : undefined;

const rewrite = (parts: Parts): string => {
  const { prepared, clauses, isGrouped, end } = parts;
  if (isGrouped) {
    // All groups of all ranges take part in DISTINCT and TOP, so the ranges leave both to the client.
    return query(`SELECT ${groupedSelection(parts)}`, clauses.from, [clauses.where], group(clauses));
  }
  const { distinct, top, offset } = prepared.query;
  // Rows that differ in their position only would come several times, so the ranges cannot cut them off.
  const window = distinct && prepared.orderBy.length > 0 ? Infinity : end;
  const limit = offset === undefined || window === Infinity ? '' : ` OFFSET 0 LIMIT ${window}`;
  if (prepared.orderBy.length === 0) return offset === undefined ? '' : clauses.beforeOffset + limit;
  const first = top === undefined || window === Infinity ? '' : `TOP ${window} `;
  const conditions = [clauses.where, filterPlaceholder, ...definedPayload(parts)];
  return query(`SELECT ${first}${orderedSelection(parts)}`, clauses.from, conditions, ` ${clauses.ordering}${limit}`);
};

const query = (select: string, from: string, conditions: readonly string[], rest: string): string => {
  const present = conditions.filter((condition) => condition !== '').map((condition) => `(${condition})`);
  const where = present.length === 0 ? '' : ` WHERE ${present.join(' AND ')}`;
  return `${select} FROM ${from}${where}${rest}`;
};

const group = ({ groupBy }: Clauses): string => (groupBy.length === 0 ? '' : ` GROUP BY ${groupBy.join(', ')}`);

const items = (expressions: readonly string[]): string =>
  `[${expressions.map((expression) => `{"item": ${expression}}`).join(', ')}]`;

const orderedSelection = ({ prepared, clauses, selected }: Parts): string => {
  const alias = prepared.query.from[0]?.alias ?? '';
  const payload =
    prepared.query.selection.kind === 'columns' ? objectOf(selected, ({ text }) => text) : selected[0]?.text;
  return `${alias}._rid, ${items(clauses.orderBy)} AS orderByItems, ${payload ?? ''} AS payload`;
};

/** A row without a value is no row. */
const definedPayload = ({ prepared, selected }: Parts): string[] =>
  prepared.query.selection.kind === 'value' ? [`IS_DEFINED(${selected[0]?.text ?? ''})`] : [];

const groupedSelection = ({ prepared, clauses, selected }: Parts): string => {
  const [first] = selected;
  const isValue = prepared.query.selection.kind === 'value' && first !== undefined;
  const value = isValue && first.aggregate ? `[${partial(first)}]` : first?.text;
  const payload = isValue ? value : objectOf(selected, (each) => (each.aggregate ? partial(each) : each.text));
  if (clauses.groupBy.length > 0) return `${items(clauses.groupBy)} AS groupByItems, ${payload ?? ''} AS payload`;
  return isValue ? `VALUE ${payload ?? ''}` : `${payload ?? ''} AS payload`;
};

const objectOf = (selected: readonly Selected[], valueOf: (selected: Selected) => string): string =>
  `{${selected.map((each) => `${JSON.stringify(each.name)}: ${valueOf(each)}`).join(', ')}}`;

/** The aggregate of one range, with all that a client needs to merge it. The text begins with the aggregate's name. */
const partial = ({ text, aggregate }: Selected): string => {
  const as = (name: AggregateName): string => text.replace(/\w+/, name);
  switch (aggregate) {
    case 'AVG':
      // The average of values of which one is not a number is undefined, and so must be its parts.
      return `{"item": IIF(IS_DEFINED(${as('SUM')}), {"sum": ${as('SUM')}, "count": ${as('COUNT')}}, undefined)}`;
    case 'MIN':
    case 'MAX':
      return `{"item": ${text}, "item2": {${JSON.stringify(aggregate.toLowerCase())}: ${text}, "count": ${as('COUNT')}}}`;
    default:
      return `{"item": ${text}}`;
  }
};
