import { describe, expect, it } from 'vitest';
import { prepareQuery } from '../../../../../local/cosmos/queries/evaluation/prepare.ts';
import { newEffort } from '../../../../../local/cosmos/queries/evaluation/sources.ts';
import type { Value } from '../../../../../local/cosmos/queries/values.ts';

const now = Date.UTC(2024, 0, 2, 3, 4, 5, 678);

const evaluate = (expression: string): Value =>
  prepareQuery(`SELECT VALUE ${expression}`).project({
    row: {},
    parameters: new Map(),
    aggregates: [],
    now,
    effort: newEffort(),
  });

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
    ['ROUND(1.005, 2)', 1.01],
    ['ROUND(1250, -2)', 1300],
    ['LOG(8, 2)', 3],
    ['PI()', Math.PI],
    ['ROUND(DEGREES(RADIANS(90)))', 90],
    ['ROUND(ATN2(1, 1), 4)', 0.7854],
    ['NUMBERBIN(37.5, 10)', 30],
    ["STRINGSPLIT('a,b', ',')", ['a', 'b']],
    ["STRINGJOIN(['a', 'b'], '-')", 'a-b'],
    ["STRINGTOARRAY('[1,2]')", [1, 2]],
    ["STRINGTOOBJECT('[1,2]')", undefined],
    ['STRINGTOOBJECT(\'{"a":1}\')', { a: 1 }],
    ["STRINGTOBOOLEAN('true')", true],
    ["STRINGTONULL('null')", null],
    ["STRINGTOARRAY('rubbish')", undefined],
    ['SETINTERSECT([1, 2, 2, 3], [3, 2])', [2, 3]],
    ['SETUNION([1, 2], [2, 3])', [1, 2, 3]],
    ['SETDIFFERENCE([1, 2], [2, 3])', [1]],
    ["CHOOSE(2, 'a', 'b')", 'b'],
    ["CHOOSE(3, 'a', 'b')", undefined],
    ["OBJECTTOARRAY({ a: 1 }, 'name')", [{ name: 'a', v: 1 }]],
    ['GetCurrentDateTime()', '2024-01-02T03:04:05.6780000Z'],
    ['GetCurrentTimestamp()', now],
    ['GetCurrentTicks()', now * 10_000],
    ["DateTimeToTicks('2020-01-02T03:04:05.6789123Z')", 15779342456789124],
    ["DateTimeToTimestamp('2020-01-02')", Date.UTC(2020, 0, 2)],
    ['TimestampToDateTime(0)', '1970-01-01T00:00:00.0000000Z'],
    ['TicksToDateTime(10001)', '1970-01-01T00:00:00.0010001Z'],
    ["DateTimePart('mm', '2020-03-02T03:04:05.6789123Z')", 3],
    ["DateTimePart('nanosecond', '2020-03-02T03:04:05.6789123Z')", 678912300],
    ["DateTimeAdd('month', 1, '2020-01-31T00:00:00.0000001Z')", '2020-02-29T00:00:00.0000001Z'],
    ["DateTimeAdd('yyyy', -1, '2020-02-29')", '2019-02-28T00:00:00.0000000Z'],
    ["DateTimeAdd('ns', 100, '2020-01-01T00:00:00.0009999Z')", '2020-01-01T00:00:00.0010000Z'],
    ["DateTimeAdd('year', 9999, '2020-01-01')", undefined],
    ["DateTimeDiff('year', '2019-12-31', '2020-01-01')", 1],
    ["DateTimeDiff('hour', '2020-01-01T00:59:59Z', '2020-01-01T02:00:00Z')", 2],
    ["DateTimeDiff('second', '2020-01-02', '2020-01-01')", -86400],
    ['DateTimeFromParts(2020, 2, 29, 1, 2, 3, 40)', '2020-02-29T01:02:03.0000040Z'],
    ['DateTimeFromParts(2021, 2, 29)', undefined],
    ["DateTimePart('day', 'yesterday')", undefined],
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
