import { randomInt, randomUUID } from 'node:crypto';
import type { Database } from '../database.ts';
import { badRequest, conflict, ownerNotFound } from '../errors.ts';
import { createItemTable, dropItemTable, adaptItemTable } from '../items/itemTable.ts';
import { createPast } from '../items/past.ts';
import type { JsonObject } from '../json.ts';
import { createLayout, type Layout, splitPartition } from '../partitions/layout.ts';
import { type Container, containerFrom } from './container.ts';
import { checkId, parseContainerDefinition } from './containerDefinition.ts';
import { containerRid, databaseRid } from './resourceId.ts';

/** The databases and containers of the account. Methods that return a JsonObject return the resource's body. */
export type Catalogue = {
  listDatabases(): JsonObject[];
  createDatabase(body: JsonObject): JsonObject;
  readDatabase(id: string): JsonObject;
  deleteDatabase(id: string): void;
  listContainers(database: string): JsonObject[];
  createContainer(database: string, body: JsonObject): Container;
  container(database: string, id: string): Container;
  /** Every container of the account, for background work. */
  allContainers(): Container[];
  replaceContainer(database: string, id: string, body: JsonObject): Container;
  deleteContainer(database: string, id: string): void;
  /** Replaces a physical partition of a container by two. */
  splitPartition(database: string, id: string, partition: string): Container;
};

type Row = { number: number; id: string; body: string };
type ContainerRow = Row & { database: number; lsn: number; sequence: number; layout: string };

export type CatalogueOptions = {
  /** The time in milliseconds. */
  readonly now: () => number;
  /** How far reads may lag, in milliseconds; 0 if not given. */
  readonly lagMs?: number;
  /** How many physical partitions a new container gets; 1 if not given. */
  readonly partitions?: number;
};

