import { ConsistencyLevel, CosmosClient } from '@azure/cosmos';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTarget, type Target } from './target.ts';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

it('a client of session consistency reads its own writes', async () => {
  const { id } = await target.container();
  const client = new CosmosClient({
    connectionString: target.connectionString,
    consistencyLevel: ConsistencyLevel.Session,
  });
  const container = client.database(target.database.id).container(id);
  for (let n = 0; n < 5; n++) {
    const written = await container.items.upsert({ id: '1', owner: 'a', n });
    expect(written.headers['x-ms-session-token']).toMatch(/^\S+:\S+/);
    expect((await container.item('1', 'a').read()).resource).toMatchObject({ n });
    expect((await container.items.query('SELECT VALUE c.n FROM c').fetchAll()).resources).toEqual([n]);
  }
  client.dispose();
});

it('there is no throughput to read in an account without any', async () => {
  const container = await target.container();
  expect((await container.readOffer()).resource).toBeUndefined();
});
