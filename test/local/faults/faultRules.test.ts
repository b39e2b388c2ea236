import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFaultRules, type FaultRule, InvalidFaultRule } from '../../../local/faults/faultRules.ts';

const create = () => createFaultRules({ operations: ['read', 'write'], kinds: ['answer', 'drop', 'delay', 'timeout'] });

const busy = { kind: 'answer', status: 429 } as const;

/** The numbers, from 1, of the reads that the rules hit. */
const hitsOf = (rule: FaultRule, reads: number): number[] => {
  const rules = create();
  rules.add(rule);
  return Array.from({ length: reads }, (_, at) => at + 1).filter(() => rules.match('read', 'things') !== undefined);
};

describe('a rule', () => {
  it('hits once, or as often as it says', () => {
    expect(hitsOf({ fault: busy }, 5)).toEqual([1]);
    expect(hitsOf({ fault: busy, times: 3 }, 5)).toEqual([1, 2, 3]);
  });

  it('lets as many pass before as it says', () => {
    expect(hitsOf({ fault: busy, skip: 2, times: 2 }, 6)).toEqual([3, 4]);
  });

  it('is about the operations and the target that it names', () => {
    const rules = create();
    rules.add({ on: { operation: ['write'], target: 'things' }, fault: busy });
    expect(rules.match('read', 'things')).toBeUndefined();
    expect(rules.match('write', 'others')).toBeUndefined();
    expect(rules.match('write', 'things')).toEqual(busy);
    expect(rules.match('write', 'things')).toBeUndefined();
  });

  it('with a key hits operations within requests, and no request', () => {
    const rules = createFaultRules({ operations: ['bulk'], kinds: ['answer', 'drop'], hasRanges: true });
    rules.add({ on: { operation: 'bulk', key: 'mine' }, times: 2, fault: busy });
    expect(rules.match('bulk', 'things')).toBeUndefined();
    const refusals = ['mine', 'yours', 'mine', 'mine'].map((key) => rules.refusalWithin('bulk', 'things', key));
    expect(refusals).toEqual([429, undefined, 429, undefined]);
    expect(() => rules.add({ on: { key: 'mine' }, fault: { kind: 'drop', when: 'before' } })).toThrow(InvalidFaultRule);
  });

  it('hits operations that touch the range that it names', () => {
    const rules = createFaultRules({ operations: ['read'], kinds: ['answer'], hasRanges: true });
    rules.add({ on: { range: '1' }, times: 5, fault: busy });
    expect(rules.match('read', 'things')).toBeUndefined();
    expect(rules.match('read', 'things', () => ['0'])).toBeUndefined();
    expect(rules.match('read', 'things', () => ['1'])).toEqual(busy);
    expect(rules.match('read', 'things', () => ['0', '1', '2'])).toEqual(busy);
    expect(rules.list()).toMatchObject([{ hits: 2 }]);
  });

  it('cannot name a range where there are none', () => {
    expect(() => create().add({ on: { range: '1' }, fault: busy })).toThrow(InvalidFaultRule);
  });

  it('with a share hits about that part, always the same for a seed', () => {
    const hits = hitsOf({ fault: busy, share: 0.2, seed: 7 }, 1_000);
    expect(hits.length).toBeGreaterThan(150);
    expect(hits.length).toBeLessThan(250);
    expect(hitsOf({ fault: busy, share: 0.2, seed: 7 }, 1_000)).toEqual(hits);
    expect(hitsOf({ fault: busy, share: 0.2, seed: 8 }, 1_000)).not.toEqual(hits);
    expect(hitsOf({ fault: busy, share: 1, times: 2 }, 5)).toEqual([1, 2]);
    expect(hitsOf({ fault: busy, share: 0 }, 100)).toEqual([]);
  });

  it('never hits more often than it says', () => {
    const rule = fc.record({
      times: fc.integer({ min: 1, max: 20 }),
      skip: fc.integer({ min: 0, max: 20 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(rule, (given) => {
        const hits = hitsOf({ ...given, fault: busy }, 50);
        expect(hits.length).toBeLessThanOrEqual(given.times);
        expect(hits.every((hit) => hit > given.skip)).toBe(true);
      }),
    );
  });
});

describe('several rules', () => {
  it('go in order, one fault for an operation', () => {
    const rules = create();
    rules.add([{ fault: busy }, { fault: { kind: 'drop', when: 'after' }, times: 2 }]);
    expect([1, 2, 3, 4].map(() => rules.match('read', 'things')?.kind)).toEqual(['answer', 'drop', 'drop', undefined]);
    expect(rules.list().map(({ hits }) => hits)).toEqual([1, 2]);
  });

  it('are all refused if one of them is wrong', () => {
    const rules = create();
    expect(() => rules.add([{ fault: busy }, { fault: { kind: 'fire' } }])).toThrow(InvalidFaultRule);
    expect(rules.list()).toEqual([]);
  });

  it('are forgotten when cleared', () => {
    const rules = create();
    rules.add({ fault: busy });
    rules.clear();
    expect(rules.match('read', 'things')).toBeUndefined();
  });
});

describe('what could never hit is refused by name', () => {
  it.each<[unknown, string]>([
    [{ on: { operation: 'raed' }, fault: busy }, "no operation 'raed' here, but: read, write"],
    [{ fault: { kind: 'reorder' } }, "no fault 'reorder' here, but: answer, drop, delay, timeout"],
    [{ fault: { kind: 'drop' } }, 'fault.when'],
    [{ fault: { kind: 'answer', status: 200 } }, 'fault.status'],
    [{ fault: busy, tmes: 3 }, 'tmes'],
    [{ fault: busy, times: 0 }, 'times'],
    [{ fault: busy, share: 2 }, 'share'],
    [undefined, 'expected object'],
    [Array.from({ length: 1_001 }, () => ({ fault: busy })), 'More than 1000 rules'],
  ])('%j', (given, message) => {
    expect(() => create().add(given)).toThrow(message);
  });
});
