import { describe, expect, it } from 'vitest';
import { formatLogEntry } from '../../../local/functionsHost/log.ts';
import { textCollection, toBytes, toTypedCollection, toTypedData } from '../../../local/functionsHost/typedData.ts';

const long = (low: number) => ({
  kind: 'long' as const,
  value: { low, high: 0, unsigned: false, toString: () => String(low) },
});

describe('a value on its way to the app', () => {
  it('is text, or nothing', () => {
    expect(toTypedData({ kind: 'text', value: 'a' })).toEqual({ string: 'a' });
    expect(toTypedData({ kind: 'text', value: '' })).toEqual({ string: '' });
    expect(toTypedData({ kind: 'text', value: undefined })).toBeUndefined();
  });

  it('is JSON if it is anything else, 64-bit integers too', () => {
    expect(toTypedData({ kind: 'json', value: { A: 1 } })).toEqual({ json: '{"A":1}' });
    expect(toTypedData(long(7))).toEqual({ json: '7' });
  });

  it('is part of an array that loses empty texts, unless they are kept', () => {
    expect(textCollection(['a', undefined, '', 'b'], false)).toEqual({ collectionString: { string: ['a', 'b'] } });
    expect(textCollection(['a', undefined, '', 'b'], true)).toEqual({
      collectionString: { string: ['a', '', '', 'b'] },
    });
  });

  it('is part of an array of its kind', () => {
    expect(toTypedCollection([long(1), long(2)], false)).toEqual({
      collectionSint64: {
        sint64: [
          { low: 1, high: 0, unsigned: false },
          { low: 2, high: 0, unsigned: false },
        ],
      },
    });
    expect(toTypedCollection([{ kind: 'json', value: null }], false)).toEqual({ json: '[null]' });
  });
});

it('a body on its way back is bytes, whatever it was', () =>
  expect(
    [toBytes({ bytes: Buffer.from('a') }), toBytes({ string: 'b' }), toBytes({ json: '{}' }), toBytes(null)].map(
      String,
    ),
  ).toEqual(['a', 'b', '{}', '']));

it('a line of the log has the time, the level, the function, the outcome and the invocation', () => {
  const time = new Date(2026, 10, 20, 12, 0, 1, 123).getTime();
  const about = { functionName: 'depositMoney', invocationId: '3f1c2a10-0000-4000-8000-000000000000' };
  expect(formatLogEntry({ time, level: 'information', message: '201 4 ms', ...about })).toBe(
    '12:00:01.123 info  depositMoney 201 4 ms (3f1c2a10)',
  );
  expect(formatLogEntry({ time, level: 'warning', message: 'careful' })).toBe('12:00:01.123 warn  careful');
  const marked = formatLogEntry(
    { time, level: 'error', message: 'no' },
    (format, text) => `<${String(format)} ${text}>`,
  );
  expect(marked).toBe('<gray 12:00:01.123> <red error> no');
});
