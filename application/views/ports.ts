import type { Generation, GenerationId, KeyedEntry } from '../../eventSourcing/view.ts';
import type { Alias } from './alias.ts';

export type Aliases = {
  load(view: string): Promise<{ readonly alias: Alias; readonly etag: string } | undefined>;
  /** 'conflict': somebody else has saved since this etag was read (undefined: there is one); nothing was written. */
  save(alias: Alias, expectedEtag: string | undefined): Promise<'saved' | 'conflict'>;
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
  /** Throws BrokenRow. */
  load<Row>(generation: Generation<Row>, key: string): Promise<StoredRow<Row> | undefined>;
  /**
   * Writes the row's new entries, and the row with its positions and its open entry if it is as it was loaded. The store never has
   * a position before its entries, nor a completed entry beside its open form. Throws BrokenRow.
   */
  store<Row>(
    generation: Generation<Row>,
    key: string,
    row: Omit<StoredRow<Row>, 'etag'>,
    entries: readonly KeyedEntry[],
    expectedEtag: string | undefined,
  ): Promise<StoredRow<Row> | 'conflict'>;
  count(generation: GenerationId): Promise<number>;
  /** Deletes some of a generation's rows, and their entries; returns how many items, 0 when none are left. */
  clear(generation: GenerationId): Promise<number>;
};
export const maximumEntries = 99;

/** A row that differs from its aggregate's head, and that catching up did not mend. */
export type Gap = {
  readonly view: string;
  readonly aggregateId: string;
  /** The view's; 0 where it has no event of the aggregate. */
  readonly position: number;
  /** The head's. A view that is ahead of it follows a store that somebody restored to an earlier state. */
  readonly version: number;
  /** When the head last changed. */
  readonly since: string;
};
export type Gaps = {
  list(): Promise<readonly Gap[]>;
  record(gap: Gap): Promise<void>;
  clear(gap: Gap): Promise<void>;
};
