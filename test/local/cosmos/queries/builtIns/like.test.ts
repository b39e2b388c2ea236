import { describe, expect, it } from 'vitest';
import { likeMatcher } from '../../../../../local/cosmos/queries/builtIns/like.ts';

describe('LIKE', () => {
  it.each<[string, string, boolean]>([
    ['%', '', true],
    ['a%', 'abc', true],
    ['%c', 'abc', true],
    ['%b%', 'abc', true],
    ['a_c', 'abc', true],
    ['a_c', 'ac', false],
    ['abc', 'ABC', false],
    ['a%b%c', 'aXbYbZc', true],
    ['a%b%c', 'aXbYbZ', false],
    ['[a-c]x', 'bx', true],
    ['[^a-c]x', 'bx', false],
    ['[a.]x', '.x', true],
    ['a.c', 'abc', false],
    ['_', '😀', true],
    ['%\n%', 'a\nb', true],
  ])('%j on %j is %j', (pattern, text, expected) => {
    expect(likeMatcher(pattern)(text)).toBe(expected);
  });

  it('takes what follows the escape character literally', () => {
    expect(likeMatcher('100!%', '!')('100%')).toBe(true);
    expect(likeMatcher('100!%', '!')('100x')).toBe(false);
  });

  it('does not take exponential time', () => {
    expect(likeMatcher('%a%a%a%a%a%a%a%a%a%a%b')('a'.repeat(2_000))).toBe(false);
  });
});
