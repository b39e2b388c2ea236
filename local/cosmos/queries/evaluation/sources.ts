import { badRequest, CosmosError } from '../../errors.ts';
import type { Collection, Expression, Source } from '../syntax/ast.ts';
import { compile, type Environment, type Scope } from './compile.ts';
import type { Value } from '../values.ts';

/** Every combination of values that the FROM clause makes of what an environment holds, each as an environment. */
export type Bind = (environment: Environment) => Iterable<Environment>;

/** What the document is called while it has no alias; no query can name it. */
export const documentName = '';

/** The most rows that one request looks at: joins multiply, and everyone else waits. Azure has other limits. */
const mostEffort = 2_000_000;

/** What a request may spend; a page of a query and the subqueries in it share it. */
export const newEffort = (): Environment['effort'] => ({ left: mostEffort });

/** Takes note of another row; throws 408 if there have been too many. */
export const spendEffort = ({ effort }: Environment): void => {
  if (--effort.left < 0) throw new CosmosError(408, `The query looks at more than ${mostEffort} rows: it is given up.`);
};

/** Adds the aliases of a source to those that are known; throws 400 for one that is taken. */
export const withAlias = (aliases: ReadonlySet<string>, { alias }: Source): ReadonlySet<string> => {
  if (alias === undefined) return aliases;
  if (aliases.has(alias)) throw badRequest(`The input alias '${alias}' is specified more than once.`);
  return new Set([...aliases, alias]);
};

/** Compiles a source in the scope of those before it. */
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

/** Joins sources, each of which sees those before it. */
export const joinSources = (sources: readonly Bind[]): Bind =>
  sources.reduce<Bind>(
    (before, next) =>
      function* bind(environment) {
        for (const each of before(environment)) yield* next(each);
      },
    (environment) => [environment],
  );
