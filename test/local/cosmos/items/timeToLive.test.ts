import { CosmosClient, type Container } from '@azure/cosmos';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCosmos } from '../../../../local/cosmos/server.ts';
import type { RunningService } from '../../../../local/service/runningService.ts';

let service: RunningService;
let client: CosmosClient;
let clock: { ms: number };
beforeEach(async () => {
  clock = { ms: 1_700_000_000_000 };
  service = await startCosmos({ port: 0, now: () => clock.ms });
  client = new CosmosClient(service.connectionString);
});
afterEach(async () => {
  client.dispose();
  await service.close();
});

const newContainer = async (defaultTtl?: number): Promise<Container> => {
  const { database } = await client.databases.createIfNotExists({ id: 'test' });
  const { container } = await database.containers.create({
    id: 'things',
    partitionKey: '/owner',
    uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/email'] }] },
    ...(defaultTtl === undefined ? {} : { defaultTtl }),
  });
  return container;
};

const exists = async (container: Container, id: string): Promise<boolean> =>
  (await container.item(id, 'a').read()).statusCode === 200;

const pass = (seconds: number): void => {
  clock.ms += seconds * 1000;
};

describe('the time to live', () => {
  it('of the container counts from the last change, and an item can have its own', async () => {
    const container = await newContainer(10);
    await container.items.create({ id: 'default', owner: 'a', email: 1 });
    await container.items.create({ id: 'longer', owner: 'a', email: 2, ttl: 20 });
    await container.items.create({ id: 'always', owner: 'a', email: 3, ttl: -1 });
    pass(9);
    expect(await exists(container, 'default')).toBe(true);
    pass(1);
    expect(await exists(container, 'default')).toBe(false);
    expect(await exists(container, 'longer')).toBe(true);
    await container.items.upsert({ id: 'longer', owner: 'a', email: 2, ttl: 20 });
    pass(19);
    expect(await exists(container, 'longer')).toBe(true);
    pass(1_000_000);
    expect(await exists(container, 'longer')).toBe(false);
    expect(await exists(container, 'always')).toBe(true);
  });

  it('of an item means nothing in a container without any', async () => {
    const container = await newContainer();
    await container.items.create({ id: '1', owner: 'a', ttl: 1 });
    pass(100);
    expect(await exists(container, '1')).toBe(true);
  });

  it('takes an item from queries, changes and writes alike', async () => {
    const container = await newContainer(10);
    await container.items.create({ id: '1', owner: 'a' });
    pass(10);
    expect((await container.items.readAll().fetchAll()).resources).toEqual([]);
    expect((await container.items.getChangeFeedIterator().readNext()).statusCode).toBe(304);
    await expect(container.item('1', 'a').replace({ id: '1', owner: 'a' })).rejects.toMatchObject({ code: 404 });
  });

  it('frees the id and the unique keys of an item', async () => {
    const container = await newContainer(10);
    await container.items.create({ id: '1', owner: 'a', email: 'x' });
    pass(10);
    expect((await container.items.create({ id: '2', owner: 'a', email: 'x' })).statusCode).toBe(201);
    expect((await container.items.create({ id: '1', owner: 'a', email: 'y' })).statusCode).toBe(201);
  });

  it('can be given to a container later, and taken away', async () => {
    const container = await newContainer();
    await container.items.create({ id: '1', owner: 'a' });
    const definition = { id: 'things', partitionKey: { paths: ['/owner'] } };
    await container.replace({ ...definition, defaultTtl: 10 });
    pass(10);
    expect(await exists(container, '1')).toBe(false);
    await container.replace(definition);
    expect(await exists(container, '1')).toBe(true);
  });
});
