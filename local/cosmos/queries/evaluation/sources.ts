import { badRequest, CosmosError } from '../../errors.ts';
import type { Collection, Expression, Source } from '../syntax/ast.ts';
import type { Value } from '../values.ts';
import { compile, type Environment, type Scope } from './compile.ts';

/** Yields one environment for each combination of values that the FROM clause makes. */
export type Bind = (environment: Environment) => Iterable<Environment>;

/** The internal name of the document; no query can use it. */
export const documentName = '';

/**
 * The most rows that one request examines, since joins multiply rows and other requests wait meanwhile. Azure has other
 * limits.
 */
const mostEffort = 2_000_000;

/** A new budget of rows. One page of a query and its subqueries share a budget. */
export const newEffort = (): Environment['effort'] => ({ left: mostEffort });

/** Takes one row from the budget; throws 408 when the budget is used up. */
export const spendEffort = ({ effort }: Environment): void => {
  if (--effort.left < 0) throw new CosmosError(408, `The query examines more than ${mostEffort} rows and is given up.`);
};

/** Adds the alias of a source to the known aliases; throws 400 for an alias that is taken. */
export const withAlias = (aliases: ReadonlySet<string>, { alias }: Source): ReadonlySet<string> => {
  if (alias === undefined) return aliases;
  if (aliases.has(alias)) throw badRequest(`The input alias '${alias}' is specified more than once.`);
  return new Set([...aliases, alias]);
};

/** Compiles a source; it sees the aliases of the sources before it. */
export const compileSource = (source: Source, scope: Scope): Bind => {
  const values = valuesOf(source.collection, scope);
  const { isOfElements, alias } = source;
  return function* bind(environment) {
    for (const value of values(environment)) {
      for (const each of isOfElements ? elementsOf(value) : [value]) {
        if (isOfElements) spendEffort(environment);
        yield alias === undefined ? environment : { ...environment, row: { ...environment.row, [alias]: each } };
      }
    }
  };
};

const elementsOf = (value: Value): readonly Value[] => (Array.isArray(value) ? value : []);

const valuesOf = (collection: Collection, scope: Scope): ((environment: Environment) => Iterable<Value>) => {
  if (collection.kind === 'subquery') return scope.subquery(collection.query);
  const root: Expression = { kind: 'identifier', name: collection.root };
  const path = collection.path.reduce<Expression>((object, property) => ({ kind: 'member', object, property }), root);
  const evaluate = compile(path, scope);
  return (environment) => {
    const value = evaluate(environment);
    return value === undefined ? [] : [value];
  };
};

/** Joins sources; each sees the values of those before it. */
export const joinSources = (sources: readonly Bind[]): Bind =>
  sources.reduce<Bind>(
    (before, next) =>
      function* bind(environment) {
        for (const each of before(environment)) yield* next(each);
      },
    (environment) => [environment],
  );
