import { setTimeout } from 'node:timers/promises';
import type { Container } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTarget, refusal, type Target } from './target.ts';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

const expired = async (container: Container, id: string): Promise<boolean> => {
  const deadline = Date.now() + 15_000;
  while (Date.now() < deadline) {
    if ((await container.item(id, 'a').read()).statusCode === 404) return true;
    await setTimeout(50);
  }
  return false;
};

describe('the time to live', () => {
  it('of an item counts in a container that allows it, and frees its id', async () => {
    const container = await target.container({ defaultTtl: -1 });
    await container.items.create({ id: 'short', owner: 'a', ttl: 1 });
    await container.items.create({ id: 'long', owner: 'a' });
    expect(await expired(container, 'short')).toBe(true);
    const { resources } = await container.items.query('SELECT VALUE c.id FROM c', { partitionKey: 'a' }).fetchAll();
    expect(resources).toEqual(['long']);
    expect((await container.items.create({ id: 'short', owner: 'a' })).statusCode).toBe(201);
  });

  it('of an item is a positive number of seconds, or -1', async () => {
    const container = await target.container({ defaultTtl: -1 });
    expect(await refusal(container.items.create({ id: '1', owner: 'a', ttl: 0 }))).toBe(400);
    expect((await container.items.create({ id: '1', owner: 'a', ttl: -1 })).statusCode).toBe(201);
  });
});
