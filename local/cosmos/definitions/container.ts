import type { Past } from '../items/past.ts';
import type { JsonObject } from '../json.ts';
import type { Layout } from '../partitions/layout.ts';
import { type ContainerDefinition, parseContainerDefinition } from './containerDefinition.ts';
import { type DocumentPath, parseDocumentPath } from './documentPath.ts';
import { type ItemIndexes, itemIndexes } from './itemIndexes.ts';
import { containerRid, databaseRid } from './resourceId.ts';

/** A container, with all that operations on its items need to know. */
export type Container = {
  readonly number: number;
  /** The number of its database. */
  readonly database: number;
  /** The body that clients read. */
  readonly resource: JsonObject;
  readonly rid: string;
  /** The beginning of its items' `_self` links. */
  readonly self: string;
  readonly definition: ContainerDefinition;
  readonly partitionKeyPaths: readonly DocumentPath[];
  /** The name of the SQLite table of its items. */
  readonly table: string;
  readonly indexes: ItemIndexes;
  readonly past: Past;
  /** The number of its last committed transaction. Session tokens and change feed continuations are made of it. */
  lsn: number;
  /** The number of the last item created. Numbers are never used again. */
  sequence: number;
  /** Its physical partitions. */
  layout: Layout;
};

export type ContainerRow = {
  readonly number: number;
  readonly database: number;
  readonly lsn: number;
  readonly sequence: number;
  readonly layout: Layout;
};

export const itemTableName = (number: number): string => `items_${number}`;

export const containerFrom = (row: ContainerRow, resource: JsonObject, past: Past): Container => {
  const definition = parseContainerDefinition(resource);
  const table = itemTableName(row.number);
  return {
    number: row.number,
    database: row.database,
    resource,
    rid: containerRid(row.database, row.number),
    self: `dbs/${databaseRid(row.database)}/colls/${containerRid(row.database, row.number)}/`,
    definition,
    partitionKeyPaths: definition.partitionKey.paths.map(parseDocumentPath),
    table,
    indexes: itemIndexes(table, definition.indexingPolicy),
    past,
    lsn: row.lsn,
    sequence: row.sequence,
    layout: row.layout,
  };
};
