import type { Alias } from './alias.ts';
import type { Entry, Generation, Projection } from '../../projections/projection.ts';

export type Aliases = {
  load(projection: string): Promise<{ readonly alias: Alias; readonly etag: string } | undefined>;
  /** 'conflict': somebody else has saved since this etag was read (undefined: there is one); nothing was written. */
  save(alias: Alias, expectedEtag: string | undefined): Promise<'saved' | 'conflict'>;
};

/** The last version folded in, of each aggregate that a row follows. */
export type Positions = Readonly<Record<string, number>>;

export type StoredRow<Row> = { readonly row: Row; readonly positions: Positions; readonly etag: string };

/** A row that this program cannot read, or that is too large to be written. */
export class BrokenRow extends Error {
  override name = 'BrokenRow';
}

export type ReadModels = {
  /** Throws BrokenRow. */
  load<Row>(projection: Projection<Row>, key: string): Promise<StoredRow<Row> | undefined>;
  /**
   * Writes its new entries, and the row with its positions and its open entry if it is as it was loaded. A position is
   * never there before its entries; a completed entry never beside its open form. Throws BrokenRow.
   */
  store<Row>(
    projection: Projection<Row>,
    key: string,
    row: Omit<StoredRow<Row>, 'etag'>,
    entries: readonly Entry[],
    expectedEtag: string | undefined,
  ): Promise<StoredRow<Row> | 'conflict'>;
};

export const maximumEntries = 99;

export type Counts = {
  rows(generation: Generation): Promise<number>;
  /** Messages of a subscription that were parked. */
  parked(subscription: string): Promise<number>;
};

/** A row that is not where its aggregate's head is, and that catching up did not mend. */
export type Gap = {
  readonly projection: string;
  readonly aggregateId: string;
  /** The view's; 0 where it has never heard of the aggregate. */
  readonly position: number;
  /** The head's. A view that is ahead of it follows a store that was restored to an earlier state. */
  readonly version: number;
  /** Of the head's last change. */
  readonly since: string;
};

export type Gaps = {
  list(): Promise<readonly Gap[]>;
  record(gap: Gap): Promise<void>;
  clear(gap: Gap): Promise<void>;
};
