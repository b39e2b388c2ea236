import { badRequest } from '../../errors.ts';
import type { AggregateName, Expression, Query, Source } from '../syntax/ast.ts';
import { documentPathOf } from '../syntax/documentPathOf.ts';
import { parseCondition, parseQuery } from '../syntax/parser.ts';
import { compile, type Evaluate, type Scope } from './compile.ts';
import type { PreparedQuery } from './preparedQuery.ts';
import { rowsOf } from './rows.ts';
import { checkClauses, compileSelection } from './selection.ts';
import { type Bind, compileSource, documentName, joinSources, withAlias } from './sources.ts';

const mostKept = 500;
const longestKept = 10_000;
const kept = new Map<string, PreparedQuery>();

const keep = (key: string, parse: () => Query): PreparedQuery => {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const prepared = prepare(parse(), undefined);
  if (key.length > longestKept) return prepared;
  if (kept.size >= mostKept) kept.clear();
  kept.set(key, prepared);
  return prepared;
};

/** Prepares a query; throws 400 for one that is invalid or not supported. */
export const prepareQuery = (text: string): PreparedQuery => keep(`query ${text}`, () => parseQuery(text));

/** Prepares the condition of a patch. */
export const prepareCondition = (text: string): PreparedQuery => keep(`condition ${text}`, () => parseCondition(text));

/** Prepares a query. A subquery sees the names of the outer one. */
const prepare = (query: Query, outer: Scope | undefined): PreparedQuery => {
  const parameterNames = new Set<string>();
  const aggregates: { name: AggregateName; argument: Evaluate }[] = [];
  const scopeWith = (aliases: ReadonlySet<string>): Scope => ({
    aliases,
    parameter: (name) => {
      parameterNames.add(name);
      outer?.parameter(name);
    },
    aggregate: ({ name }) => {
      throw badRequest(`The aggregate '${name}' is not allowed here.`);
    },
    subquery: (inner) => {
      const prepared = prepare(inner, scopeWith(aliases));
      return (environment) => rowsOf(prepared, environment);
    },
  });

  const { aliases, bind } = prepareSources(query.from, outer?.aliases, scopeWith);
  const rowScope = scopeWith(aliases);
  const selectScope: Scope = {
    ...rowScope,
    aggregate: ({ name, argument }) => aggregates.push({ name, argument: compile(argument, rowScope) }) - 1,
  };
  const optional = (expression: Expression | undefined): Evaluate | undefined =>
    expression && compile(expression, rowScope);

  const project = compileSelection(query, selectScope);
  const isGrouped = aggregates.length > 0 || query.groupBy.length > 0;
  checkClauses(query, isGrouped);
  if (outer !== undefined && query.orderBy.length > 0) throw badRequest("'ORDER BY' in a subquery is not supported.");
  return {
    query,
    parameterNames,
    bind,
    where: optional(query.where),
    project,
    orderBy: query.orderBy.map(({ expression, descending }) => {
      // The compiler is called only for its errors, such as an unknown name.
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

/** In the outermost query the first root is the document, whatever the query calls it. */
const prepareSources = (
  from: readonly Source[],
  outer: ReadonlySet<string> | undefined,
  scopeWith: (aliases: ReadonlySet<string>) => Scope,
): { aliases: ReadonlySet<string>; bind: Bind } => {
  const isOfDocument = outer?.has(documentName) ?? true;
  let aliases = outer === undefined || isOfDocument ? new Set<string>() : outer;
  const binds = from.map((source, at) => {
    const isFirst = isOfDocument && at === 0;
    const read = isFirst ? { ...source, collection: { ...source.collection, root: documentName } } : source;
    const bind = compileSource(read, scopeWith(isFirst ? new Set([documentName]) : aliases));
    aliases = withAlias(aliases, source);
    return bind;
  });
  return { aliases, bind: joinSources(binds) };
};
