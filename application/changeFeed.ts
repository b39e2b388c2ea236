import type { Commit } from '../domain/commit.ts';

/** A document of the store that is no commit that this program can read. */
export type UnreadableCommit = { readonly unreadable: string; readonly document: unknown };

/** The position is one of another store, such as the one before a restore. */
export class UnusablePosition extends Error {
  override name = 'UnusablePosition';
}

export type ChangeFeed = {
  /**
   * Commits after a position (undefined: from the very first; a time in ms: written since then, give or take seconds),
   * those of one aggregate in order, and the position after them. `end`: nothing more for now. Throws UnusablePosition.
   */
  read(position: string | number | undefined): Promise<{
    readonly commits: readonly (Commit | UnreadableCommit)[];
    readonly position: string;
    readonly end: boolean;
  }>;
};
