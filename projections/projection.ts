import type { z } from 'zod';
import type { AggregateName } from '../domain/aggregate.ts';
import type { RecordedEvent } from '../domain/commit.ts';
import type { Index, Route } from './route.ts';

/** A line beside a row. It is final: the same events always make it, so that to write it again changes nothing. */
export type Entry<Line = unknown> = {
  /** Names the line within its row: not "row", at most 255 characters, and none of / \ ? #. */
  readonly key: string;
  readonly entry: Line;
};

/**
 * A read model as a pure fold. Its rows depend on the events alone: not on how they came, in what order different
 * aggregates were heard of, or how often. (Events of one aggregate are always folded in order, each once.)
 */
export type Projection<Row = unknown, Line = unknown> = {
  /** Also that of its container and of its subscription. */
  readonly name: string;
  /** Raise it when `evolve`, `entryOf`, `openEntry` or a schema changes: a new generation is then built from the event store. */
  readonly version: number;
  /** All events of these aggregates are followed, so that versions have no holes; what is of no interest folds to the same row. */
  readonly aggregates: readonly AggregateName[];
  /** Which row an event belongs to. All events of one aggregate belong to one row. */
  rowOf(event: RecordedEvent): string;
  readonly row: z.ZodType<Row>;
  evolve(row: Row | undefined, event: RecordedEvent): Row;
  /** Of the lines beside the row, where the projection is a listing. */
  readonly entry?: z.ZodType<Line>;
  /** The line that an event completes; the row as it was before, and with the event folded in. */
  entryOf?(event: RecordedEvent, before: Row | undefined, row: Row): Entry<Line> | undefined;
  /** The line that is not complete yet: it stays with the row, and searches find it among the others. */
  openEntry?(row: Row): Line | undefined;
  /** What its queries search by. */
  readonly index?: Index;
  /** Its queries over HTTP. */
  readonly routes?: readonly Route<Row, Line>[];
  /**
   * The version before, in a release that raises the version: until the rows of this one are built, and for as long as
   * the rows of that one are kept, both are fed, and that one can answer. Queries that are no routes of it take the rows
   * of both. Without it the view answers 503 until it is built.
   */
  readonly former?: Projection;
  /** Which build of this version; set where rows are read and written. */
  readonly build?: number;
};

/** Names one set of rows of a projection: two versions, or two builds of one, can stand side by side. */
export type Generation = Pick<Projection, 'name' | 'version' | 'build'>;

/** What of a projection matters to those who read its entries. */
export type Listing<Line> = Generation & Pick<Projection<unknown, Line>, 'entry'>;

export const generationOf = ({ name, version, build = 1 }: Generation): string => `${name}@${version}.${build}`;
