import type { StoredItem } from './storedItem.ts';

/** What the items of a container were before they were changed, for as long as reads may lag behind. */
export type Past = {
  /** Notes that a transaction was committed, and the versions that it replaced or deleted. `at` is in milliseconds. */
  record(lsn: number, at: number, superseded: readonly StoredItem[]): void;
  /** The last transaction that the slowest replica has; Infinity if it has all. */
  lsnAt(now: number): number;
  /** The versions that were there after the transaction and are not any more, at most one of each item. */
  versionsAt(lsn: number): readonly StoredItem[];
};

type Commit = { readonly lsn: number; readonly at: number; readonly superseded: readonly StoredItem[]; size: number };

/** Beyond this many characters of JSON the oldest versions are given up: reads lag less. */
const mostKept = 64 * 1024 * 1024;

const noPast: Past = { record: () => undefined, lsnAt: () => Infinity, versionsAt: () => [] };

/** It is kept in memory: after a start, nothing lags. */
export const createPast = (lagMs: number): Past => {
  if (lagMs === 0) return noPast;
  const commits: Commit[] = [];
  let kept = 0;
  return {
    record(lsn, at, superseded) {
      // A commit without old versions counts, too: without end they would fill the memory as well.
      const size = superseded.reduce((sum, { body }) => sum + body.length, 100);
      commits.push({ lsn, at, superseded, size });
      kept += size;
      while (commits[0] !== undefined && (commits[0].at <= at - lagMs || kept > mostKept)) {
        kept -= commits.shift()?.size ?? 0;
      }
    },
    lsnAt(now) {
      const first = commits.find(({ at }) => at > now - lagMs);
      return first === undefined ? Infinity : first.lsn - 1;
    },
    versionsAt: (lsn) =>
      commits.flatMap((commit) => (commit.lsn > lsn ? commit.superseded.filter((version) => version.lsn <= lsn) : [])),
  };
};
