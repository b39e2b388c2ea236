import { randomUUID } from 'node:crypto';
import { PartitionKeyKind } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTarget, refusal, type Target } from './target.ts';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

describe('the account', () => {
  it('names the endpoint that everything else is sent to', async () => {
    const { resource } = await target.client.getDatabaseAccount();
    expect(resource?.consistencyPolicy).toBeDefined();
    expect(resource?.readableLocations).toHaveLength(1);
  });
});

describe('databases', () => {
  it('are created once, read, listed, found by query, and deleted', async () => {
    const id = `contract-${randomUUID()}`;
    const { databases } = target.client;
    expect((await databases.createIfNotExists({ id })).statusCode).toBe(201);
    expect((await databases.createIfNotExists({ id })).statusCode).toBe(200);
    expect(await refusal(databases.create({ id }))).toBe(409);
    expect((await target.client.database(id).read()).resource?.id).toBe(id);
    expect((await databases.readAll().fetchAll()).resources.map((database) => database.id)).toContain(id);
    const found = databases.query({
      query: 'SELECT * FROM root r WHERE r.id = @id',
      parameters: [{ name: '@id', value: id }],
    });
    expect((await found.fetchAll()).resources).toHaveLength(1);
    expect((await target.client.database(id).delete()).statusCode).toBe(204);
    expect(await refusal(target.client.database(id).delete())).toBe(404);
  });

  it('take their containers along when they are deleted', async () => {
    const id = `contract-${randomUUID()}`;
    const { database } = await target.client.databases.create({ id });
    await database.containers.create({ id: 'things', partitionKey: '/owner' });
    await database.container('things').items.create({ id: '1', owner: 'a' });
    await database.delete();
    await target.client.databases.create({ id });
    expect(await refusal(database.container('things').read())).toBe(404);
    await database.delete();
  });
});

describe('containers', () => {
  it('keep what they were defined with', async () => {
    const uniqueKeyPolicy = { uniqueKeys: [{ paths: ['/email'] }] };
    const container = await target.container({ uniqueKeyPolicy, defaultTtl: 60 });
    const { resource } = await container.read();
    expect(resource).toMatchObject({
      id: container.id,
      partitionKey: { paths: ['/owner'], kind: 'Hash', version: 2 },
      uniqueKeyPolicy,
      defaultTtl: 60,
    });
    expect(resource?.indexingPolicy?.includedPaths).toEqual([{ path: '/*' }]);
  });

  it('are created once, listed, found by query, and deleted', async () => {
    const { containers } = target.database;
    const id = randomUUID();
    const definition = { id, partitionKey: '/owner' };
    expect((await containers.createIfNotExists(definition)).statusCode).toBe(201);
    expect((await containers.createIfNotExists(definition)).statusCode).toBe(200);
    expect(await refusal(containers.create(definition))).toBe(409);
    expect((await containers.readAll().fetchAll()).resources.map((container) => container.id)).toContain(id);
    expect(
      (await containers.query({ query: `SELECT * FROM c WHERE c.id = '${id}'` }).fetchAll()).resources,
    ).toHaveLength(1);
    expect((await target.database.container(id).delete()).statusCode).toBe(204);
    expect(await refusal(target.database.container(id).read())).toBe(404);
  });

  it('belong to a database that exists', async () => {
    const elsewhere = target.client.database(randomUUID());
    expect(await refusal(elsewhere.containers.create({ id: 'x', partitionKey: '/owner' }))).toBe(404);
  });

  it('can change their time to live and index, but never their partition key', async () => {
    const container = await target.container();
    await container.items.create({ id: '1', owner: 'a', rank: 2 });
    const { resource } = await container.read();
    if (resource === undefined) throw new Error('The container is gone.');
    const changed = await container.replace({
      ...resource,
      defaultTtl: 30,
      indexingPolicy: { includedPaths: [{ path: '/rank/?' }], excludedPaths: [{ path: '/*' }] },
    });
    expect(changed.resource).toMatchObject({ defaultTtl: 30 });
    expect(changed.resource?._etag).not.toBe(resource._etag);
    const ranked = container.items.query('SELECT * FROM c ORDER BY c.rank', { partitionKey: 'a' });
    expect((await ranked.fetchAll()).resources).toHaveLength(1);
    expect(await refusal(container.replace({ ...resource, partitionKey: { paths: ['/other'] } }))).toBe(400);
  });

  it('refuse definitions that make no sense', async () => {
    expect(await refusal(target.container({ defaultTtl: 0 }))).toBe(400);
    expect(await refusal(target.container({ partitionKey: { paths: ['owner'] } }))).toBe(400);
  });

  it('may have a partition key of several levels', async () => {
    const container = await target.container({
      partitionKey: { paths: ['/tenant', '/owner'], kind: PartitionKeyKind.MultiHash },
    });
    await container.items.create({ id: '1', tenant: 'T', owner: 'a' });
    await container.items.create({ id: '2', tenant: 'T', owner: 'b' });
    await container.items.create({ id: '3', tenant: 'U', owner: 'a' });
    expect((await container.item('1', ['T', 'a']).read()).resource).toMatchObject({ id: '1' });
    const ofTenant = container.items.query('SELECT VALUE c.id FROM c', { partitionKey: ['T'] });
    expect((await ofTenant.fetchAll()).resources.sort()).toEqual(['1', '2']);
  });

  it('are one range of partition keys, from the first to the last', async () => {
    const container = await target.container();
    const { resources } = await container.readPartitionKeyRanges().fetchAll();
    expect(resources[0]?.minInclusive).toBe('');
    expect(resources.at(-1)?.maxExclusive).toBe('FF');
    expect((await container.getFeedRanges()).length).toBe(resources.length);
  });
});
