import type { z } from 'zod';
import type { AggregateKind, EventOfAggregate } from './aggregate.ts';
import type { AnyEvent, RecordedEvent } from './commit.ts';
import type { Index, Route } from './viewRoute.ts';

/**
 * An entry beside a row. The same events always make it, so that writing it again changes nothing. It is final, unless it says that a
 * later event may change it: then the store writes it, and every change of it, only together with the row.
 */
export type KeyedEntry<Entry = unknown> = {
  /** Names the entry within its row: not "row", at most 255 characters, and none of / \ ? #. */
  readonly key: string;
} & (
  | { readonly entry: Entry; readonly mayChange?: true }
  /** These members of an entry get these values; the others stay. */
  | { readonly change: Readonly<Record<string, string | number>> }
);

/** Adds what an event does to the entries of a row, by their keys. */
export const addEntry = (entries: Map<string, unknown>, added: KeyedEntry): void => {
  const former = entries.get(added.key);
  entries.set(added.key, 'entry' in added ? added.entry : { ...(former as object), ...added.change });
};

/** An aggregate right after one of its events. */
export type Moment<State = unknown, Event extends RecordedEvent = RecordedEvent> = {
  readonly state: State;
  /** Its first event. */
  readonly beginning: Event;
  /** The event that led to the state. */
  readonly last: Event;
};

/**
 * A view: a pure fold of events into rows, and the queries that read them. Its rows depend on the events alone: not on how
 * often they came, nor on the order in which events of different aggregates came. (The app folds events of one aggregate
 * in order, each once.)
 */
export type View<Row = unknown, Entry = unknown, Event extends RecordedEvent = RecordedEvent, State = unknown> = {
  /** Also names its container and its subscription. */
  readonly name: string;
  /** Raise it when `evolve`, `entriesOf`, `openEntry` or a schema changes: the app then builds a new generation from the event store. */
  readonly version: number;
  /**
   * The kinds of aggregates whose events it folds: all of them, so that versions have no holes. An event of no interest folds to the
   * same row.
   */
  readonly follows: readonly string[];
  /** The key of the row to which an event belongs. All events of one aggregate belong to one row. */
  rowOf(event: Event): string;
  readonly row: z.ZodType<Row>;
  evolve(row: Row | undefined, event: Event): Row;
  /**
   * The row that `evolve` makes of an aggregate's events up to a moment, in a view whose rows follow one aggregate each. Queries
   * of the past use it, so that they need not read all events.
   */
  rowFrom?(moment: Moment<State, Event>): Row;
  /** The schema of entries, where the view has entries beside its rows. */
  readonly entry?: z.ZodType<Entry>;
  /** The entries that an event completes or changes, given the row before and after the event: three at most. */
  entriesOf?(event: Event, before: Row | undefined, row: Row): readonly KeyedEntry<Entry>[];
  /** The entry that is not complete yet: the store keeps it with the row, and searches find it among the others. */
  openEntry?(row: Row): Entry | undefined;
  /** The paths that its queries search by. */
  readonly index?: Index;
  /** Its queries over HTTP. */
  readonly routes?: readonly Route<Row, Entry>[];
  /**
   * The version before, in a release that raises the version. The app feeds both until it has built this one, and for as long
   * as it keeps the rows of the former, which can answer meanwhile. Without it the view answers 503 until it is built.
   */
  readonly former?: View;
};

/** Names one set of rows of a view: two versions, or two builds of one version, can stand side by side. */
export type GenerationId = { readonly name: string; readonly version: number; readonly build: number };

/** A view's code together with one set of rows that it made. */
export type Generation<Row = unknown, Entry = unknown> = View<Row, Entry> & GenerationId;

export const generationName = ({ name, version, build }: GenerationId): string => `${name}@${version}.${build}`;

/** The events of these kinds of aggregates, as they are recorded. */
export type EventsOf<Kinds extends readonly AggregateKind[]> = RecordedEvent<
  Extract<EventOfAggregate<Kinds[number]>, AnyEvent>
>;

type StateOf<Kind> = Kind extends AggregateKind<infer State> ? State : never;

/** Declares a view of the events of these kinds of aggregates, and of no others. */
export const defineView = <const Kinds extends readonly AggregateKind[], Row, Entry = never>({
  follows,
  ...view
}: Omit<View<Row, Entry, EventsOf<Kinds>, StateOf<Kinds[number]>>, 'follows'> & { readonly follows: Kinds }): View<
  Row,
  Entry
> => ({
  // The app hands a view the events of the kinds that it follows alone.
  ...(view as Omit<View<Row, Entry>, 'follows'>),
  follows: follows.map(({ name }) => name),
});
