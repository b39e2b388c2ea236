import type { Generation, GenerationId } from '../../eventSourcing/view.ts';
import type { Condition, ElementPath, Group, Path, Scalar, Search } from '../../eventSourcing/viewRoute.ts';

/** Where a page ends: the values by which its last item is sorted. */
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

/** Searches in the rows and entries of a generation. */
export type Searches = {
  /** All rows that a search finds. */
  rows<Row>(generation: Generation<Row>, query: PageQuery): Promise<Page<{ readonly key: string; readonly row: Row }>>;
  /** The entries of one row that a search finds. */
  entries<Entry>(generation: Generation<unknown, Entry>, key: string, query: PageQuery): Promise<Page<Entry>>;
  /** The entries of all rows that a search finds. */
  allEntries<Entry>(generation: Generation<unknown, Entry>, query: PageQuery): Promise<Page<Entry>>;
  /**
   * Sums over the entries of all rows that meet the conditions, for each group, in no particular order. With `each`, over the elements of
   * that array in them: then groups and sums may be of elements.
   */
  sums(
    generation: GenerationId,
    query: {
      readonly where: readonly Condition[];
      readonly each?: Path;
      readonly by: readonly (Path | ElementPath)[];
      readonly sum: readonly (Path | ElementPath)[];
    },
  ): Promise<readonly Group[]>;
};