export const createCatalogue = (
  database: Database,
  { now, lagMs = 0, partitions = 1 }: CatalogueOptions,
): Catalogue => {
  /** By `database/container`: ids never contain a slash. */
  const containers = new Map<string, Container>();

  const databaseRow = (id: string): Row => {
    const row = database.prepare('SELECT number, id, body FROM databases WHERE id = ?').get(id);
    if (row === undefined) throw ownerNotFound();
    return row as Row;
  };

  const stamp = () => ({ _etag: `"${randomUUID()}"`, _ts: Math.floor(now() / 1000) });

  const loadContainer = (databaseId: string, id: string): Container => {
    const sql = `SELECT containers.number, containers.id, containers.body, database, lsn, sequence, layout
      FROM containers JOIN databases ON databases.number = database
      WHERE databases.id = ? AND containers.id = ?`;
    const row = database.prepare(sql).get(databaseId, id) as ContainerRow | undefined;
    if (row === undefined) throw ownerNotFound();
    const layout = JSON.parse(row.layout) as Layout;
    return containerFrom({ ...row, layout }, JSON.parse(row.body) as JsonObject, createPast(lagMs));
  };

  const removeContainer = (number: number): void => {
    dropItemTable(database, number);
    database.prepare('DELETE FROM containers WHERE number = ?').run(number);
  };

  const catalogue: Catalogue = {
    listDatabases: () =>
      database
        .prepare('SELECT body FROM databases ORDER BY id')
        .all()
        .map((row) => JSON.parse((row as Row).body) as JsonObject),

    createDatabase: (body) =>
      database.transaction(() => {
        const id = checkId(body.id);
        if (database.prepare('SELECT 1 FROM databases WHERE id = ?').get(id) !== undefined) throw conflict();
        // As in Azure no other database has the number, in whatever account: a position in the feed of one is none in that of another.
        const number = randomInt(1, 2 ** 32);
        const _rid = databaseRid(number);
        const resource = { id, _rid, _self: `dbs/${_rid}/`, ...stamp(), _colls: 'colls/', _users: 'users/' };
        database
          .prepare('INSERT INTO databases (number, id, body) VALUES (?, ?, ?)')
          .run(number, id, JSON.stringify(resource));
        return resource;
      }),

    readDatabase: (id) => JSON.parse(databaseRow(id).body) as JsonObject,

    deleteDatabase: (id) => {
      const { number } = databaseRow(id);
      database.transaction(() => {
        const rows = database.prepare('SELECT number FROM containers WHERE database = ?').all(number);
        for (const row of rows) removeContainer((row as Row).number);
        database.prepare('DELETE FROM databases WHERE number = ?').run(number);
      });
      containers.clear();
    },

    listContainers: (id) =>
      database
        .prepare('SELECT body FROM containers WHERE database = ? ORDER BY number')
        .all(databaseRow(id).number)
        .map((row) => JSON.parse((row as Row).body) as JsonObject),

    createContainer: (databaseId, body) =>
      database.transaction(() => {
        const parent = databaseRow(databaseId);
        const definition = parseContainerDefinition(body);
        const taken = database.prepare('SELECT 1 FROM containers WHERE database = ? AND id = ?');
        if (taken.get(parent.number, definition.id) !== undefined) throw conflict();
        const layout = createLayout(partitions);
        const { lastInsertRowid } = database
          .prepare("INSERT INTO containers (database, id, body, lsn, sequence, layout) VALUES (?, ?, '', 0, 0, ?)")
          .run(parent.number, definition.id, JSON.stringify(layout));
        const number = Number(lastInsertRowid);
        const _rid = containerRid(parent.number, number);
        const resource = {
          ...definition,
          conflictResolutionPolicy: {
            mode: 'LastWriterWins',
            conflictResolutionPath: '/_ts',
            conflictResolutionProcedure: '',
          },
          geospatialConfig: { type: 'Geography' },
          _rid,
          _self: `dbs/${databaseRid(parent.number)}/colls/${_rid}/`,
          ...stamp(),
          _docs: 'docs/',
          _sprocs: 'sprocs/',
          _triggers: 'triggers/',
          _udfs: 'udfs/',
          _conflicts: 'conflicts/',
        } as unknown as JsonObject;
        const text = JSON.stringify(resource);
        database.prepare('UPDATE containers SET body = ? WHERE number = ?').run(text, number);
        const row = { number, id: definition.id, body: text, database: parent.number, lsn: 0, sequence: 0, layout };
        const container = containerFrom(row, resource, createPast(lagMs));
        createItemTable(database, container);
        return container;
      }),

    container(databaseId, id) {
      const name = `${databaseId}/${id}`;
      const known = containers.get(name);
      if (known !== undefined) return known;
      const container = loadContainer(databaseId, id);
      containers.set(name, container);
      return container;
    },

    allContainers: () =>
      database
        .prepare(
          'SELECT databases.id AS parent, containers.id FROM containers JOIN databases ON databases.number = database',
        )
        .all()
        .map((row) => catalogue.container((row as { parent: string }).parent, (row as Row).id)),

    replaceContainer(databaseId, id, body) {
      const container = catalogue.container(databaseId, id);
      const definition = parseContainerDefinition(body);
      const { resource } = container;
      if (definition.id !== id) throw badRequest('The id of a container cannot be changed.');
      if (JSON.stringify(definition.partitionKey.paths) !== JSON.stringify(container.definition.partitionKey.paths)) {
        throw badRequest('Document collection partition key cannot be changed.');
      }
      if (
        body.uniqueKeyPolicy !== undefined &&
        JSON.stringify(definition.uniqueKeyPolicy) !== JSON.stringify(container.definition.uniqueKeyPolicy)
      ) {
        throw badRequest('The unique index cannot be modified.');
      }
      const { uniqueKeyPolicy } = container.definition;
      const text = JSON.stringify({
        ...resource,
        defaultTtl: undefined,
        ...definition,
        uniqueKeyPolicy,
        ...stamp(),
      });
      const next = containerFrom(container, JSON.parse(text) as JsonObject, container.past);
      database.transaction(() => {
        database.prepare('UPDATE containers SET body = ? WHERE number = ?').run(text, container.number);
        adaptItemTable(database, container, next);
      });
      containers.set(`${databaseId}/${id}`, next);
      return next;
    },

    deleteContainer(databaseId, id) {
      const { number } = catalogue.container(databaseId, id);
      database.transaction(() => {
        removeContainer(number);
      });
      containers.delete(`${databaseId}/${id}`);
    },

    splitPartition(databaseId, id, partition) {
      const container = catalogue.container(databaseId, id);
      const layout = splitPartition(container.layout, partition);
      database
        .prepare('UPDATE containers SET layout = ? WHERE number = ?')
        .run(JSON.stringify(layout), container.number);
      container.layout = layout;
      return container;
    },
  };
  return catalogue;
};
