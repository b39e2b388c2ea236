import type { GenerationId } from '../../eventSourcing/view.ts';

/** Where an entry is stored, whether with its row or beside it. */
export type PlacedEntry = { readonly place: string; readonly entry: unknown };

export type EntryPages = {
  /** The entries of all rows, open ones, too, in no particular order, a page at a time; nobody has checked them yet. */
  list(
    generation: GenerationId,
    continuation: string | undefined,
    pageSize: number,
  ): Promise<{ readonly entries: readonly PlacedEntry[]; readonly continuation: string | undefined }>;
  /** The entry at a place; undefined where there is none any more, or where the place belongs to another generation. */
  load(generation: GenerationId, place: string): Promise<unknown>;
};
