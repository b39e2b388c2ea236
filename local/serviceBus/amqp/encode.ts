import type { Value } from '../broker/value.ts';
import { malformed } from './errors.ts';

/** Encoders of AMQP 1.0 values. Each returns the bytes of one value, including its constructor. */

export const nil = Buffer.of(0x40);
export const bool = (value: boolean) => Buffer.of(value ? 0x41 : 0x42);

export const ubyte = (value: number) => Buffer.of(0x50, value & 0xff);

export function uint(value: number): Buffer {
  if (value < 256) return Buffer.of(0x52, value);
  const bytes = Buffer.alloc(5, 0x70);
  bytes.writeUInt32BE(value, 1);
  return bytes;
}

export function int(value: number): Buffer {
  const bytes = Buffer.alloc(5, 0x71);
  bytes.writeInt32BE(value, 1);
  return bytes;
}

export const long = (value: number | bigint) => eightBytes(0x81, BigInt(value));
/** Milliseconds since 1970. */
export const timestamp = (value: number) => eightBytes(0x83, BigInt(value));

export function double(value: number): Buffer {
  const bytes = Buffer.alloc(9, 0x82);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

export const uuid = (value: string) => Buffer.concat([Buffer.of(0x98), Buffer.from(value.replaceAll('-', ''), 'hex')]);
export const binary = (value: Buffer) => sized(0xa0, 0xb0, value);
export const string = (value: string) => sized(0xa1, 0xb1, Buffer.from(value, 'utf8'));
export const symbol = (value: string) => sized(0xa3, 0xb3, Buffer.from(value, 'ascii'));

export const list = (items: readonly Buffer[]) => counted(0xc0, 0xd0, items.length, items);
/** `items` alternates keys and values. */
export const map = (items: readonly Buffer[]) => counted(0xc1, 0xd1, items.length, items);
/** One fixed-width encoder must have encoded all items. */
export const array = (items: readonly Buffer[]) => {
  const [first] = items;
  if (!first) return list([]);
  return counted(0xe0, 0xf0, items.length, [first.subarray(0, 1), ...items.map((item) => item.subarray(1))]);
};

export const described = (descriptor: number, value: Buffer) =>
  Buffer.concat([Buffer.of(0x00, 0x53, descriptor), value]);

/** For a descriptor that needs eight bytes. */
export const describedLong = (descriptor: number, value: Buffer) =>
  Buffer.concat([Buffer.of(0x00), eightBytes(0x80, BigInt(descriptor)), value]);

const maxLong = 2n ** 63n - 1n;

/** Encodes a value of an application property. Throws for lists and maps. */
export function scalar(value: Value): Buffer {
  if (value === null) return nil;
  // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check -- a Value is never of the other types
  switch (typeof value) {
    case 'string':
      return string(value);
    case 'boolean':
      return bool(value);
    case 'bigint':
      return value > maxLong ? eightBytes(0x80, BigInt.asIntN(64, value)) : long(value);
    case 'number':
      return Number.isSafeInteger(value) ? long(value) : double(value);
    case 'object':
      if (value instanceof Date && !Number.isNaN(value.getTime())) return timestamp(value.getTime());
      if (Buffer.isBuffer(value)) return binary(value);
  }
  throw malformed('a property is neither text, number, boolean, time nor bytes');
}

function eightBytes(code: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(9, code);
  bytes.writeBigInt64BE(value, 1);
  return bytes;
}

function sized(shortCode: number, longCode: number, content: Buffer): Buffer {
  if (content.length < 256) return Buffer.concat([Buffer.of(shortCode, content.length), content]);
  const head = Buffer.alloc(5, longCode);
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
}

function counted(shortCode: number, longCode: number, count: number, items: readonly Buffer[]): Buffer {
  const length = items.reduce((sum, item) => sum + item.length, 0);
  if (length < 255 && count < 256) return Buffer.concat([Buffer.of(shortCode, length + 1, count), ...items]);
  const head = Buffer.alloc(9, longCode);
  head.writeUInt32BE(length + 4, 1);
  head.writeUInt32BE(count, 5);
  return Buffer.concat([head, ...items]);
}
