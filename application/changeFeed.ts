import type { Commit } from '../eventSourcing/commit.ts';

/** A document of the store that this program cannot read as a commit. */
export type UnreadableCommit = { readonly unreadable: string; readonly document: unknown };

/** The position belongs to another store, such as the one before a restore. */
export class UnusablePosition extends Error {
  override name = 'UnusablePosition';
}

export type ChangeFeed = {
  /**
   * Commits after a position (undefined: from the first one; a time in ms: written since then, give or take seconds),
   * each aggregate's in order, and the position after them. `end`: there are no more for now. Throws UnusablePosition.
   * `pageSize`: at most as many documents.
   */
  read(
    position: string | number | undefined,
    pageSize?: number,
  ): Promise<{
    readonly commits: readonly (Commit | UnreadableCommit)[];
    readonly position: string;
    readonly end: boolean;
  }>;
};
