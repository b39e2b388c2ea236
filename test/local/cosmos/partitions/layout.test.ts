import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createLayout,
  type Layout,
  partitionAt,
  partitionWithId,
  splitPartition,
} from '../../../../local/cosmos/partitions/layout.ts';
import { positionOf } from '../../../../local/cosmos/partitions/positions.ts';

/** Throws unless the partitions follow one another from the beginning of the space to its end. */
const checkComplete = ({ partitions }: Layout): void => {
  expect([partitions[0]?.min, partitions.at(-1)?.max]).toEqual(['', 'FF']);
  for (const [at, { min, max }] of partitions.entries()) {
    expect(min < max).toBe(true);
    if (at > 0) expect(partitions[at - 1]?.max).toBe(min);
  }
};

describe('a layout', () => {
  it.each([1, 2, 3, 7, 100])('of %i partitions covers the space', (count) => {
    const layout = createLayout(count);
    expect(layout.partitions.map(({ id }) => id)).toEqual(Array.from({ length: count }, (_, at) => String(at)));
    checkComplete(layout);
  });

  it('spreads keys evenly', () => {
    const layout = createLayout(3);
    const ids = Array.from({ length: 3000 }, (_, at) => partitionAt(layout, positionOf(`["key-${at}"]`)).id);
    for (const { id } of layout.partitions) {
      expect(Math.abs(ids.filter((each) => each === id).length - 1000)).toBeLessThan(150);
    }
  });

  it('covers the space after any splits, and each key stays in a part of its partition', () => {
    const choices = fc.array(fc.nat(), { maxLength: 30 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), choices, fc.string(), (count, splits, key) => {
        const position = positionOf(JSON.stringify([key]));
        let layout = createLayout(count);
        for (const choice of splits) {
          const before = partitionAt(layout, position);
          layout = splitPartition(layout, layout.partitions[choice % layout.partitions.length]?.id ?? '');
          checkComplete(layout);
          const after = partitionAt(layout, position);
          expect(after.id === before.id || after.parents.at(-1) === before.id).toBe(true);
        }
        const ids = [...layout.partitions, ...layout.gone].map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});

describe('a split', () => {
  it('replaces a partition by two, which name all their parents and go on with its LSNs', () => {
    const once = splitPartition(createLayout(3), '1');
    expect(once.partitions.map(({ id, parents }) => [id, parents])).toEqual([
      ['0', []],
      ['3', ['1']],
      ['4', ['1']],
      ['2', []],
    ]);
    const twice = splitPartition(once, '4');
    expect(twice.partitions.map(({ id }) => id)).toEqual(['0', '3', '5', '6', '2']);
    expect(partitionWithId(twice, '6')).toMatchObject({ parents: ['1', '4'], lsnOffset: 1_000_000 });
  });

  it('leaves a partition that is gone', () => {
    const layout = splitPartition(createLayout(1), '0');
    for (const id of ['0', '7', '']) {
      expect(() => partitionWithId(layout, id)).toThrow(expect.objectContaining({ status: 410, substatus: 1002 }));
    }
  });
});
