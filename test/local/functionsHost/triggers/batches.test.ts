import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBatches } from '../../../../local/functionsHost/triggers/batches.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const gather = (handledInMs: number, minSize = 3) => {
  const handled: (readonly number[])[] = [];
  const batches = createBatches<number>({
    minSize,
    maxSize: 3,
    pauseMs: 4,
    handle: async (items) => {
      handled.push(items);
      await new Promise((resolve) => setTimeout(resolve, handledInMs));
    },
  });
  return { handled, batches };
};

describe('batches', () => {
  it('hand over a lone item after a short pause', async () => {
    const { handled, batches } = gather(0);
    batches.add(1);
    await vi.advanceTimersByTimeAsync(4);
    expect(handled).toEqual([[1]]);
  });

  it('do not wait once they are full', () => {
    const { handled, batches } = gather(0);
    [1, 2, 3].forEach(batches.add);
    expect(handled).toEqual([[1, 2, 3]]);
  });

  it('come one at a time, the next one gathering meanwhile', async () => {
    const { handled, batches } = gather(100);
    [1, 2, 3, 4, 5, 6, 7].forEach(batches.add);
    await vi.advanceTimersByTimeAsync(99);
    expect(handled).toEqual([[1, 2, 3]]);
    await vi.advanceTimersByTimeAsync(1);
    expect(handled).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    await vi.advanceTimersByTimeAsync(104);
    expect(handled.at(-1)).toEqual([7]);
  });

  it('do not wait for more than the least that is asked for', () => {
    const { handled, batches } = gather(0, 2);
    [1, 2].forEach(batches.add);
    expect(handled).toEqual([[1, 2]]);
  });

  it('give back what waited when they are stopped', async () => {
    const { handled, batches } = gather(0);
    batches.add(1);
    expect(batches.stop()).toEqual([1]);
    await vi.advanceTimersByTimeAsync(100);
    expect(handled).toEqual([]);
  });
});
