import type { DocumentPath } from '../documentPath.ts';
import { badRequest } from '../errors.ts';
import type { Json } from '../json.ts';
import type { AggregateName, Expression, Query } from './ast.ts';
import { compile, type Environment, type Evaluate, type Scope } from './compile.ts';
import { parseCondition, parseQuery } from './parser.ts';
import { documentPathOf } from './paths.ts';
import type { Value } from './values.ts';

export type SortPath = { readonly path: DocumentPath; readonly descending: boolean };

/** A query that is parsed, checked and compiled, to be run any number of times. */
export type PreparedQuery = {
  readonly query: Query;
  readonly parameterNames: ReadonlySet<string>;
  /** Binds a document to the FROM clause; undefined if it has nothing there. */
  readonly bind: (document: Json) => Environment['row'] | undefined;
  readonly where: Evaluate | undefined;
  /** The row that is answered; undefined is no row at all. */
  readonly project: Evaluate;
  readonly orderBy: readonly SortPath[];
  readonly groupBy: readonly Evaluate[];
  readonly aggregates: readonly { readonly name: AggregateName; readonly argument: Evaluate }[];
  readonly counts: Readonly<Record<'top' | 'offset' | 'limit', Evaluate | undefined>>;
  /** Whether the first row can be known only after the last document: DISTINCT, GROUP BY and aggregates. */
  readonly isBlocking: boolean;
};

const mostKept = 500;
const longestKept = 10_000;
const kept = new Map<string, PreparedQuery>();

const keep = (key: string, parse: () => Query): PreparedQuery => {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const prepared = prepare(parse());
  if (key.length > longestKept) return prepared;
  if (kept.size >= mostKept) kept.clear();
  kept.set(key, prepared);
  return prepared;
};

/** Prepares a query; throws 400 for what is wrong or unsupported. */
export const prepareQuery = (text: string): PreparedQuery => keep(`query ${text}`, () => parseQuery(text));

/** Prepares the condition of a patch. */
export const prepareCondition = (text: string): PreparedQuery => keep(`condition ${text}`, () => parseCondition(text));

const prepare = (query: Query): PreparedQuery => {
  const parameterNames = new Set<string>();
  const aggregates: { name: AggregateName; argument: Evaluate }[] = [];
  const aliases = new Set(query.from === undefined ? [] : [query.from.alias]);
  const parameter = (name: string): void => {
    parameterNames.add(name);
  };
  const rowScope: Scope = {
    aliases,
    parameter,
    aggregate: ({ name }) => {
      throw badRequest(`The aggregate '${name}' is not allowed here.`);
    },
  };
  const selectScope: Scope = {
    aliases,
    parameter,
    aggregate: ({ name, argument }) => aggregates.push({ name, argument: compile(argument, rowScope) }) - 1,
  };
  const optional = (expression: Expression | undefined): Evaluate | undefined =>
    expression && compile(expression, rowScope);

  const project = compileSelection(query, selectScope);
  const isGrouped = aggregates.length > 0 || query.groupBy.length > 0;
  checkClauses(query, isGrouped);
  return {
    query,
    parameterNames,
    bind: bindTo(query),
    where: optional(query.where),
    project,
    orderBy: query.orderBy.map(({ expression, descending }) => {
      // Compiled only for its errors, such as an unknown name.
      compile(expression, rowScope);
      const path = documentPathOf(expression, query.from);
      if (path === undefined) {
        throw badRequest(
          'Unsupported ORDER BY clause. ORDER BY item expression could not be mapped to a document path.',
        );
      }
      return { path, descending };
    }),
    groupBy: query.groupBy.map((expression) => compile(expression, rowScope)),
    aggregates,
    counts: { top: optional(query.top), offset: optional(query.offset), limit: optional(query.limit) },
    isBlocking: isGrouped || query.distinct,
  };
};

const bindTo = ({ from }: Query): PreparedQuery['bind'] => {
  if (from === undefined) return () => ({});
  const { alias } = from;
  if (from.path.length === 0) return (document) => ({ [alias]: document });
  const root: Expression = { kind: 'identifier', name: 'root' };
  const source = from.path.reduce<Expression>((object, property) => ({ kind: 'member', object, property }), root);
  const evaluate = compile(source, {
    aliases: new Set(['root']),
    parameter: () => undefined,
    aggregate: () => 0,
  });
  return (document) => {
    const value = evaluate({ row: { root: document }, parameters: new Map(), aggregates: [], now: 0 });
    return value === undefined ? undefined : { [alias]: value };
  };
};

const compileSelection = ({ selection, from }: Query, scope: Scope): Evaluate => {
  if (selection.kind === 'value') return compile(selection.expression, scope);
  if (selection.kind === 'all') {
    if (from === undefined) throw badRequest("'SELECT *' is not valid without FROM.");
    const { alias } = from;
    return ({ row }) => row[alias];
  }
  const columns = selection.columns.map(({ name, expression }) => [name, compile(expression, scope)] as const);
  return (environment): Value => {
    const entries: [string, Json][] = [];
    for (const [name, evaluate] of columns) {
      const value = evaluate(environment);
      if (value !== undefined) entries.push([name, value]);
    }
    return Object.fromEntries(entries);
  };
};

const checkClauses = ({ top, offset, selection, groupBy, orderBy }: Query, isGrouped: boolean): void => {
  if (top !== undefined && offset !== undefined) throw badRequest("'TOP' cannot be used with 'OFFSET LIMIT'.");
  if (!isGrouped) return;
  if (orderBy.length > 0) throw badRequest("'ORDER BY' is not supported with aggregates or 'GROUP BY'.");
  if (selection.kind === 'all') throw badRequest("'SELECT *' is not supported with 'GROUP BY'.");
  const grouped = new Set(groupBy.map((expression) => JSON.stringify(expression)));
  const selected = selection.kind === 'value' ? [selection.expression] : selection.columns.map((c) => c.expression);
  for (const expression of selected) checkGrouped(expression, grouped);
};

/** Everything selected must be the same for the whole group: an aggregate, a constant, or what is grouped by. */
const checkGrouped = (expression: Expression, grouped: ReadonlySet<string>): void => {
  if (expression.kind === 'aggregate' || grouped.has(JSON.stringify(expression))) return;
  const name = expression.kind === 'member' ? memberName(expression.property) : undefined;
  if (expression.kind === 'identifier' || name !== undefined) {
    const what = name ?? (expression as Expression & { kind: 'identifier' }).name;
    throw badRequest(
      `Property reference '${what}' is invalid in the select list because it is not contained in either an aggregate function or the GROUP BY clause.`,
    );
  }
  for (const child of childrenOf(expression)) checkGrouped(child, grouped);
};

const memberName = (property: Expression): string | undefined =>
  property.kind === 'constant' && typeof property.value === 'string' ? property.value : undefined;

const childrenOf = (expression: Expression): readonly Expression[] => {
  switch (expression.kind) {
    case 'constant':
    case 'parameter':
    case 'identifier':
    case 'aggregate':
      return [];
    case 'member':
      return [expression.object, expression.property];
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'logical':
      return expression.operands;
    case 'conditional':
      return [expression.test, expression.then, expression.otherwise];
    case 'in':
      return [expression.value, ...expression.candidates];
    case 'between':
      return [expression.value, expression.low, expression.high];
    case 'like':
      return [expression.value, expression.pattern];
    case 'array':
      return expression.elements;
    case 'object':
      return expression.properties.map(([, value]) => value);
    case 'call':
      return expression.arguments;
  }
};
