import type { Generation, GenerationId, KeyedEntry } from '../../eventSourcing/view.ts';
import type { Alias } from './alias.ts';

/** The aliases of all views that there are, together: also of those for which only another program has code. */
export type Aliases = {
  load(): Promise<{ readonly aliases: readonly Alias[]; readonly etag: string } | undefined>;
  /** 'conflict': somebody else has saved since this etag was read (undefined: there are some); nothing was written. */
  save(aliases: readonly Alias[], expectedEtag: string | undefined): Promise<'saved' | 'conflict'>;
};

/** The last version folded in, of each aggregate that a row follows. */
export type Positions = Readonly<Record<string, number>>;
export type StoredRow<Row> = { readonly row: Row; readonly positions: Positions; readonly etag: string };

/** A row that this program cannot read, or that is too large for the store. */
export class BrokenRow extends Error {
  override name = 'BrokenRow';
}

/** The rows of generations, and the entries beside them. */
export type Rows = {
  /** The row as it is; with `maybeStale`, as it may have been a moment ago, for half the units. Throws BrokenRow. */
  load<Row>(generation: Generation<Row>, key: string, maybeStale?: boolean): Promise<StoredRow<Row> | undefined>;
  /**
   * Writes the row's new entries, and the row with its positions and its open entry if it is as it was loaded. The store never has
   * a position before its entries, nor a completed entry beside its open form, nor an entry as it was before a change that the row
   * has folded. Throws BrokenRow.
   */
  store<Row>(
    generation: Generation<Row>,
    key: string,
    row: Omit<StoredRow<Row>, 'etag'>,
    entries: readonly KeyedEntry[],
    expectedEtag: string | undefined,
  ): Promise<StoredRow<Row> | 'conflict'>;
  /** The complete entries beside a row, by their keys. */
  loadEntries(generation: GenerationId, key: string): Promise<ReadonlyMap<string, unknown>>;
  count(generation: GenerationId): Promise<number>;
  /** The rows of a generation, with the versions that they have reached, in no particular order, a page at a time. */
  list(
    generation: GenerationId,
    continuation: string | undefined,
    pageSize?: number,
  ): Promise<{ readonly rows: readonly ListedRow[]; readonly continuation: string | undefined }>;
  /** Deletes some of a generation's rows, and their entries; returns how many items, 0 when none are left. */
  clear(generation: GenerationId): Promise<number>;
};
/** As many as Cosmos DB takes in one batch with the row, even if the last event adds three. */
export const maximumEntries = 97;

export type ListedRow = { readonly key: string; readonly positions: Positions };

/** A row that differs from what the event store has of an aggregate, and that catching up did not mend. */
export type Gap = {
  readonly view: string;
  readonly aggregateId: string;
  /** The view's; 0 where it has no event of the aggregate. */
  readonly position: number;
  /** The event store's; 0 where it has no event of the aggregate. A view that is ahead follows a store that somebody restored. */
  readonly version: number;
  /** When the oldest of the events occurred that the view lacks; for a view that is ahead, when the reconciler found that out. */
  readonly since: string;
  /**
   * The key of the row, where the event store no longer has the event that tells, or where the row differs. For a gap of the feed, the id
   * of the document.
   */
  readonly row?: string | undefined;
  /** The generation in which the row is not what its events make. */
  readonly differs?: string | undefined;
};
export type Gaps = {
  list(): Promise<readonly Gap[]>;
  record(gap: Gap): Promise<void>;
  clear(gap: Gap): Promise<void>;
};

/** How the views stood at the end of the reconciler's last run. */
export type Standing = {
  readonly at: string;
  /** By view, the events that it had not folded of what the run looked at, and when the oldest of them occurred. */
  readonly behind: Readonly<Record<string, { readonly events: number; readonly oldest: string } | undefined>>;
  /** How many aggregates had changed since the run before; `more`: others had, which the run did not compare with all views. */
  readonly aggregates: number;
  readonly more: boolean;
};
export type Standings = {
  load(): Promise<Standing | undefined>;
  save(standing: Standing): Promise<void>;
};
