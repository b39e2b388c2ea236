import type { Commit } from '../../eventSourcing/commit.ts';
import type { UnreadableCommit } from '../changeFeed.ts';

/** Where those begin who have no position: with the first commit, after the newest, or with what was stored since a time in ms, to the second. */
export type FeedStart = 'first' | 'now' | number;

export type FeedPage = {
  readonly commits: readonly (Commit | UnreadableCommit)[];
  /** After this page. */
  readonly position: string;
  /** Whether the look reached the end. */
  readonly end: boolean;
};

/** `malformed`: it is no position. `gone`: it is one of another store, or ahead of this one, which somebody has restored. */
export type FeedRefusal = 'malformed' | 'gone';

/** The commits of the event store for those who keep their position themselves. All methods throw ServiceUnavailable. */
export type FeedPages = {
  /** A position that outlives splits of the store's partitions. */
  begin(start: FeedStart): Promise<string>;
  /**
   * Commits after a position, each aggregate's in order. The page is full once it has `size` of them; it may have more, up to twice as
   * many. What is asked for while it is read shares the answer.
   */
  read(position: string, size: number): Promise<FeedPage | FeedRefusal>;
};
