import { badRequest } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { accumulators } from './aggregates.ts';
import type { Environment, Evaluate } from './compile.ts';
import type { PreparedQuery } from './preparedQuery.ts';
import { spendEffort } from './sources.ts';
import { canonicalText } from '../values.ts';

/** What the FROM clause yields in an environment, as far as the WHERE clause lets it through. */
export function* matching({ bind, where }: PreparedQuery, environment: Environment): Generator<Environment> {
  for (const row of bind(environment)) {
    if (where === undefined || where(row) === true) yield row;
  }
}

/** The rows of a query inside another one, in the environment of that one. */
export function* rowsOf(prepared: PreparedQuery, environment: Environment): Generator<Json> {
  const { skip, end } = windowOf(prepared, environment);
  let passed = 0;
  for (const row of allRowsOf(prepared, environment)) {
    if (passed >= end) return;
    spendEffort(environment);
    if (passed >= skip) yield row;
    passed++;
  }
}

const allRowsOf = (prepared: PreparedQuery, environment: Environment): Iterable<Json> => {
  const found = matching(prepared, environment);
  const rows = isGrouped(prepared) ? groupedRows(prepared, found, environment) : projected(prepared, found);
  return prepared.query.distinct ? distinct(rows) : rows;
};

function* projected({ project }: PreparedQuery, environments: Iterable<Environment>): Generator<Json> {
  for (const environment of environments) {
    const value = project(environment);
    if (value !== undefined) yield value;
  }
}

/** The numbers of the first row and of the one behind the last that TOP, OFFSET and LIMIT leave. */
export const windowOf = (
  { counts }: PreparedQuery,
  environment: Environment,
): { readonly skip: number; readonly end: number } => {
  const count = (evaluate: Evaluate | undefined, otherwise: number): number => {
    if (evaluate === undefined) return otherwise;
    const value = evaluate(environment);
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
      throw badRequest('TOP, OFFSET and LIMIT take an integer that is not negative.');
    }
    return value;
  };
  const skip = count(counts.offset, 0);
  return { skip, end: skip + count(counts.limit ?? counts.top, Infinity) };
};

export const isGrouped = ({ aggregates, groupBy }: PreparedQuery): boolean =>
  aggregates.length > 0 || groupBy.length > 0;

/** A row for each group of environments; without GROUP BY there is one group, even of nothing. */
export const groupedRows = (
  { groupBy, aggregates, project }: PreparedQuery,
  environments: Iterable<Environment>,
  base: Environment,
): Json[] => {
  const newGroup = (environment: Environment) => ({
    environment,
    accumulated: aggregates.map(({ name }) => accumulators[name]()),
  });
  const groups = new Map<string, ReturnType<typeof newGroup>>();
  if (groupBy.length === 0) groups.set('', newGroup(base));
  for (const environment of environments) {
    const key = groupBy.map((evaluate) => canonicalText(evaluate(environment))).join('\n');
    const group = groups.get(key) ?? newGroup(environment);
    groups.set(key, group);
    for (const [at, { argument }] of aggregates.entries()) group.accumulated[at]?.add(argument(environment));
  }
  return [...groups.values()]
    .map(({ environment, accumulated }) =>
      project({ ...environment, aggregates: accumulated.map((accumulator) => accumulator.result()) }),
    )
    .filter((value) => value !== undefined);
};

/** Equal values once. */
export function* distinct(values: Iterable<Json>): Generator<Json> {
  const isFirst = firstTimes();
  for (const value of values) if (isFirst(value)) yield value;
}

/** Tells values that it has not been asked about before. */
export const firstTimes = (): ((value: Json) => boolean) => {
  const seen = new Set<string>();
  return (value) => {
    const { size } = seen;
    return seen.add(canonicalText(value)).size > size;
  };
};
