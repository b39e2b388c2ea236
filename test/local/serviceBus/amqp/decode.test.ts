import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSent } from '../../../../local/serviceBus/amqp/content.ts';
import { elementsOf, readValue, skipValue } from '../../../../local/serviceBus/amqp/decode.ts';
import * as encode from '../../../../local/serviceBus/amqp/encode.ts';
import { isRefusal } from '../../../../local/serviceBus/amqp/errors.ts';
import type { Value } from '../../../../local/serviceBus/broker/value.ts';

const decoded = (bytes: Buffer): Value => {
  expect(skipValue(bytes, 0, bytes.length)).toBe(bytes.length);
  return readValue(bytes, 0);
};

describe('an AMQP value', () => {
  it.each<[string, Buffer, Value]>([
    ['nothing', encode.nil, null],
    ['true', encode.bool(true), true],
    ['a small unsigned integer', encode.uint(7), 7],
    ['a large unsigned integer', encode.uint(4_000_000_000), 4_000_000_000],
    ['a negative integer', encode.int(-5), -5],
    ['a long', encode.long(-(2 ** 40)), -(2 ** 40)],
    ['a long beyond 2^53', encode.long(2n ** 60n), 2n ** 60n],
    ['a fraction', encode.double(0.1), 0.1],
    ['a time', encode.timestamp(1_700_000_000_000), new Date(1_700_000_000_000)],
    ['a UUID', encode.uuid('00112233-4455-6677-8899-aabbccddeeff'), '00112233-4455-6677-8899-aabbccddeeff'],
    ['text', encode.string('ž'.repeat(200)), 'ž'.repeat(200)],
    ['a symbol', encode.symbol('amqp:accepted'), 'amqp:accepted'],
    ['bytes', encode.binary(Buffer.alloc(300, 1)), Buffer.alloc(300, 1)],
    ['a list', encode.list([encode.int(1), encode.list([])]), [1, []]],
    ['a long list', encode.list(Array<Buffer>(300).fill(encode.nil)), Array<null>(300).fill(null)],
    ['a map', encode.map([encode.string('a'), encode.bool(false)]), new Map([['a', false]])],
    ['an array', encode.array([encode.long(1), encode.long(2)]), [1, 2]],
    ['a described value', encode.described(0x24, encode.list([])), { descriptor: 0x24, value: [] }],
  ])('that is %s is read as it was written', (_, bytes, value) => {
    expect(decoded(bytes)).toEqual(value);
  });

  it('keeps the encoding of elements', () => {
    const items = [encode.string('a'), encode.int(1), encode.string('b'), encode.long(1)];
    expect(elementsOf(encode.map(items), 0)).toEqual(items);
  });
});

describe('whatever bytes come', () => {
  const refusedOr = (work: () => void) => {
    try {
      work();
    } catch (error) {
      expect(error).toSatisfy(isRefusal);
    }
  };
  // Mostly valid type codes, so that some of the values are well-formed.
  const code = fc.constantFrom(
    0,
    0x40,
    0x45,
    0x53,
    0x70,
    0x73,
    0x74,
    0x75,
    0x77,
    0x80,
    0xa1,
    0xc0,
    0xc1,
    0xd0,
    0xe0,
    0xf0,
  );
  const bytes = fc
    .array(fc.oneof(code, fc.nat(4), fc.nat(255)), { maxLength: 60 })
    .map((values) => Buffer.from(values));

  it('a value is read or refused', () => {
    fc.assert(
      fc.property(bytes, (input) =>
        refusedOr(() => {
          skipValue(input, 0, input.length);
          readValue(input, 0);
        }),
      ),
      { numRuns: 3000 },
    );
  });

  it.each([0, 0x80013700, 1])('a message of format %d is read or refused', (format) => {
    fc.assert(
      fc.property(bytes, (input) => refusedOr(() => decodeSent(input, format))),
      { numRuns: 3000 },
    );
  });
});
