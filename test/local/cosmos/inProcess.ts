import { type Database, openDatabase } from '../../../local/cosmos/database.ts';
import { type Catalogue, createCatalogue } from '../../../local/cosmos/definitions/catalogue.ts';
import type { Container } from '../../../local/cosmos/definitions/container.ts';
import type { IndexingPolicy } from '../../../local/cosmos/definitions/itemIndexes.ts';
import { perform } from '../../../local/cosmos/items/items.ts';
import { transact } from '../../../local/cosmos/items/itemTransaction.ts';
import type { Json, JsonObject } from '../../../local/cosmos/json.ts';
import { queryItems } from '../../../local/cosmos/queries/queryItems.ts';
import { pageCharge } from '../../../local/cosmos/requestCharge.ts';

export type InProcess = {
  container(policy?: IndexingPolicy): Container;
  create(container: Container, documents: readonly JsonObject[]): void;
  /** One page of a query in the partition "p". */
  page(container: Container, query: string, options?: PageOptions): PageOfRows;
  /** How SQLite runs the statements of a query, in its own words. */
  plans(container: Container, query: string): string[];
  /** All rows of a query in the partition "p". */
  rows(container: Container, query: string, options?: PageOptions): Json[];
  close(): void;
};

type PageOptions = { parameters?: Record<string, Json>; size?: number; token?: string | undefined };
type PageOfRows = { rows: Json[]; token: string | undefined; charge: number };

/** The service without HTTP, for tests of what cannot be seen through it or would be slow. */
export const inProcess = (): InProcess => {
  const opened = openDatabase(undefined);
  let prepared: string[] = [];
  const database: Database = {
    ...opened,
    prepare(sql) {
      prepared.push(sql);
      return opened.prepare(sql);
    },
  };
  const catalogue: Catalogue = createCatalogue(database, { now: Date.now });
  catalogue.createDatabase({ id: 'test' });
  let containers = 0;

  const page: InProcess['page'] = (container, query, { parameters = {}, size = 1000, token } = {}) => {
    const found = queryItems(database, container, {
      text: query,
      parameters: new Map(Object.entries(parameters).map(([name, value]) => [`@${name}`, value])),
      token,
      limits: { rows: size, bytes: 4 * 1024 * 1024 },
      now: Date.now(),
      scope: { partitionKey: ['p'], range: undefined },
      horizon: Infinity,
      isByPlan: false,
    });
    const charge = pageCharge({ examined: found.examined, bytes: found.rows.join(',').length });
    return { rows: found.rows.map((row) => JSON.parse(row) as Json), token: found.token, charge };
  };

  return {
    container: (policy) =>
      catalogue.createContainer('test', {
        id: `container-${++containers}`,
        partitionKey: { paths: ['/p'] },
        ...(policy === undefined ? {} : { indexingPolicy: policy as JsonObject }),
      }),
    create(container, documents) {
      transact(database, container, Date.now(), (transaction) => {
        for (const document of documents) perform(transaction, ['p'], { type: 'Create', document });
      });
    },
    page,
    plans(container, query) {
      prepared = [];
      page(container, query, { size: 1 });
      return prepared.flatMap((sql) =>
        opened
          .prepare(`EXPLAIN QUERY PLAN ${sql}`)
          .all(...Array.from({ length: sql.split('?').length - 1 }, () => 0))
          .map((step) => String(step.detail)),
      );
    },
    rows(container, query, options = {}) {
      const found: Json[] = [];
      let token: string | undefined;
      do {
        const { rows, token: next } = page(container, query, { ...options, token });
        found.push(...rows);
        token = next;
      } while (token !== undefined);
      return found;
    },
    close() {
      database.close();
    },
  };
};
