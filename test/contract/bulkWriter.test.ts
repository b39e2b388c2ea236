import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bulkWriter } from '../../adapters/cosmos/client/bulkWriter.ts';
import { meter } from '../../adapters/telemetry/meter.ts';
import { cosmosForTests } from '../support/cosmos.ts';

const container = (await cosmosForTests()).container('accounts');
const write = bulkWriter(container, { repeatsUnclear: true });

const create = (partition: string, text = '') =>
  write({ operationType: 'Create', partitionKey: partition, resourceBody: { id: 'row', partition, text } });
const readText = async (partition: string) =>
  (await container.item('row', partition).read<{ text: string }>()).resource?.text;

describe('the bulk writer', () => {
  it('gives each of many writes its own outcome and etag', async () => {
    const partitions = Array.from({ length: 250 }, () => randomUUID());
    const written = await Promise.all(partitions.map((partition) => create(partition, partition)));
    expect(new Set(written.map(({ eTag }) => eTag)).size).toBe(250);
    expect(written.every(({ statusCode }) => statusCode === 201)).toBe(true);
    for (const partition of [partitions[0], partitions[120], partitions[249]]) {
      expect(await readText(partition ?? '')).toBe(partition);
    }
  });

  it('refuses one without harm to the others', async () => {
    const [taken, free] = [randomUUID(), randomUUID()];
    await create(taken, 'first');
    const [refused, written] = await Promise.all([create(taken, 'second'), create(free, 'other')]);
    expect([refused.statusCode, written.statusCode]).toEqual([409, 201]);
    expect(await readText(taken)).toBe('first');
    expect(await readText(free)).toBe('other');
  });

  it('replaces only what has the etag that is expected', async () => {
    const partition = randomUUID();
    const { eTag = '' } = await create(partition, 'first');
    const replace = (text: string) =>
      write({
        operationType: 'Replace',
        partitionKey: partition,
        id: 'row',
        ifMatch: eTag,
        resourceBody: { id: 'row', partition, text },
      });
    const statuses = (await Promise.all([replace('second'), replace('third')])).map(({ statusCode }) => statusCode);
    expect(statuses).toEqual([200, 412]);
    expect(await readText(partition)).toBe('second');
  });

  it('does not let an item that is too large stop those that it travels with', async () => {
    const [large, small] = [randomUUID(), randomUUID()];
    const outcomes = await Promise.allSettled([create(large, 'x'.repeat(2_100_000)), create(small, 'small')]);
    const [refused, written] = outcomes;
    expect(refused.status === 'rejected' || refused.value.statusCode === 413).toBe(true);
    expect(written.status).toBe('fulfilled');
    expect(await readText(small)).toBe('small');
  });

  it('charges each work with the request that it waited for, and with its own part of it', async () => {
    const costs = await Promise.all(
      [1, 3].map((writes) =>
        meter.measure(async (cost) => {
          await Promise.all(Array.from({ length: writes }, () => create(randomUUID())));
          return cost;
        }),
      ),
    );
    const [one, three] = costs;
    expect(costs.map(({ trips }) => trips)).toEqual([1, 1]);
    expect(one?.units).toBeGreaterThan(0);
    expect(three?.units).toBeCloseTo(3 * (one?.units ?? 0));
  });
});
