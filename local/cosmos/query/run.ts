import { valueAt } from '../documentPath.ts';
import { badRequest } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { accumulators } from './aggregates.ts';
import type { Environment, Evaluate } from './compile.ts';
import type { PreparedQuery, SortPath } from './prepare.ts';
import { canonicalText, compareValues, type Value } from './values.ts';

export type Candidate = { readonly document: JsonObject; readonly sequence: number };

/** Where a row stands in the order of its query: total, and independent of what is written meanwhile. */
export type Position = { readonly keys: readonly Value[]; readonly sequence: number };

/** Where the next page begins: behind a row, or, where rows have no place of their own, after a number of them. */
export type Resume = { readonly after: Position | undefined; readonly passed: number };

export type Page = {
  /** JSON texts. */
  readonly rows: readonly string[];
  readonly examined: number;
  readonly next: Resume | undefined;
};

/** What a query runs over. */
export type Input = {
  readonly candidates: Iterable<Candidate>;
  /** The order that positions are compared in: that of ORDER BY, or the one of the candidates. */
  readonly order: readonly SortPath[];
  /** Whether the candidates come in that order already. */
  readonly isSorted: boolean;
};

export type PageLimits = { readonly rows: number; readonly bytes: number };

type Row = Position & { readonly value: Exclude<Value, undefined> };

/** Runs a query over its candidates and answers the page that begins at `resume`. */
export const runPage = (
  prepared: PreparedQuery,
  input: Input,
  environment: Omit<Environment, 'row' | 'aggregates'>,
  resume: Resume,
  limits: PageLimits,
): Page => {
  for (const name of prepared.parameterNames) {
    if (!environment.parameters.has(name)) throw badRequest(`The parameter '${name}' has no value.`);
  }
  const base: Environment = { ...environment, row: {}, aggregates: [] };
  const { skip, end } = window(prepared, base);
  const tally = { examined: 0 };
  const compare = comparePositions(input.order);
  if (prepared.isBlocking) {
    const rows = blockingRows(prepared, input, base, tally, compare);
    const counted: Resume = { after: undefined, passed: resume.passed };
    const page = cutPage(rows, { resume: counted, skip, end, limits, tally });
    return { ...page, next: page.next && { ...page.next, after: undefined } };
  }
  const matching = rowsBehind(matchingRows(prepared, input, base, tally), resume.after, compare);
  const passed = resume.after === undefined ? 0 : resume.passed;
  const needed = Math.max(skip, resume.passed) - passed + Math.min(limits.rows, end) + 1;
  const rows = input.isSorted ? matching : smallest(matching, compare, needed);
  return cutPage(rows, { resume, skip, end, limits, tally });
};

