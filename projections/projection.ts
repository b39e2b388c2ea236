import type { z } from 'zod';
import type { AggregateName } from '../domain/aggregate.ts';
import type { RecordedEvent } from '../domain/commit.ts';
import type { Index, Route } from './route.ts';

/** A line beside a row, written over when its key comes again. */
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
  /** Raise it when `evolve`, `entryOf` or a schema changes: a new generation is then built from the event store. */
  readonly version: number;
  /** All events of these aggregates are followed, so that versions have no holes; what is of no interest folds to the same row. */
  readonly aggregates: readonly AggregateName[];
  /** Which row an event belongs to. All events of one aggregate belong to one row. */
  rowOf(event: RecordedEvent): string;
  readonly row: z.ZodType<Row>;
  evolve(row: Row | undefined, event: RecordedEvent): Row;
  /** Of the lines beside the row, where the projection is a listing. */
  readonly entry?: z.ZodType<Line>;
  /** The line that an event adds or changes; the row has the event folded in. */
  entryOf?(event: RecordedEvent, row: Row): Entry<Line> | undefined;
  /** What its queries search by. */
  readonly index?: Index;
  /** Its queries over HTTP. */
  readonly routes?: readonly Route<Row, Line>[];
};

/** Names the rows of one version of a projection, so that two versions can stand side by side. */
export type Generation = Pick<Projection, 'name' | 'version'>;

/** What of a projection matters to those who read its entries. */
export type Listing<Line> = Generation & Pick<Projection<unknown, Line>, 'entry'>;

export const generationOf = ({ name, version }: Generation): string => `${name}@${version}`;
