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
   * each aggregate's in order, and the position after them. `end`: there are no more for now; an empty page need not be the end. Throws UnusablePosition.
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

type Lost = {
  /** Where to begin then: by default at the first commit. */
  readonly from?: number;
  readonly pageSize?: number | undefined;
  /** Hears why. */
  readonly onLost?: (reason: string) => void;
};

/** Reads a page after a position that a process has kept; begins anew where that is of another store, such as one before a restore. */
export const readOrBeginAnew = async (
  changeFeed: ChangeFeed,
  position: string | number | undefined,
  { from, pageSize, onLost }: Lost,
): ReturnType<ChangeFeed['read']> => {
  try {
    return await changeFeed.read(position, pageSize);
  } catch (error) {
    if (!(error instanceof UnusablePosition)) throw error;
    onLost?.(error.message);
    return changeFeed.read(from, pageSize);
  }
};
