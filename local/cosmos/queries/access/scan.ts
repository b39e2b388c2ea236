import type { Database } from '../../database.ts';
import type { Container } from '../../definitions/container.ts';
import type { DocumentPath } from '../../definitions/documentPath.ts';
import { type ItemIndex, sortTerms } from '../../definitions/itemIndexes.ts';
import {
  type KeyComponent,
  partitionKeyPrefix,
  partitionKeyText,
  type PartitionKey,
} from '../../definitions/partitionKey.ts';
import { isLive } from '../../items/itemTable.ts';
import { rangeFilter, type Scope } from '../../partitions/scope.ts';
import type { PreparedQuery, SortPath } from '../evaluation/preparedQuery.ts';
import type { Input, Position } from '../evaluation/run.ts';
import type { Value } from '../values.ts';
import { candidates } from './candidates.ts';
import { type Condition, conditionsOf } from './conditions.ts';
import { type Bounds, boundsFor, type Fragment, rowsAfter } from './sortBounds.ts';

export type ScanOptions = {
  readonly scope: Scope;
  readonly parameters: ReadonlyMap<string, Value>;
  readonly after: Position | undefined;
  readonly nowSeconds: number;
  /** The last transaction that the query sees. */
  readonly horizon: number;
};

const samePath = (left: DocumentPath, right: DocumentPath): boolean =>
  left.length === right.length && left.every((name, at) => name === right[at]);

/** Finds the cheapest way to the documents of a query; at worst it reads all documents in the query's scope. */
export const scanFor = (
  database: Database,
  container: Container,
  prepared: PreparedQuery,
  options: ScanOptions,
): Input => {
  const conditions = conditionsOf(prepared.query, options.parameters);
  const partition = wholePartition(container, options.scope.partitionKey, conditions);
  return partition === undefined
    ? scanContainer(database, container, prepared, conditions, options)
    : scanPartition(database, container, prepared, partition, conditions, options);
};

/** The only partition key that a query is about: the request gives it, or the WHERE clause demands it. */
export const wholePartition = (
  { partitionKeyPaths }: Container,
  given: PartitionKey | undefined,
  conditions: readonly Condition[],
): string | undefined => {
  if (given?.length === partitionKeyPaths.length) return partitionKeyText(given);
  const demanded: KeyComponent[] = [];
  for (const [at, path] of partitionKeyPaths.entries()) {
    const equal = conditions.find((condition) => condition.kind === 'equal' && samePath(condition.path, path));
    const value = given?.[at] ?? equal?.values[0];
    if (value === undefined || typeof value === 'object') return undefined;
    demanded.push(value);
  }
  return partitionKeyText(demanded);
};

type Access = {
  readonly index: ItemIndex;
  readonly bounds: readonly Fragment[];
  /** How many leading paths of the index are fixed to one value. */
  readonly fixed: number;
  readonly servesOrder: boolean;
};

const accessThrough = (
  container: Container,
  index: ItemIndex,
  conditions: readonly Condition[],
  orderBy: readonly SortPath[],
): Access => {
  const found: Bounds[] = [];
  for (const { path } of index.paths) {
    const own = conditions.filter((condition) => samePath(condition.path, path));
    const bounds = boundsFor(container.indexes.columns(path), own);
    if (bounds === undefined) break;
    found.push(bounds);
    if (!bounds.isEqual) break;
  }
  const fixed = found.filter(({ isEqual }) => isEqual).length;
  return {
    index,
    bounds: found.flatMap(({ fragments }) => fragments),
    fixed,
    servesOrder:
      orderBy.length > 0 && Array.from({ length: fixed + 1 }, (_, at) => at).some((at) => serves(index, at, orderBy)),
  };
};

/** Whether the paths of an index, from one of them on, have the order of a query, forwards or backwards. */
const serves = ({ paths }: ItemIndex, from: number, orderBy: readonly SortPath[]): boolean => {
  const flips = orderBy.map(({ path, descending }, at) => {
    const indexed = paths[from + at];
    return indexed !== undefined && samePath(indexed.path, path) ? indexed.descending !== descending : undefined;
  });
  return flips.every((flip) => flip !== undefined && flip === flips[0]);
};

