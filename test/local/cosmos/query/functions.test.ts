import { describe, expect, it } from 'vitest';
import { prepareQuery } from '../../../../local/cosmos/query/prepare.ts';
import type { Value } from '../../../../local/cosmos/query/values.ts';

const now = Date.UTC(2024, 0, 2, 3, 4, 5, 678);

const evaluate = (expression: string): Value =>
  prepareQuery(`SELECT VALUE ${expression}`).project({ row: {}, parameters: new Map(), aggregates: [], now });

describe('built-in functions', () => {
  it.each<[string, Value]>([
    ["CONTAINS('Hello', 'ell')", true],
    ["CONTAINS('Hello', 'ELL', true)", true],
    ["INDEX_OF('hello', 'l')", 2],
    ["SUBSTRING('hello', 1, 3)", 'ell'],
    ["LEFT('hello', 2)", 'he'],
    ["RIGHT('hello', 2)", 'lo'],
    ["REPLACE('a-b-c', '-', '+')", 'a+b+c'],
    ["REVERSE('abc')", 'cba'],
    ["TRIM('  x ')", 'x'],
    ["CONCAT('a', 'b', 'c')", 'abc'],
    ["CONCAT('a', 1)", undefined],
    ["StringEquals('a', 'A', true)", true],
    ["StringToNumber('1.5')", 1.5],
    ["StringToNumber('x')", undefined],
    ['ToString(1.5)', '1.5'],
    ['ABS(-1)', 1],
    ['ROUND(2.5)', 3],
    ['ROUND(-2.5)', -3],
    ['FLOOR(1.9)', 1],
    ['CEILING(1.1)', 2],
    ['POWER(2, 10)', 1024],
    ['SQRT(-1)', undefined],
    ["ABS('x')", undefined],
    ['1 / 0', undefined],
    ['7 % 4', 3],
    ['~1', -2],
    ['IS_INTEGER(1.5)', false],
    ['IS_OBJECT([])', false],
    ['IS_PRIMITIVE(null)', true],
    ['IS_DEFINED(undefined)', false],
    ['ARRAY_CONTAINS([{"a": 1, "b": 2}], {"a": 1}, true)', true],
    ['ARRAY_CONTAINS([{"a": 1, "b": 2}], {"a": 1})', false],
    ['ARRAY_CONTAINS_ANY([1, 2], 2, 3)', true],
    ['ARRAY_CONTAINS_ALL([1, 2], 2, 3)', false],
    ['ARRAY_CONCAT([1], [2])', [1, 2]],
    ['ARRAY_SLICE([1, 2, 3], 1)', [2, 3]],
    ['ARRAY_SLICE([1, 2, 3], -2, 1)', [2]],
    ["IIF(true, 'a', 'b')", 'a'],
    ['GetCurrentTimestamp()', now],
    ['GetCurrentDateTime()', '2024-01-02T03:04:05.6780000Z'],
    ['true AND undefined', undefined],
    ['false AND undefined', false],
    ['true OR undefined', true],
    ['undefined = undefined', undefined],
  ])('%s is %j', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });

  it('cannot fill the memory', () => {
    expect(evaluate(`REPLICATE(REPLICATE('x', 10000), 10000)`)).toBeUndefined();
    expect(evaluate(`REPLACE(REPLICATE('x', 100000), 'x', REPLICATE('y', 1000))`)).toBeUndefined();
  });
});
