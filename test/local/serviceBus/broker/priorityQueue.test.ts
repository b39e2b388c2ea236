import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PriorityQueue } from '../../../../local/serviceBus/broker/priorityQueue.ts';

it('gives the smallest first, whatever was added and removed before', () => {
  const steps = fc.array(fc.record({ rank: fc.nat(50), then: fc.constantFrom('keep', 'pop', 'delete') }));
  fc.assert(
    fc.property(steps, fc.nat(), (moves, pick) => {
      const queue = new PriorityQueue<{ rank: number }>(({ rank }) => rank);
      const model: { rank: number }[] = [];
      for (const { rank, then } of moves) {
        const item = { rank };
        queue.push(item);
        model.push(item);
        if (then === 'pop') {
          const first = queue.pop();
          expect(first?.rank).toBe(Math.min(...model.map((one) => one.rank)));
          model.splice(model.indexOf(first ?? item), 1);
        }
        if (then === 'delete') {
          const [victim] = model.splice(pick % model.length, 1);
          expect(queue.delete(victim ?? item)).toBe(true);
          expect(queue.delete(victim ?? item)).toBe(false);
        }
      }
      expect(queue.size).toBe(model.length);
      const rest = Array.from({ length: model.length }, () => queue.pop()?.rank);
      expect(rest).toEqual(model.map(({ rank }) => rank).toSorted((a, b) => a - b));
      expect(queue.pop()).toBeUndefined();
    }),
  );
});

it('refuses an item that it has', () => {
  const queue = new PriorityQueue<object>(() => 0);
  const item = {};
  queue.push(item);
  expect(() => queue.push(item)).toThrow('in the queue already');
});