const score = ({ bounds, fixed, servesOrder }: Access): number =>
  2 * fixed + (servesOrder ? 2 : 0) + (bounds.length > 0 ? 1 : 0);

const scanPartition = (
  database: Database,
  container: Container,
  { orderBy }: PreparedQuery,
  partition: string,
  conditions: readonly Condition[],
  { scope, after, nowSeconds, horizon }: ScanOptions,
): Input => {
  const { list, columns } = container.indexes;
  const [first, ...others] = list.map((index) => accessThrough(container, index, conditions, orderBy));
  if (first === undefined) throw new Error('A container has no index.');
  const access = others.reduce((best, other) => (score(other) > score(best) ? other : best), first);

  const isSorted = orderBy.length === 0 || access.servesOrder;
  const order = orderBy.length > 0 ? orderBy : access.index.paths.slice(access.fixed);
  const wanted: Fragment[] = [
    { sql: 'partition_key = ?', values: [partition] },
    { sql: isLive, values: [nowSeconds] },
    ...(isSorted && after !== undefined ? resumedBounds(container, access, conditions, order, after) : access.bounds),
  ];
  const inRange = rangeFilter(scope);
  const found = candidates(database, container, {
    from: `${container.table} INDEXED BY ${access.index.name}`,
    conditions: wanted,
    orderBy: isSorted ? ` ORDER BY ${sortTerms(order, columns)}` : '',
    order,
    isSorted,
    isInScope: (key) => key === partition && (inRange?.(key) ?? true),
    nowSeconds,
    horizon,
  });
  return { candidates: found, order, isSorted };
};

const scanContainer = (
  database: Database,
  container: Container,
  { orderBy }: PreparedQuery,
  conditions: readonly Condition[],
  { scope, after, nowSeconds, horizon }: ScanOptions,
): Input => {
  const isSorted = orderBy.length === 0;
  const prefix = scope.partitionKey?.length ? partitionKeyPrefix(scope.partitionKey) : undefined;
  const wanted: Fragment[] = [{ sql: isLive, values: [nowSeconds] }];
  if (prefix !== undefined) {
    wanted.push({ sql: 'substr(partition_key, 1, ?) = ?', values: [Array.from(prefix).length, prefix] });
  }
  if (isSorted && after !== undefined) wanted.push({ sql: 'sequence >= ?', values: [after.sequence] });
  // Azure has an index of the ids of all partitions, whatever the policy says.
  const id = conditions.find(({ path, kind }) => kind === 'equal' && samePath(path, ['id']))?.values[0];
  if (typeof id === 'string') wanted.push({ sql: 'id = ?', values: [id] });
  const inRange = rangeFilter(scope);
  const found = candidates(database, container, {
    from: container.table,
    conditions: wanted,
    orderBy: ' ORDER BY sequence',
    // Sorted by sequence, which is the whole position of a document here.
    order: isSorted ? [] : orderBy,
    isSorted,
    isInScope: (key) => key.startsWith(prefix ?? '') && (inRange?.(key) ?? true),
    nowSeconds,
    horizon,
  });
  return { candidates: found, order: orderBy, isSorted };
};

/**
 * The bounds of an access for the rows after a position. SQLite seeks by only one lower bound, so the position replaces
 * it.
 */
const resumedBounds = (
  container: Container,
  { index, bounds }: Access,
  conditions: readonly Condition[],
  order: readonly SortPath[],
  after: Position,
): readonly Fragment[] => {
  const [first] = order;
  if (first === undefined) return [...bounds, { sql: 'sequence >= ?', values: [after.sequence] }];
  const { path, descending } = first;
  const key = after.keys[0];
  const isOnPath = (condition: Condition): boolean => samePath(condition.path, path);
  if (!conditions.some(isOnPath)) return [...bounds, rowsAfter(container.indexes.columns(path), key, descending)];
  const kind = descending ? 'high' : 'low';
  const kept = conditions.filter((condition) => !isOnPath(condition) || condition.kind !== kind);
  return accessThrough(container, index, [{ path, kind, values: [key] }, ...kept], order).bounds;
};
