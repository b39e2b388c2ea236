import { type Container, CosmosClient, type FeedOptions } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCosmos } from '../../../../local/cosmos/server.ts';
import { faultsAt } from '../../../../local/faults/client.ts';
import type { RunningService } from '../../../../local/service/runningService.ts';
import { bulk, creates, itemsOf, ownersInTurns, partitioned, rangeOf } from './partitioned.ts';

const cosmos = partitioned();
const owners = ownersInTurns(20);

type Pages = { readonly rows: unknown[]; readonly pages: number; readonly hasEnded: boolean };

const mostPages = 100;

/** Reads a query page by page; gives up after too many pages. */
const run = async (
  container: Container,
  query: string,
  options: FeedOptions = {},
  afterPage: (page: number) => Promise<void> = () => Promise.resolve(),
): Promise<Pages> => {
  const rows: unknown[] = [];
  const iterator = container.items.query<unknown>(query, options);
  let pages = 0;
  while (iterator.hasMoreResults() && pages < mostPages) {
    // The SDK's types promise resources, also for pages that have none.
    const { resources } = (await iterator.fetchNext()) as { resources: unknown[] | undefined };
    rows.push(...(resources ?? []));
    await afterPage(++pages);
  }
  return { rows, pages, hasEnded: !iterator.hasMoreResults() };
};

