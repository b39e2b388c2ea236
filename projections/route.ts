import type { z } from 'zod';
import type { AggregateName } from '../domain/aggregate.ts';

/** Of an item as it is stored: `key` and `row.…` of a row, `entry.…` of a line. */
export type Path = 'key' | `row.${string}` | `entry.${string}`;
export type Order = readonly [path: Path, direction: 'ascending' | 'descending'];

export type Index = {
  /** Whatever a search compares or sorts by. */
  readonly paths: readonly Path[];
  /** The whole order of each search that sorts by more than one path. */
  readonly orders?: readonly (readonly Order[])[];
};

export type Scalar = string | number;
/** A condition without a value is left out. */
export type Condition = readonly [path: Path, is: '=' | '<' | '<=' | '>' | '>=', value: Scalar | undefined];

/** Pages are found by the values that they are sorted by, so that they stay where they are while rows are written. */
export type Search = {
  readonly where?: readonly Condition[];
  /** No two items may agree in all of it; items without the first path are left out. */
  readonly orderBy: readonly Order[];
};

type Described = {
  readonly id: string;
  /** Below `/api/`. */
  readonly route: string;
  readonly summary: string;
};

/**
 * One row, under the id of an aggregate; it takes `?atLeast=`. That of an account names its `customerId`: without it, those
 * in the role `Customer` reach it all the same, but each time by way of the event store.
 */
export type RowRoute<Row> = Described & {
  readonly answers: 'row';
  readonly aggregate: AggregateName;
  readonly body: z.ZodType;
  /** Undefined: there is nothing to show yet. */
  present(key: string, row: Row, version: number): object | undefined;
};

/** Pages of all rows. */
export type RowsRoute<Row, Query extends z.ZodObject = z.ZodObject> = Described & {
  readonly answers: 'rows';
  /** Beside `limit` and `cursor`. */
  readonly query: Query;
  readonly item: z.ZodType;
  find(query: z.infer<Query>): Search;
  present(key: string, row: Row): object;
};

/** Pages of the entries of one row, under the id of an aggregate; it takes `?atLeast=`. */
export type EntriesRoute<Row, Line, Query extends z.ZodObject = z.ZodObject> = Described & {
  readonly answers: 'entries';
  readonly aggregate: AggregateName;
  /** Beside `limit`, `cursor` and `atLeast`. */
  readonly query: Query;
  readonly item: z.ZodType;
  /** Aggregates that are there if the row is, and of which the entries say nothing: any position that they have is reflected. */
  related?(row: Row): readonly string[];
  /** `version`: the aggregate's that the row has reached. Lines beyond it may be there already, and others before them not. */
  find(query: z.infer<Query>, version: number): Search;
  present(line: Line): object;
};

/** Entries of all rows, summed up within each slice, such as a day, and group. */
export type Sums = {
  readonly slice: Path;
  readonly by: readonly Path[];
  /** Of whole numbers. The store adds in doubles: no sum may be above 2^53. */
  readonly sum: readonly Path[];
  /** Whether a slice is not going to change any more, as far as anybody can tell at that time (ms). */
  readonly isClosed: (slice: string, now: number) => boolean;
};
export type Group = {
  /** The slice, and the values that it was grouped by. */
  readonly by: readonly Scalar[];
  readonly sums: readonly number[];
};

/** Sums over the entries of all rows. */
export type SumsRoute<Query extends z.ZodObject = z.ZodObject> = Described & {
  readonly answers: 'sums';
  readonly query: Query;
  readonly body: z.ZodType;
  readonly sums: Sums;
  /** Those that are asked for, in text order; at that time (ms). */
  slices(query: z.infer<Query>, now: number): readonly string[];
  /** The groups are in no particular order. */
  present(groups: readonly Group[], slices: readonly string[], query: z.infer<Query>): object;
};

/** A query of a projection over HTTP: what it takes, what of the projection it finds, and how that is shown. */
export type Route<Row = unknown, Line = unknown> = RowRoute<Row> | RowsRoute<Row> | EntriesRoute<Row, Line> | SumsRoute;

/** They say nothing but what type the query has. */
export const rowsRoute = <Row, Query extends z.ZodObject>(route: RowsRoute<Row, Query>): RowsRoute<Row> => route;
export const entriesRoute = <Row, Line, Query extends z.ZodObject>(
  route: EntriesRoute<Row, Line, Query>,
): EntriesRoute<Row, Line> => route;
export const sumsRoute = <Query extends z.ZodObject>(route: SumsRoute<Query>): SumsRoute => route;
