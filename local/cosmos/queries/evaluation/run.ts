import { valueAt } from '../../definitions/documentPath.ts';
import { badRequest } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import { compareValues, type Value } from '../values.ts';
import type { Environment } from './compile.ts';
import type { PreparedQuery, SortPath } from './preparedQuery.ts';
import { distinct, firstTimes, groupedRows, isGrouped, matching, windowOf } from './rows.ts';
import { documentName, newEffort } from './sources.ts';

export type Candidate = { readonly document: JsonObject; readonly sequence: number };

/** The position of a row in the order of its query. No two rows share one, and writes in between do not move it. */
export type Position = {
  readonly keys: readonly Value[];
  readonly sequence: number;
  /** The number of the row among the rows that joins make of one document. */
  readonly nth: number;
};

/** The beginning of the next page: after a row, or, for rows without a position, after a number of rows. */
export type Resume = { readonly after: Position | undefined; readonly passed: number };

export type Page = {
  /** JSON texts. */
  readonly rows: readonly string[];
  readonly examined: number;
  readonly next: Resume | undefined;
};

/** The input of a query. */
export type Input = {
  readonly candidates: Iterable<Candidate>;
  /** The order in which positions are compared: that of ORDER BY, or else that of the candidates. */
  readonly order: readonly SortPath[];
  /** Whether the candidates already come in that order. */
  readonly isSorted: boolean;
};

/** A page ends before the row that would take it over one of these limits. */
export type PageLimits = { readonly rows: number; readonly bytes: number };

type Row = Position & { readonly value: Exclude<Value, undefined> };

/** Runs a query over its candidates and returns the page that begins at `resume`. */
export const runPage = (
  prepared: PreparedQuery,
  input: Input,
  environment: Pick<Environment, 'parameters' | 'now'>,
  resume: Resume,
  limits: PageLimits,
): Page => {
  for (const name of prepared.parameterNames) {
    if (!environment.parameters.has(name)) throw badRequest(`The parameter '${name}' has no value.`);
  }
  const base: Environment = { ...environment, row: {}, aggregates: [], effort: newEffort() };
  const { skip, end } = windowOf(prepared, base);
  const tally = { examined: 0 };
  const compare = comparePositions(input.order);
  if (prepared.isBlocking) {
    const rows = blockingRows(prepared, input, base, tally, compare);
    const counted: Resume = { after: undefined, passed: resume.passed };
    const page = cutPage(rows, { resume: counted, skip, end, limits, tally });
    return { ...page, next: page.next && { ...page.next, after: undefined } };
  }
  const matching = rowsAfter(matchingRows(prepared, input, base, tally), resume.after, compare);
  const passed = resume.after === undefined ? 0 : resume.passed;
  const needed = Math.max(skip, resume.passed) - passed + Math.min(limits.rows, end) + 1;
  const rows = input.isSorted ? matching : smallest(matching, compare, needed);
  return cutPage(rows, { resume, skip, end, limits, tally });
};

export const comparePositions =
  (order: readonly SortPath[]) =>
  (left: Position, right: Position): number => {
    for (const [at, { descending }] of order.entries()) {
      const comparison = compareValues(left.keys[at], right.keys[at]);
      if (comparison !== 0) return descending ? -comparison : comparison;
    }
    // Ties follow the direction of the first key, as in an index that is read backwards.
    const comparison = left.sequence - right.sequence;
    if (comparison !== 0) return order[0]?.descending === true ? -comparison : comparison;
    return left.nth - right.nth;
  };

/** The rows of each candidate that pass the WHERE clause, in the order of the candidates. */
function* matchingCandidates(
  prepared: PreparedQuery,
  { candidates }: Input,
  base: Environment,
  tally: { examined: number },
): Generator<{ candidate: Candidate; nth: number; environment: Environment }> {
  for (const candidate of candidates) {
    tally.examined++;
    let nth = 0;
    for (const environment of matching(prepared, { ...base, row: { [documentName]: candidate.document } })) {
      yield { candidate, nth: nth++, environment };
    }
  }
}

function* environmentsOf(found: Iterable<{ environment: Environment }>): Generator<Environment> {
  for (const { environment } of found) yield environment;
}

function* matchingRows(
  prepared: PreparedQuery,
  input: Input,
  base: Environment,
  tally: { examined: number },
): Generator<Row> {
  for (const { candidate, nth, environment } of matchingCandidates(prepared, input, base, tally)) {
    const value = prepared.project(environment);
    if (value === undefined) continue;
    const keys = input.order.map(({ path }) => valueAt(candidate.document, path));
    yield { value, keys, sequence: candidate.sequence, nth };
  }
}

function* rowsAfter(
  rows: Iterable<Row>,
  after: Position | undefined,
  compare: (left: Position, right: Position) => number,
): Generator<Row> {
  for (const row of rows) {
    if (after === undefined || compare(row, after) > 0) yield row;
  }
}

/** The first rows in sort order. It holds at most twice as many rows as needed. */
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
  if (isGrouped(prepared)) {
    const found = environmentsOf(matchingCandidates(prepared, input, base, tally));
    const grouped = groupedRows(prepared, found, base);
    const values = prepared.query.distinct ? Array.from(distinct(grouped)) : grouped;
    return values.map((value, sequence) => ({ value, keys: [], sequence, nth: 0 }));
  }
  const rows = [...matchingRows(prepared, input, base, tally)];
  const sorted = input.isSorted ? rows : rows.sort(compare);
  const isFirst = firstTimes();
  return sorted.filter(({ value }) => isFirst(value));
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
  // With a position, the rows before it are not read again; without one, they are read again and counted off.
  let passed = after === undefined ? 0 : resume.passed;
  const first = Math.max(skip, resume.passed);
  if (passed >= end) return { rows: texts, examined: tally.examined, next: undefined };
  for (const row of rows) {
    if (passed >= first) {
      const text = JSON.stringify(row.value);
      const isFull = texts.length >= limits.rows || bytes + text.length > limits.bytes;
      // A row that is larger than a page gets a page of its own.
      if (isFull && texts.length > 0) return { rows: texts, examined: tally.examined, next: { after, passed } };
      texts.push(text);
      bytes += text.length;
    }
    passed++;
    after = { keys: row.keys, sequence: row.sequence, nth: row.nth };
    if (passed >= end) break;
  }
  return { rows: texts, examined: tally.examined, next: undefined };
};
