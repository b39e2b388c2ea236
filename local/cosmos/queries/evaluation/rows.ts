import { badRequest } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { canonicalText } from '../values.ts';
import { accumulators } from './aggregates.ts';
import type { Environment, Evaluate } from './compile.ts';
import type { PreparedQuery } from './preparedQuery.ts';
import { spendEffort } from './sources.ts';

/** The combinations of the FROM clause that pass the WHERE clause. */
export function* matching({ bind, where }: PreparedQuery, environment: Environment): Generator<Environment> {
  for (const row of bind(environment)) {
    if (where === undefined || where(row) === true) yield row;
  }
}

/** The rows of a subquery, in the environment of the outer query. */
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

/** The first row number that TOP, OFFSET and LIMIT leave, and the number after the last one. */
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

/** One row for each group. Without GROUP BY there is exactly one group, even if it is empty. */
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

/** Drops values that are equal to an earlier one. */
export function* distinct(values: Iterable<Json>): Generator<Json> {
  const isFirst = firstTimes();
  for (const value of values) if (isFirst(value)) yield value;
}

/** A function that returns true for a value that it has not seen before. */
export const firstTimes = (): ((value: Json) => boolean) => {
  const seen = new Set<string>();
  return (value) => {
    const { size } = seen;
    return seen.add(canonicalText(value)).size > size;
  };
};
