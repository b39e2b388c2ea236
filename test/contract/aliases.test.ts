import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosAliases } from '../../adapters/cosmos/views/aliases.ts';
import type { Alias } from '../../application/views/alias.ts';
import { cosmosForTests } from '../support/cosmos.ts';

const database = await cosmosForTests();
const aliases = cosmosAliases(database.container('aliases'));

const first = (): Alias => ({
  view: randomUUID(),
  builds: 1,
  generations: [{ version: 1, build: 1, state: 'live', since: '2026-01-01T00:00:00.000Z', missed: false, passes: 1 }],
});

describe('an alias', () => {
  it('that was never saved is not there', async () => expect(await aliases.load(randomUUID())).toBeUndefined());

  it('is read as it was saved', async () => {
    const alias = { ...first(), heldVersion: 2 };
    expect(await aliases.save(alias, undefined)).toBe('saved');
    expect(await aliases.load(alias.view)).toMatchObject({ alias });
  });

  it('is saved by one of two who loaded it, and created once', async () => {
    const alias = first();
    await aliases.save(alias, undefined);
    expect(await aliases.save({ ...alias, builds: 7 }, undefined)).toBe('conflict');
    const etag = (await aliases.load(alias.view))?.etag;
    expect(await aliases.save({ ...alias, builds: 2 }, etag)).toBe('saved');
    expect(await aliases.save({ ...alias, builds: 3 }, etag)).toBe('conflict');
    expect(await aliases.load(alias.view)).toMatchObject({ alias: { builds: 2 } });
  });
});
