import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosAliases } from '../../adapters/cosmos/views/aliases.ts';
import type { Alias } from '../../application/views/alias.ts';
import { cosmosForTests } from '../support/cosmos.ts';

const database = await cosmosForTests();
const container = database.container('aliases');
const aliases = cosmosAliases(container);

const first = (): Alias => ({
  view: randomUUID(),
  subscription: 'views',
  builds: 1,
  generations: [{ version: 1, build: 1, state: 'live', since: '2026-01-01T00:00:00.000Z', missed: false, passes: 1 }],
});

// They are one item, so that these tests follow one another.
describe('the aliases of all views', () => {
  it('are not there before they were saved', async () => expect(await aliases.load()).toBeUndefined());

  it('are read as they were saved', async () => {
    const stalled = { since: '2026-01-01T00:00:00.000Z', reason: 'Cosmos DB is unavailable' };
    const all = [{ ...first(), heldVersion: 2 }, first(), { ...first(), stalled }];
    expect(await aliases.save(all, undefined)).toBe('saved');
    expect((await aliases.load())?.aliases).toEqual(all);
  });

  it('are saved by one of two who loaded them, and created once', async () => {
    const alias = first();
    expect(await aliases.save([alias], undefined)).toBe('conflict');
    const etag = (await aliases.load())?.etag;
    expect(await aliases.save([{ ...alias, builds: 2 }], etag)).toBe('saved');
    expect(await aliases.save([{ ...alias, builds: 3 }], etag)).toBe('conflict');
    expect((await aliases.load())?.aliases).toMatchObject([{ builds: 2 }]);
  });

  it('keep what newer code says of its views', async () => {
    const { view, ...alias } = first();
    const newer = { ...alias, colour: 'red', generations: alias.generations.map((each) => ({ ...each, shade: 3 })) };
    await container.items.upsert({ id: 'views', views: { [view]: newer } });
    const found = await aliases.load();
    await aliases.save([...(found?.aliases ?? []), first()], found?.etag);
    const { resource } = await container.item('views', 'views').read<{ views: object }>();
    expect(resource?.views).toMatchObject({ [view]: newer });
  });
});
