import type { Commit } from '../../eventSourcing/commit.ts';
import type { Log } from '../log.ts';
import type { FeedPages } from './ports.ts';

const lookEveryMs = 1_000;
/** No caller has pages of this size, so that nobody else goes on where this look ended. */
const pageSize = 1_000;

/** Somebody who waits at the end of the feed, from the first look on: what comes later, they hear of. */
export type Watch = {
  /** Resolves once there may be something new since the last call or the beginning, or the time is up, or the signal aborted. */
  news(ms: number): Promise<void>;
  end(): void;
};

export type Tail = {
  watch(wants: (commit: Commit) => boolean): Watch;
  /** What this instance has appended. */
  readonly appended: (commits: readonly Commit[]) => void;
};

type Options = {
  readonly pages: FeedPages;
  /** Resolves after a time, or once the signal has aborted. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Runs work that is on no request's bill. */
  readonly outside: (work: () => void) => void;
  readonly stopping: AbortSignal;
  readonly log: Log;
};

type Watcher = { readonly wants: (commit: Commit) => boolean; hasNews: boolean; woken: AbortController };

/**
 * Watches the end of the feed for all who wait there, by one look a second while there are any; they hear at once of what this
 * instance appends.
 */
export const createTail = ({ pages, wait, outside, stopping, log }: Options): Tail => {
  const watchers = new Set<Watcher>();
  let isLooking = false;

  const tell = (watcher: Watcher) => {
    watcher.hasNews = true;
    watcher.woken.abort();
  };
  const tellAll = () => watchers.forEach(tell);
  const appended = (commits: readonly Commit[]) => {
    for (const watcher of watchers) if (commits.some(watcher.wants)) tell(watcher);
  };

  const look = async (): Promise<void> => {
    let position = await pages.begin('now');
    // What came before this look, some may not have seen yet.
    tellAll();
    while (watchers.size > 0 && !stopping.aborted) {
      await wait(lookEveryMs, stopping);
      const page = await pages.read(position, pageSize);
      if (typeof page === 'string') throw new Error(`The feed refused its own position: ${page}`);
      position = page.position;
      appended(page.commits.flatMap((commit) => ('unreadable' in commit ? [] : [commit])));
    }
  };
  const beginToLook = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    while (watchers.size > 0 && !stopping.aborted) {
      try {
        await look();
      } catch (error) {
        log('warn', `Nobody watches the end of the feed for a second: ${String(error)}`);
        // Those who wait look themselves, and fail themselves.
        tellAll();
        await wait(lookEveryMs, stopping);
      }
    }
    isLooking = false;
  };

  return {
    watch(wants) {
      const watcher: Watcher = { wants, hasNews: false, woken: new AbortController() };
      watchers.add(watcher);
      return {
        async news(ms) {
          outside(() => void beginToLook());
          if (!watcher.hasNews) await wait(ms, AbortSignal.any([watcher.woken.signal, stopping]));
          watcher.hasNews = false;
          watcher.woken = new AbortController();
        },
        end: () => void watchers.delete(watcher),
      };
    },
    appended,
  };
};
