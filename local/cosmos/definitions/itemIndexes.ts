import { badRequest } from '../errors.ts';
import { type DocumentPath, parseDocumentPath } from './documentPath.ts';

export type IndexedPath = { readonly path: DocumentPath; readonly descending: boolean };

/** The columns by which a table sorts the values at one path. */
export type SortColumns = { readonly rank: string | undefined; readonly value: string };

/** An SQLite index over the partition key, followed by the paths. */
export type ItemIndex = { readonly name: string; readonly paths: readonly IndexedPath[] };

/** How the items of one container are indexed. */
export type ItemIndexes = {
  readonly list: readonly ItemIndex[];
  readonly columns: (path: DocumentPath) => SortColumns;
  /** SQL that adds the columns and indexes to the table, and SQL that removes them. */
  readonly create: string;
  readonly drop: string;
};

export type IndexingPolicy = {
  readonly indexingMode?: string;
  readonly automatic?: boolean;
  readonly includedPaths?: readonly { readonly path: string }[];
  readonly excludedPaths?: readonly { readonly path: string }[];
  readonly compositeIndexes?: readonly (readonly { readonly path: string; readonly order?: string }[])[];
};

/** SQLite has no escape inside a JSON path, so paths with other characters get no index. */
const isPlain = (path: DocumentPath): boolean => path.every((name) => /^[\w $@.-]+$/.test(name));

const jsonPath = (path: DocumentPath): string => `'$${path.map((name) => `."${name}"`).join('')}'`;

/** Ranks types as ORDER BY does. SQLite alone does not tell null from undefined, or booleans from numbers. */
const rankExpression = (path: DocumentPath): string => `CASE json_type(body, ${jsonPath(path)})
  WHEN 'null' THEN 1 WHEN 'true' THEN 2 WHEN 'false' THEN 2 WHEN 'integer' THEN 3 WHEN 'real' THEN 3
  WHEN 'text' THEN 4 WHEN 'array' THEN 5 WHEN 'object' THEN 6 ELSE 0 END`;

const pathKey = (path: DocumentPath): string => JSON.stringify(path);

const isId = ({ path }: { path: DocumentPath }): boolean => path.length === 1 && path[0] === 'id';

/** `/a/b/?` as a path; undefined for wildcards and arrays, which no index of SQLite can serve. */
const scalarPath = (pattern: string): DocumentPath | undefined => {
  if (!pattern.endsWith('/?')) return undefined;
  const path = parseDocumentPath(pattern.slice(0, -2));
  return path.includes('[]') || path.includes('*') ? undefined : path;
};

const compositePaths = (policy: IndexingPolicy): IndexedPath[][] =>
  (policy.compositeIndexes ?? []).map((index) =>
    index.map(({ path, order }) => ({ path: parseDocumentPath(path), descending: order === 'descending' })),
  );

/**
 * The indexes that a policy asks for by name: its scalar included paths and its composite indexes. A policy of
 * wildcards alone gets none, and queries read the partition. Items always have an index by `id`.
 */
export const itemIndexes = (table: string, policy: IndexingPolicy): ItemIndexes => {
  const single = (policy.includedPaths ?? [])
    .map(({ path }) => scalarPath(path))
    .filter((path) => path !== undefined)
    .map((path) => [{ path, descending: false }]);
  const wanted = [...single, ...compositePaths(policy)].filter(
    (paths) => paths.every(({ path }) => isPlain(path)) && !(paths.length === 1 && paths.every(isId)),
  );
  const computed = wanted.flat().filter((indexed) => !isId(indexed));
  const paths = new Map(computed.map(({ path }) => [pathKey(path), path]));
  const columnNames = new Map([...paths.keys()].map((key, at) => [key, { rank: `rank_${at}`, value: `value_${at}` }]));

  const columns = (path: DocumentPath): SortColumns => {
    if (isId({ path })) return { rank: undefined, value: 'id' };
    const names = columnNames.get(pathKey(path));
    if (names === undefined) throw new Error(`No index covers ${pathKey(path)}.`);
    return names;
  };

  const list = wanted.map((indexed, at) => ({ name: `${table}_index_${at}`, paths: indexed }));
  return {
    list: [{ name: `${table}_id`, paths: [{ path: ['id'], descending: false }] }, ...list],
    columns,
    create: [
      ...[...paths].map(([key, path]) => {
        const { rank, value } = columnNames.get(key) ?? columns(path);
        return `ALTER TABLE ${table} ADD COLUMN ${rank ?? ''} INTEGER AS (${rankExpression(path)}) VIRTUAL;
          ALTER TABLE ${table} ADD COLUMN ${value} ANY AS (json_extract(body, ${jsonPath(path)})) VIRTUAL;`;
      }),
      ...list.map(
        ({ name, paths: indexed }) =>
          `CREATE INDEX ${name} ON ${table} (partition_key, ${sortTerms(indexed, columns)});`,
      ),
    ].join('\n'),
    drop: [
      ...list.map(({ name }) => `DROP INDEX ${name};`),
      ...[...columnNames.values()].map(
        ({ rank, value }) => `ALTER TABLE ${table} DROP COLUMN ${rank}; ALTER TABLE ${table} DROP COLUMN ${value};`,
      ),
    ].join('\n'),
  };
};

/**
 * The terms that an index is built on. ORDER BY must use the same terms to be served by it; ties follow the direction
 * of the first path.
 */
export const sortTerms = (paths: readonly IndexedPath[], columns: ItemIndexes['columns']): string =>
  [
    ...paths.flatMap(({ path, descending }) => {
      const { rank, value } = columns(path);
      const direction = descending ? ' DESC' : '';
      return rank === undefined ? [value + direction] : [rank + direction, value + direction];
    }),
    paths[0]?.descending === true ? 'sequence DESC' : 'sequence',
  ].join(', ');

/** The SQL of the unique indexes. They hold within a partition key and treat a missing path as null. */
export const uniqueIndexes = (table: string, keys: readonly (readonly DocumentPath[])[]): string =>
  keys
    .map((paths, at) => {
      const odd = paths.find((path) => !isPlain(path));
      if (odd !== undefined) throw badRequest(`The unique key path '/${odd.join('/')}' is not supported.`);
      const values = paths.map((path) => `COALESCE(body -> ${jsonPath(path)}, 'null')`);
      return `CREATE UNIQUE INDEX ${table}_unique_${at} ON ${table} (partition_key, ${values.join(', ')});`;
    })
    .join('\n');
