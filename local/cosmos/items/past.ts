import type { StoredItem } from './storedItem.ts';

/** The old versions of a container's items, kept for as long as reads may lag. */
export type Past = {
  /** Records a committed transaction, with the versions that it replaced or deleted. `at` is in milliseconds. */
  record(lsn: number, at: number, superseded: readonly StoredItem[]): void;
  /** The last transaction that the slowest replica has received; Infinity if it has received all. */
  lsnAt(now: number): number;
  /** The versions that existed after the transaction and were replaced or deleted since: at most one for each item. */
  versionsAt(lsn: number): readonly StoredItem[];
};

type Commit = { readonly lsn: number; readonly at: number; readonly superseded: readonly StoredItem[]; size: number };

/** In characters of JSON. Beyond it, the oldest versions are dropped, and reads lag less. */
const mostKept = 64 * 1024 * 1024;

const noPast: Past = { record: () => undefined, lsnAt: () => Infinity, versionsAt: () => [] };

/** The past is kept in memory, so nothing lags after a start. */
export const createPast = (lagMs: number): Past => {
  if (lagMs === 0) return noPast;
  const commits: Commit[] = [];
  let kept = 0;
  return {
    record(lsn, at, superseded) {
      // A commit without old versions counts as well, since an endless number of them would fill the memory.
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
