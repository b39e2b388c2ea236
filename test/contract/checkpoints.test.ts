import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosCheckpoints } from '../../adapters/cosmos/checkpoints.ts';
import { cosmosForTests } from '../support/cosmos.ts';

const checkpoints = cosmosCheckpoints((await cosmosForTests()).container('checkpoints'));

const saved = async (process: string, position: string, etag?: string) => {
  const checkpoint = await checkpoints.save(process, position, etag);
  if (checkpoint === 'conflict') throw new Error('Nobody else saves it');
  return checkpoint;
};

describe('a checkpoint', () => {
  it('is read as it was saved', async () => {
    const process = randomUUID();
    expect(await checkpoints.load(process)).toBeUndefined();
    const first = await saved(process, 'one');
    expect(await checkpoints.load(process)).toEqual(first);
    const second = await saved(process, 'two', first.etag);
    expect(second.position).toBe('two');
    expect(await checkpoints.load(process)).toEqual(second);
  });

  it('that another instance has moved is in conflict, and stays where that one put it', async () => {
    const process = randomUUID();
    const { etag } = await saved(process, 'one');
    const moved = await saved(process, 'two', etag);
    expect(await checkpoints.save(process, 'three', etag)).toBe('conflict');
    expect(await checkpoints.load(process)).toEqual(moved);
  });

  it('is begun by one instance', async () => {
    const process = randomUUID();
    const first = await saved(process, 'one');
    expect(await checkpoints.save(process, 'two', undefined)).toBe('conflict');
    expect(await checkpoints.load(process)).toEqual(first);
  });
});
