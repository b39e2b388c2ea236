import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareScalars, compareValues, equals, type Value } from '../../../../local/cosmos/queries/values.ts';

describe('the order of values', () => {
  const ordered: Value[] = [undefined, null, false, true, -1, 0, 0.5, 10, '', 'A', 'a', '\uffff', '😀', [], {}];

  it('goes by type, then by value, strings by code point', () => {
    // Wrapped, because JavaScript sorts undefined itself.
    const wrapped = ordered.toReversed().map((value) => [value]);
    const sorted = wrapped.sort(([left], [right]) => compareValues(left, right));
    expect(sorted.flat(1)).toEqual(ordered);
  });

  it('is consistent', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constant(undefined)) as fc.Arbitrary<Value>;
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(Math.sign(compareValues(a, b))).toBe(-Math.sign(compareValues(b, a)) + 0);
        if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0) expect(compareValues(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe('equality', () => {
  it('looks into objects and arrays, not at the order of properties', () => {
    expect(equals({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true);
    expect(equals({ a: 1 }, { a: 2 })).toBe(false);
    expect(equals([1, 2], [2, 1])).toBe(false);
  });

  it('is false between types, and undefined with undefined', () => {
    expect(equals(1, '1')).toBe(false);
    expect(equals(null, false)).toBe(false);
    expect(equals(undefined, undefined)).toBeUndefined();
  });
});

describe('comparison', () => {
  it('is undefined between types and for what has no order', () => {
    expect(compareScalars(1, '1')).toBeUndefined();
    expect(compareScalars([1], [2])).toBeUndefined();
    expect(compareScalars(undefined, 1)).toBeUndefined();
    expect(compareScalars(null, null)).toBe(0);
  });
});
