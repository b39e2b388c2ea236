import { ChangeFeedMode, ChangeFeedStartFrom, type Container } from '@azure/cosmos';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTarget, refusal, type Target } from './target.ts';

let target: Target;
let container: Container;
beforeAll(async () => {
  target = await openTarget();
  container = await target.container();
  for (let n = 0; n < 5; n++) await container.items.create({ id: String(n), owner: 'a', text: 'x'.repeat(1_500_000) });
});
afterAll(() => target.close());

it('a page has no more than 4 MB, whatever its client asks for [believed]', async () => {
  const query = container.items.query<{ id: string }>('SELECT * FROM c', { partitionKey: 'a', maxItemCount: 100 });
  const pages: number[] = [];
  while (query.hasMoreResults()) pages.push((await query.fetchNext()).resources.length);
  expect(pages).toEqual([2, 2, 1]);
});

it('so has a page of the change feed [believed]', async () => {
  const feed = container.items.getChangeFeedIterator({ changeFeedStartFrom: ChangeFeedStartFrom.Beginning() });
  expect((await feed.readNext()).result.length).toBeLessThanOrEqual(2);
});

it.each([0, -2, 1.5, 'x'])('a time to live of %j is refused', async (ttl) => {
  expect(await refusal(container.items.upsert({ id: 'ttl', owner: 'a', ttl }))).toBe(400);
});

it('what runs inside the service is refused by its name, here', async () => {
  await expect(container.scripts.storedProcedure('p').read()).rejects.toMatchObject({ code: 400 });
  await expect(container.scripts.triggers.readAll().fetchAll()).rejects.toThrow("'triggers' are not supported");
  await expect(container.scripts.userDefinedFunctions.create({ id: 'f', body: '' })).rejects.toThrow("'udfs'");
});

it('the change feed of all versions is refused by its name, here', async () => {
  const feed = container.items.getChangeFeedIterator({ changeFeedMode: ChangeFeedMode.AllVersionsAndDeletes });
  await expect(feed.readNext()).rejects.toThrow('all versions');
});
