import type { Generation, Listing, Projection } from '../../projections/projection.ts';
import type { Condition, Group, Path, Scalar, Search } from '../../projections/route.ts';

/** Where a page ends: what its last item is sorted by. */
export type PageKey = readonly Scalar[];

export type Page<Item> = {
  readonly items: readonly Item[];
  /** Absent on the last page. */
  readonly next: PageKey | undefined;
};

export type PageQuery = Search & {
  /** The end of the page before. */
  readonly after: PageKey | undefined;
  readonly limit: number;
};

export type Listings = {
  /** All rows that a search finds. */
  rows<Row>(projection: Projection<Row>, query: PageQuery): Promise<Page<{ readonly key: string; readonly row: Row }>>;
  /** Those entries of one row that a search finds. */
  entries<Line>(projection: Listing<Line>, key: string, query: PageQuery): Promise<Page<Line>>;
  /** Sums over those entries of all rows that meet the conditions, for each group, in no particular order. */
  sums(
    projection: Generation,
    query: { readonly where: readonly Condition[]; readonly by: readonly Path[]; readonly sum: readonly Path[] },
  ): Promise<readonly Group[]>;
};