describe('a query over three ranges', () => {
  const services: RunningService[] = [];
  const clients: CosmosClient[] = [];
  let oneRange: Container;
  let threeRanges: Container;

  beforeAll(async () => {
    const open = async (partitions: number): Promise<Container> => {
      const service = await startCosmos({ port: 0, partitions });
      services.push(service);
      const client = new CosmosClient(service.connectionString);
      clients.push(client);
      const { database } = await client.databases.create({ id: 'bank' });
      const { container } = await database.containers.create({
        id: 'things',
        partitionKey: { paths: ['/owner'] },
        indexingPolicy: {
          includedPaths: [{ path: '/*' }],
          excludedPaths: [],
          compositeIndexes: [
            [
              { path: '/kind', order: 'ascending' },
              { path: '/n', order: 'descending' },
            ],
          ],
        },
      });
      const items = owners.map((owner, n) => ({
        id: `item-${n}`,
        owner,
        n,
        kind: ['a', 'b', 'c'][n % 3],
        tags: ['x', `t${n % 4}`],
        'odd name': n % 5 === 0 ? undefined : n % 5,
        mixed: n % 7 === 0 ? 'text' : n,
      }));
      await Promise.all(items.map((item) => container.items.create(item)));
      return container;
    };
    [oneRange, threeRanges] = await Promise.all([open(1), open(3)]);
  });
  afterAll(async () => {
    for (const client of clients) client.dispose();
    await Promise.all(services.map((service) => service.close()));
  });

  const sorted = (rows: readonly unknown[]): unknown[] =>
    [...rows].sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));

  it.each([
    'SELECT c.id, c.n FROM c ORDER BY c.n',
    'SELECT VALUE c.n FROM c ORDER BY c.n DESC',
    'SELECT c.id, c.tags FROM c WHERE c.kind = "a" ORDER BY c.n',
    'SELECT TOP 7 c.id AS name, c["odd name"] odd FROM c WHERE c.n > 4 OR c.kind = "b" ORDER BY c.n DESC',
    'SELECT c.n FROM c ORDER BY c.kind, c.n DESC',
    'SELECT c.kind, c.n + 1 AS next FROM c ORDER BY c.kind DESC, c.n ASC',
    'SELECT VALUE c.n FROM c ORDER BY c.n OFFSET 11 LIMIT 13',
    'SELECT DISTINCT VALUE c.kind FROM c ORDER BY c.kind',
    'SELECT DISTINCT TOP 2 VALUE c.kind FROM c ORDER BY c.kind DESC',
    'SELECT VALUE c["odd name"] FROM c ORDER BY c.n',
    'SELECT c.n, t AS tag FROM c JOIN t IN c.tags WHERE c.n < 9 ORDER BY c.n',
    'SELECT s.id FROM s ORDER BY s.n -- the newest last',
  ])('has the order that it has in one range: %s', async (query) => {
    const [one, three] = await Promise.all(
      [oneRange, threeRanges].map((container) => run(container, query, { maxItemCount: 7 })),
    );
    expect(one?.rows.length).toBeGreaterThan(1);
    expect(three?.rows).toEqual(one?.rows);
  });

  it.each([
    'SELECT VALUE COUNT(1) FROM c',
    'SELECT VALUE COUNT(1) FROM c WHERE c.n < 0',
    'SELECT VALUE SUM(c.n) FROM c WHERE c.kind = "a"',
    'SELECT VALUE AVG(c.n) FROM c',
    'SELECT VALUE AVG(c.none) FROM c',
    'SELECT VALUE MIN(c.id) FROM c',
    'SELECT VALUE MAX(c["odd name"]) FROM c',
    'SELECT VALUE SUM(c.mixed) FROM c',
    'SELECT VALUE AVG(c.mixed) FROM c',
    'SELECT COUNT(1) AS n, MAX(c.n) AS most, AVG(c.n) average FROM c',
    'SELECT c.kind, COUNT(1) AS n, MIN(c.n) AS least FROM c GROUP BY c.kind',
    'SELECT c.kind, c["odd name"], SUM(c.n) FROM c GROUP BY c.kind, c["odd name"]',
    'SELECT VALUE c.kind FROM c GROUP BY c.kind',
    'SELECT VALUE MAX(c.n) FROM c GROUP BY c.kind',
    'SELECT t AS tag, COUNT(1) AS n FROM c JOIN t IN c.tags GROUP BY t',
    'SELECT DISTINCT c.kind FROM c',
    'SELECT DISTINCT VALUE c["odd name"] FROM c',
    'SELECT VALUE c.id FROM c WHERE STARTSWITH(c.id, "item-1")',
  ])('has the rows that it has in one range: %s', async (query) => {
    const [one, three] = await Promise.all(
      [oneRange, threeRanges].map((container) => container.items.query(query).fetchAll()),
    );
    expect(sorted(three?.resources ?? [])).toEqual(sorted(one?.resources ?? []));
  });

  it('has whole items', async () => {
    const query = 'SELECT * FROM c WHERE c.n < 9 ORDER BY c.n';
    const { resources } = await threeRanges.items.query<{ n: number; _etag: string }>(query).fetchAll();
    expect(resources.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(resources.map(({ _etag }) => typeof _etag)).toEqual(resources.map(() => 'string'));
  });

  it.each([
    ['SELECT TOP 4 * FROM c', 4],
    ['SELECT VALUE c.id FROM c OFFSET 50 LIMIT 20', 10],
    ['SELECT TOP @most VALUE c.n FROM c ORDER BY c.n', 6],
    ['SELECT DISTINCT TOP 2 VALUE c.kind FROM c', 2],
    ['SELECT TOP 2 c.kind, COUNT(1) AS n FROM c GROUP BY c.kind', 2],
  ])('has no more rows than it asks for: %s', async (query, expected) => {
    const spec = { query, parameters: [{ name: '@most', value: 6 }] };
    const { resources } = await threeRanges.items.query(spec).fetchAll();
    expect(resources).toHaveLength(expected);
  });

  it.each(['SELECT VALUE COUNT(1) + 1 FROM c', 'SELECT {"n": COUNT(1)} AS counted FROM c'])(
    'is refused if nobody could merge its results: %s',
    async (query) => {
      await expect(threeRanges.items.query(query).fetchAll()).rejects.toMatchObject({ code: 400 });
    },
  );

  it('goes on at a continuation token', async () => {
    const seen: string[] = [];
    let continuationToken: string | undefined;
    do {
      const page = await threeRanges.items
        .query<string>('SELECT VALUE c.id FROM c', { maxItemCount: 7, ...(continuationToken && { continuationToken }) })
        .fetchNext();
      seen.push(...page.resources);
      continuationToken = page.continuationToken;
    } while (continuationToken);
    expect(new Set(seen).size).toBe(owners.length);
    expect(seen).toHaveLength(owners.length);
  });

  it("goes on at the continuation token of an ORDER BY, in the SDK's own mode for it", async () => {
    const seen: number[] = [];
    let continuationToken: string | undefined;
    do {
      const page = await threeRanges.items
        .query<number>('SELECT VALUE c.n FROM c ORDER BY c.n', {
          maxItemCount: 7,
          enableQueryControl: true,
          ...(continuationToken && { continuationToken }),
        })
        .fetchNext();
      seen.push(...page.resources);
      continuationToken = page.continuationToken;
    } while (continuationToken);
    expect(seen).toEqual(owners.map((_, n) => n));
  });
});

