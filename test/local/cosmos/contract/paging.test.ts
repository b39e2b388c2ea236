import type { Container, FeedOptions, SqlQuerySpec } from '@azure/cosmos';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTarget, refusal, type Target } from './target.ts';

let target: Target;
let container: Container;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

const add = (n: number, owner = 'a') =>
  container.items.create({ id: `${owner}${String(n).padStart(3, '0')}`, owner, n, half: Math.floor(n / 2) });

beforeEach(async () => {
  container = await target.container({
    indexingPolicy: {
      includedPaths: [{ path: '/n/?' }, { path: '/half/?' }],
      excludedPaths: [{ path: '/*' }],
    },
  });
  for (let n = 1; n <= 10; n++) await add(n);
});

/** Fetches one page, as a program does that hands the token to its own client. */
const page = async (query: string | SqlQuerySpec, options: FeedOptions) => {
  const { resources, continuationToken } = await container.items.query<number>(query, options).fetchNext();
  // The SDK's types promise a token, also behind the last page.
  return { resources, continuationToken: continuationToken as string | undefined };
};

const inA = (maxItemCount: number, continuationToken?: string): FeedOptions => ({
  partitionKey: 'a',
  maxItemCount,
  ...(continuationToken === undefined ? {} : { continuationToken }),
});

describe('pages', () => {
  it.each([
    ['SELECT VALUE c.n FROM c', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    ['SELECT VALUE c.n FROM c ORDER BY c.n DESC', [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]],
    ['SELECT VALUE c.n FROM c WHERE c.n > 3 ORDER BY c.n', [4, 5, 6, 7, 8, 9, 10]],
    ['SELECT VALUE c.n FROM c WHERE c.half >= 2 AND c.half < 4 ORDER BY c.half', [4, 5, 6, 7]],
    ['SELECT TOP 5 VALUE c.n FROM c ORDER BY c.n', [1, 2, 3, 4, 5]],
    ['SELECT VALUE c.n FROM c ORDER BY c.n OFFSET 2 LIMIT 5', [3, 4, 5, 6, 7]],
    ['SELECT DISTINCT VALUE c.half FROM c ORDER BY c.half', [0, 1, 2, 3, 4, 5]],
  ])('of %s hold every row once, in order', async (query, expected) => {
    const found: number[] = [];
    let token: string | undefined;
    do {
      const { resources, continuationToken } = await page(query, inA(3, token));
      expect(resources.length).toBeLessThanOrEqual(3);
      found.push(...resources);
      token = continuationToken;
    } while (token !== undefined);
    expect(query.includes('ORDER BY') ? found : found.sort((left, right) => left - right)).toEqual(expected);
  });

  it('end without a token when nothing is left', async () => {
    const all = await page('SELECT VALUE c.n FROM c ORDER BY c.n', inA(10));
    expect(all.resources).toHaveLength(10);
    expect(all.continuationToken).toBeUndefined();
  });

  it('stay in place while others write', async () => {
    const query = 'SELECT VALUE c.n FROM c ORDER BY c.n';
    const first = await page(query, inA(4));
    await add(0);
    await container.item('a002', 'a').delete();
    await container.item('a004', 'a').delete();
    await add(11);
    const second = await page(query, inA(4, first.continuationToken));
    const third = await page(query, inA(4, second.continuationToken));
    expect([first.resources, second.resources, third.resources]).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10, 11],
    ]);
  });

  it('of a query over all partitions continue by token too', async () => {
    await add(1, 'b');
    const first = await page('SELECT VALUE c.n FROM c', { maxItemCount: 6 });
    const second = await page('SELECT VALUE c.n FROM c', {
      maxItemCount: 6,
      continuationToken: first.continuationToken ?? '',
    });
    expect([...first.resources, ...second.resources].sort((left, right) => left - right)).toEqual([
      1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
  });

  it('have no token if ORDER BY goes over all partitions', async () => {
    await add(0, 'b');
    const iterator = container.items.query<number>('SELECT VALUE c.n FROM c ORDER BY c.n', { maxItemCount: 4 });
    const pages: number[][] = [];
    while (iterator.hasMoreResults()) {
      const { resources, continuationToken } = await iterator.fetchNext();
      expect(continuationToken).toBeUndefined();
      pages.push(resources);
    }
    expect(pages.flat()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(pages[0]).toEqual([0, 1, 2, 3]);
  });

  it('refuse a token that is none', async () => {
    expect(await refusal(page('SELECT * FROM c', inA(1, 'rubbish')))).toBe(400);
  });

  it('are the same by the query plan', async () => {
    const iterator = container.items.query<number>('SELECT VALUE c.n FROM c ORDER BY c.n DESC', {
      forceQueryPlan: true,
      maxItemCount: 4,
    });
    expect((await iterator.fetchAll()).resources).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });
});
