import type { z } from 'zod';

/** A path in a stored item: `key` and `row.…` of a row, `entry.…` of an entry. */
export type Path = 'key' | `row.${string}` | `entry.${string}`;
/** A path in an element of an array that a search joins to its item. */
export type ElementPath = `element.${string}`;
export type Order = readonly [path: Path, direction: 'ascending' | 'descending'];

export type Index = {
  /** All paths by which searches compare or sort. */
  readonly paths: readonly Path[];
  /** The whole order of each search that sorts by more than one path. */
  readonly orders?: readonly (readonly Order[])[];
};

export type Scalar = string | number;
/** A condition without a value does not count. */
export type Condition = readonly [path: Path, is: '=' | '<' | '<=' | '>' | '>=', value: Scalar | undefined];
/** Each of the conditions has to hold. */
export type AllOf = { readonly allOf: readonly Condition[] };
/** One of the conditions has to hold. Those without a value do not count; where none has one, neither does this. */
export type Alternatives = { readonly anyOf: readonly (Condition | AllOf)[] };

/** A page is found by the values that sort its items, so that it stays in place while rows are written. */
export type Search = {
  readonly where?: readonly (Condition | Alternatives)[];
  /** No two items may agree in all of it; a search leaves out items without the first path. */
  readonly orderBy: readonly Order[];
};

/** Holds for texts that begin with another one, which is not empty. */
export const beginsWith = (path: Path, beginning: string): AllOf => ({
  allOf: [
    [path, '>=', beginning],
    [path, '<', firstBehind(beginning)],
  ],
});

/** The least text behind all that begin so, in the order of code points; undefined where there is none. */
const firstBehind = (beginning: string): string | undefined => {
  const points = Array.from(beginning, (character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  // Surrogates are no characters.
  return last === undefined ? undefined : String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
};

type Described = {
  readonly id: string;
  /** Below `/api/`. */
  readonly route: string;
  readonly summary: string;
};

/**
 * One row, under the id of an aggregate; it takes `?atLeast=`. An account's row should name its `customerId`: without it, a caller
 * in the role `Customer` reaches the row all the same, but each time by way of the event store.
 */
export type RowRoute<Row> = Described & {
  readonly answers: 'row';
  readonly aggregate: string;
  readonly body: z.ZodType;
  /** Undefined where there is nothing to show yet. */
  present(key: string, row: Row, version: number): object | undefined;
};

/** Pages of all rows. */
export type RowsRoute<Row, Query extends z.ZodObject = z.ZodObject> = Described & {
  readonly answers: 'rows';
  /** Its parameters beside `limit` and `cursor`. */
  readonly query: Query;
  /** Where rows name their customer, if customers may see those that are their own. */
  readonly ownBy?: Path;
  readonly item: z.ZodType;
  find(query: z.infer<Query>): Search;
  present(key: string, row: Row): object;
};

/** Pages of the entries of one row, under the id of an aggregate; it takes `?atLeast=`. */
export type EntriesRoute<Row, Entry, Query extends z.ZodObject = z.ZodObject> = Described & {
  readonly answers: 'entries';
  readonly aggregate: string;
  /** Its parameters beside `limit`, `cursor` and `atLeast`. */
  readonly query: Query;
  readonly item: z.ZodType;
  /** Aggregates that exist if the row does, and about which entries say nothing: an answer reflects all their positions. */
  related?(row: Row): readonly string[];
  /** `version`: how far the row has come. Entries beyond it may be there already, while others before them are not. */
  find(query: z.infer<Query>, asked: { readonly version: number; readonly now: string }): Search;
  present(entry: Entry, now: string): object;
  /** Further entries of the row that say something about those of a page. */
  readonly marks?: Marks<Row>;
};
export type Marks<Row> = {
  /** Undefined where the row tells that there are none. */
  find(row: Row, page: readonly unknown[]): Search | undefined;
  present(item: object, marks: readonly unknown[]): object;
};

/** Pages of the entries of all rows. */
export type AllEntriesRoute<Entry, Query extends z.ZodObject = z.ZodObject> = Described & {
  readonly answers: 'allEntries';
  /** Its parameters beside `limit` and `cursor`. */
  readonly query: Query;
  readonly item: z.ZodType;
  find(query: z.infer<Query>): Search;
  present(entry: Entry): object;
};

/** How to sum up the entries of all rows, by slices, such as days, and groups. */
export type Sums = {
  readonly slice: Path;
  readonly by: readonly Path[];
  /** Paths of whole numbers. The store adds in doubles: no sum may exceed 2^53. */
  readonly sum: readonly Path[];
  /** Whether a slice will not change any more, as far as anybody can tell at that time (ms). */
  readonly isClosed: (slice: string, now: number) => boolean;
};
export type Group = {
  /** The slice, and the values of the group. */
  readonly by: readonly Scalar[];
  readonly sums: readonly number[];
};

/** Sums over the entries of all rows. */
export type SumsRoute<Query extends z.ZodObject = z.ZodObject> = Described & {
  readonly answers: 'sums';
  readonly query: Query;
  readonly body: z.ZodType;
  readonly sums: Sums;
  /** The slices that a query asks for at that time (ms), in text order. */
  slices(query: z.infer<Query>, now: number): readonly string[];
  /** The groups come in no particular order. Undefined where they tell that the view has to be rebuilt before it can answer. */
  present(groups: readonly Group[], slices: readonly string[], query: z.infer<Query>): object | undefined;
};

/** A query of a view over HTTP: its parameters, its search, and the form of its answer. */
export type Route<Row = unknown, Entry = unknown> =
  RowRoute<Row> | RowsRoute<Row> | EntriesRoute<Row, Entry> | AllEntriesRoute<Entry> | SumsRoute;

/** These give a route the type of its query, and do nothing else. */
export const rowsRoute = <Row, Query extends z.ZodObject>(route: RowsRoute<Row, Query>): RowsRoute<Row> => route;
export const entriesRoute = <Row, Entry, Query extends z.ZodObject>(
  route: EntriesRoute<Row, Entry, Query>,
): EntriesRoute<Row, Entry> => route;
export const allEntriesRoute = <Entry, Query extends z.ZodObject>(
  route: AllEntriesRoute<Entry, Query>,
): AllEntriesRoute<Entry> => route;
export const sumsRoute = <Query extends z.ZodObject>(route: SumsRoute<Query>): SumsRoute => route;