describe('a query that names one key', () => {
  it('is served without its range being known', async () => {
    const [owner = ''] = owners;
    await bulk(cosmos.container, creates(itemsOf(owners)));
    const { resources } = await cosmos.container.items
      .query('SELECT VALUE COUNT(1) FROM c', { partitionKey: owner })
      .fetchAll();
    expect(resources).toEqual([1]);
  });
});

describe('with one range away', () => {
  it('a query by plan fails', async () => {
    await bulk(cosmos.container, creates(itemsOf(owners)));
    await cosmos.faults.inject({
      on: { operation: 'query', range: '1' },
      times: 100,
      fault: { kind: 'answer', status: 503 },
    });
    const counted = cosmos.container.items.query('SELECT VALUE COUNT(1) FROM c').fetchAll();
    await expect(counted).rejects.toMatchObject({ code: 503 });
    const [first = ''] = owners;
    expect(rangeOf(first)).toBe('0');
    const own = cosmos.container.items.query('SELECT VALUE COUNT(1) FROM c', { partitionKey: first });
    expect((await own.fetchAll()).resources).toEqual([1]);
  });
});

describe('a split in the middle of a query', () => {
  const all = owners.map((_, n) => `item-${n}`).sort();
  const splitAfter = (page: number, range: string) => async (at: number) => {
    if (at === page) await cosmos.faults.split(cosmos.container.id, range);
  };

  it('does not concern one that the gateway serves', async () => {
    await bulk(cosmos.container, creates(itemsOf(owners)));
    const query = 'SELECT VALUE c.id FROM c';
    const { rows, hasEnded } = await run(cosmos.container, query, { maxItemCount: 7 }, splitAfter(2, '1'));
    expect(hasEnded).toBe(true);
    expect(rows.sort()).toEqual(all);
  });

  it('does not concern one whose ranges have all answered', async () => {
    await bulk(cosmos.container, creates(itemsOf(owners)));
    const query = 'SELECT VALUE c.id FROM c ORDER BY c.id';
    const { rows } = await run(cosmos.container, query, { maxItemCount: 7 }, splitAfter(2, '1'));
    expect(rows).toEqual(all);
  });

  it('makes the SDK ask a range that is gone for ever, if the query is run by its plan', async () => {
    await bulk(cosmos.container, creates(itemsOf(owners)));
    const options = { maxItemCount: 7, forceQueryPlan: true };
    const { rows, hasEnded } = await run(cosmos.container, 'SELECT VALUE c.id FROM c', options, splitAfter(2, '1'));
    expect(hasEnded).toBe(false);
    expect(rows.length).toBeLessThan(all.length);
  });

  it('and also a later query, until the client has learnt of the split by a bulk request or a feed', async () => {
    const { container, faults } = cosmos;
    await bulk(container, creates(itemsOf(owners)));
    await faults.split(container.id, '1');
    const count = () => run(container, 'SELECT VALUE COUNT(1) FROM c WHERE STARTSWITH(c.id, "item")');
    expect((await count()).hasEnded).toBe(false);
    await container.items.getChangeFeedIterator({ maxItemCount: 1 }).readNext();
    await bulk(container, creates(itemsOf(owners, 'later')));
    expect(await count()).toMatchObject({ rows: [owners.length], hasEnded: true });
  });

  it('makes a query fail that was planned while there was one range', async () => {
    const service = await startCosmos({ port: 0 });
    const client = new CosmosClient(service.connectionString);
    const { database } = await client.databases.create({ id: 'bank' });
    const { container } = await database.containers.create({ id: 'things', partitionKey: { paths: ['/owner'] } });
    await Promise.all(itemsOf(owners).map((item) => container.items.create(item)));
    const faults = faultsAt(service.port);
    await faults.inject({ on: { operation: 'ranges' }, fault: { kind: 'delay', ms: 200 } });
    const rows = container.items.query('SELECT VALUE c.id FROM c ORDER BY c.id').fetchAll();
    const failed = expect(rows).rejects.toMatchObject({ code: 503 });
    await expect.poll(() => faults.hits()).toEqual([1]);
    await faults.split('things', '0');
    await failed;
    expect((await container.items.query('SELECT VALUE c.id FROM c ORDER BY c.id').fetchAll()).resources).toEqual(all);
    client.dispose();
    await service.close();
  });
});