/** The numbers of the first row and of the one behind the last that TOP, OFFSET and LIMIT leave. */
const window = ({ counts }: PreparedQuery, environment: Environment): { skip: number; end: number } => {
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

export const comparePositions =
  (order: readonly SortPath[]) =>
  (left: Position, right: Position): number => {
    for (const [at, { descending }] of order.entries()) {
      const comparison = compareValues(left.keys[at], right.keys[at]);
      if (comparison !== 0) return descending ? -comparison : comparison;
    }
    // Ties go the way of the first key, as an index read backwards has them.
    return order[0]?.descending === true ? right.sequence - left.sequence : left.sequence - right.sequence;
  };

function* matchingEnvironments(
  { bind, where }: PreparedQuery,
  { candidates }: Input,
  base: Environment,
  tally: { examined: number },
): Generator<{ candidate: Candidate; environment: Environment }> {
  for (const candidate of candidates) {
    tally.examined++;
    const row = bind(candidate.document);
    if (row === undefined) continue;
    const environment = { ...base, row };
    if (where === undefined || where(environment) === true) yield { candidate, environment };
  }
}

function* matchingRows(
  prepared: PreparedQuery,
  input: Input,
  base: Environment,
  tally: { examined: number },
): Generator<Row> {
  for (const { candidate, environment } of matchingEnvironments(prepared, input, base, tally)) {
    const value = prepared.project(environment);
    if (value === undefined) continue;
    const keys = input.order.map(({ path }) => valueAt(candidate.document, path));
    yield { value, keys, sequence: candidate.sequence };
  }
}

function* rowsBehind(
  rows: Iterable<Row>,
  after: Position | undefined,
  compare: (left: Position, right: Position) => number,
): Generator<Row> {
  for (const row of rows) {
    if (after === undefined || compare(row, after) > 0) yield row;
  }
}

/** The first rows in order; holds no more than twice as many as are needed. */
const smallest = (rows: Iterable<Row>, compare: (left: Row, right: Row) => number, needed: number): Row[] => {
  const found: Row[] = [];
  for (const row of rows) {
    found.push(row);
    if (found.length < needed * 2) continue;
    found.sort(compare);
    found.length = needed;
  }
  return found.sort(compare).slice(0, needed);
};

const blockingRows = (
  prepared: PreparedQuery,
  input: Input,
  base: Environment,
  tally: { examined: number },
  compare: (left: Row, right: Row) => number,
): Row[] => {
  const { query, aggregates, groupBy } = prepared;
  if (aggregates.length > 0 || groupBy.length > 0) {
    const values = distinctIf(query.distinct, groupedValues(prepared, input, base, tally));
    return values.map((value, sequence) => ({ value, keys: [], sequence }));
  }
  const rows = [...matchingRows(prepared, input, base, tally)];
  const sorted = input.isSorted ? rows : rows.sort(compare);
  const seen = new Set<string>();
  return sorted.filter(({ value }) => isFirst(seen, value));
};

const isFirst = (seen: Set<string>, value: Value): boolean => {
  const size = seen.size;
  return seen.add(canonicalText(value)).size > size;
};

const distinctIf = <T extends Value>(isDistinct: boolean, values: T[]): T[] => {
  const seen = new Set<string>();
  return isDistinct ? values.filter((value) => isFirst(seen, value)) : values;
};

const groupedValues = (
  prepared: PreparedQuery,
  input: Input,
  base: Environment,
  tally: { examined: number },
): Exclude<Value, undefined>[] => {
  const { groupBy, aggregates, project } = prepared;
  const newGroup = (environment: Environment) => ({
    environment,
    accumulated: aggregates.map(({ name }) => accumulators[name]()),
  });
  const groups = new Map<string, ReturnType<typeof newGroup>>();
  // Without GROUP BY there is one group, even of nothing.
  if (groupBy.length === 0) groups.set('', newGroup(base));
  for (const { environment } of matchingEnvironments(prepared, input, base, tally)) {
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

type Cut = {
  readonly resume: Resume;
  readonly skip: number;
  readonly end: number;
  readonly limits: PageLimits;
  readonly tally: { readonly examined: number };
};

const cutPage = (rows: Iterable<Row>, { resume, skip, end, limits, tally }: Cut): Page => {
  const texts: string[] = [];
  let bytes = 0;
  let after = resume.after;
  // Rows behind a position were passed already; without one, they all come again and are counted off.
  let passed = after === undefined ? 0 : resume.passed;
  const first = Math.max(skip, resume.passed);
  if (passed >= end) return { rows: texts, examined: tally.examined, next: undefined };
  for (const row of rows) {
    if (passed >= first) {
      if (texts.length >= limits.rows || bytes >= limits.bytes) {
        return { rows: texts, examined: tally.examined, next: { after, passed } };
      }
      const text = JSON.stringify(row.value);
      texts.push(text);
      bytes += text.length;
    }
    passed++;
    after = { keys: row.keys, sequence: row.sequence };
    if (passed >= end) break;
  }
  return { rows: texts, examined: tally.examined, next: undefined };
};
