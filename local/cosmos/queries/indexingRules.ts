import { type DocumentPath, parseDocumentPath } from '../definitions/documentPath.ts';
import type { IndexedPath, IndexingPolicy } from '../definitions/itemIndexes.ts';
import { badRequest } from '../errors.ts';

/** Always indexed, whatever the policy says. */
const systemPaths = new Set(['id', '_ts']);

/**
 * How precisely a pattern covers a path, or -1 if it does not. More names are more precise, and `/?` is more than `/*`.
 */
const precision = (pattern: string, path: DocumentPath): number => {
  const names = parseDocumentPath(pattern);
  const isWildcard = names.at(-1) === '*';
  const fixed = names.at(-1) === '?' || isWildcard ? names.slice(0, -1) : names;
  if (isWildcard ? path.length < fixed.length : path.length !== fixed.length) return -1;
  if (!fixed.every((name, at) => name === path[at])) return -1;
  return fixed.length * 2 + (isWildcard ? 0 : 1);
};

const isIncluded = (policy: IndexingPolicy, path: DocumentPath): boolean => {
  if (path.length === 1 && systemPaths.has(path[0] ?? '')) return true;
  const best = (patterns: IndexingPolicy['includedPaths']): number =>
    Math.max(-1, ...(patterns ?? []).map(({ path: pattern }) => precision(pattern, path)));
  return best(policy.includedPaths) > best(policy.excludedPaths);
};

const samePath = (left: DocumentPath, right: DocumentPath): boolean =>
  left.length === right.length && left.every((name, at) => name === right[at]);

/**
 * Throws 400 for an ORDER BY that Azure could not serve from the container's index: a path that is not indexed, or
 * several paths without a composite index of exactly these paths and directions (or of all the opposite directions).
 */
export const checkOrderBy = (policy: IndexingPolicy, orderBy: readonly IndexedPath[]): void => {
  const [first, ...others] = orderBy;
  if (first === undefined) return;
  if (others.length === 0) {
    if (policy.indexingMode === 'none' || !isIncluded(policy, first.path)) {
      throw badRequest('The index path corresponding to the specified order-by item is excluded.');
    }
    return;
  }
  const serves = (composite: NonNullable<IndexingPolicy['compositeIndexes']>[number]): boolean => {
    if (composite.length !== orderBy.length) return false;
    const flips = composite.map(({ path, order }, at) => {
      const wanted = orderBy[at];
      if (wanted === undefined || !samePath(parseDocumentPath(path), wanted.path)) return undefined;
      return (order === 'descending') !== wanted.descending;
    });
    return flips.every((flip) => flip !== undefined && flip === flips[0]);
  };
  if (!(policy.compositeIndexes ?? []).some(serves)) {
    throw badRequest('The order by query does not have a corresponding composite index that it can be served from.');
  }
};
