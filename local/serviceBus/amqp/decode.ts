import type { Value } from '../broker/value.ts';
import { malformed } from './errors.ts';

const maxDepth = 32;
/** Array elements can be zero bytes long, so a few bytes could announce billions of them. */
const maxEmptyElements = 1024;

const fixedWidths = new Map<number, number>([
  ...[0x40, 0x41, 0x42, 0x43, 0x44, 0x45].map((code) => [code, 0] as const),
  ...[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56].map((code) => [code, 1] as const),
  ...[0x60, 0x61].map((code) => [code, 2] as const),
  ...[0x70, 0x71, 0x72, 0x73, 0x74].map((code) => [code, 4] as const),
  ...[0x80, 0x81, 0x82, 0x83, 0x84].map((code) => [code, 8] as const),
  ...[0x94, 0x98].map((code) => [code, 16] as const),
]);
const variableCodes = new Set([0xa0, 0xa1, 0xa3, 0xb0, 0xb1, 0xb3]);
const compoundCodes = new Set([0xc0, 0xc1, 0xd0, 0xd1]);
const arrayCodes = new Set([0xe0, 0xf0]);

/**
 * Returns the offset after the value at `offset`. Throws unless every size and count in the value is correct and the
 * value ends by `end`. All bytes from clients pass this check before any other code reads them.
 */
export function skipValue(buffer: Buffer, offset: number, end: number, depth = 0): number {
  if (offset >= end) throw malformed('a value is cut off');
  if (depth > maxDepth) throw malformed(`values are nested more than ${maxDepth} deep`);
  const code = byteAt(buffer, offset);
  if (code !== 0) return skipContent(code, buffer, offset + 1, end, depth);
  const described = skipValue(buffer, offset + 1, end, depth + 1);
  return skipValue(buffer, described, end, depth + 1);
}

function skipContent(code: number, buffer: Buffer, offset: number, end: number, depth: number): number {
  const width = fixedWidths.get(code);
  if (width !== undefined) return within(offset + width, end);
  if (variableCodes.has(code)) return within(offset + lengthWidth(code) + lengthAt(code, buffer, offset, end), end);
  if (compoundCodes.has(code)) return skipCompound(code, buffer, offset, end, depth);
  if (arrayCodes.has(code)) return skipArray(code, buffer, offset, end, depth);
  throw malformed(`0x${code.toString(16)} is no type`);
}

function skipCompound(code: number, buffer: Buffer, offset: number, end: number, depth: number): number {
  const { start, stop, count } = compoundAt(code, buffer, offset, end);
  let position = start;
  for (let index = 0; index < count; index++) position = skipValue(buffer, position, stop, depth + 1);
  if (position !== stop) throw malformed('a list or map is not as long as it says');
  return stop;
}

function skipArray(code: number, buffer: Buffer, offset: number, end: number, depth: number): number {
  const { start, stop, count } = compoundAt(code, buffer, offset, end);
  const { elementCode, position: first } = elementConstructor(buffer, start, stop, depth);
  if (fixedWidths.get(elementCode) === 0 && count > maxEmptyElements)
    throw malformed('an array of nothing is too long');
  let position = first;
  for (let index = 0; index < count; index++) position = skipContent(elementCode, buffer, position, stop, depth + 1);
  if (position !== stop) throw malformed('an array is not as long as it says');
  return stop;
}

function elementConstructor(buffer: Buffer, start: number, stop: number, depth: number) {
  if (start >= stop) throw malformed('an array has no constructor');
  const described = byteAt(buffer, start) === 0;
  const position = described ? skipValue(buffer, start + 1, stop, depth + 1) : start;
  if (position >= stop) throw malformed('an array has no constructor');
  return { elementCode: byteAt(buffer, position), position: position + 1 };
}

/** Reads the sizes of a list, map or array from `offset`: where its elements start and stop, and how many they are. */
function compoundAt(code: number, buffer: Buffer, offset: number, end: number) {
  const width = lengthWidth(code);
  const stop = within(offset + width + lengthAt(code, buffer, offset, end), end);
  const count = lengthAt(code, buffer, within(offset + width, stop), stop);
  return { start: within(offset + 2 * width, stop), stop, count };
}

/**
 * Decodes the value at `offset`, which `skipValue` must have checked. Symbols, characters and UUIDs become strings,
 * arrays become lists, and decimals remain bytes.
 */
export function readValue(buffer: Buffer, offset: number): Value {
  return new Decoder(buffer, offset).value();
}

/** The encoded elements of a list, or keys and values of a map, at `offset`, which `skipValue` must have checked. */
export function elementsOf(buffer: Buffer, offset: number): Buffer[] {
  const code = byteAt(buffer, offset);
  if (code === 0x45) return [];
  if (!compoundCodes.has(code)) throw malformed('a list or map was expected');
  const { start, stop } = compoundAt(code, buffer, offset + 1, buffer.length);
  const elements: Buffer[] = [];
  let position = start;
  while (position < stop) {
    const next = skipValue(buffer, position, stop);
    elements.push(buffer.subarray(position, next));
    position = next;
  }
  return elements;
}

class Decoder {
  private readonly buffer: Buffer;
  private offset: number;

  constructor(buffer: Buffer, offset: number) {
    this.buffer = buffer;
    this.offset = offset;
  }

  value(): Value {
    const code = this.byte();
    if (code !== 0) return this.content(code);
    return { descriptor: this.value(), value: this.value() };
  }

  private content(code: number): Value {
    if (compoundCodes.has(code)) return this.compound(code);
    if (arrayCodes.has(code)) return this.array(code);
    if (variableCodes.has(code)) return this.variable(code);
    const at = this.offset;
    this.offset += fixedWidths.get(code) ?? 0;
    return fixed(code, this.buffer, at, this.offset);
  }

  private compound(code: number): Value {
    const { start, count } = compoundAt(code, this.buffer, this.offset, this.buffer.length);
    this.offset = start;
    const elements = Array.from({ length: count }, () => this.value());
    if (code === 0xc0 || code === 0xd0) return elements;
    const map = new Map<Value, Value>();
    for (let index = 0; index + 1 < count; index += 2) map.set(elements[index] ?? null, elements[index + 1] ?? null);
    return map;
  }

  private array(code: number): Value {
    const { start, stop, count } = compoundAt(code, this.buffer, this.offset, this.buffer.length);
    const { elementCode, position } = elementConstructor(this.buffer, start, stop, 0);
    this.offset = position;
    return Array.from({ length: count }, () => this.content(elementCode));
  }

  private variable(code: number): Value {
    const start = this.offset + lengthWidth(code);
    this.offset = start + lengthAt(code, this.buffer, this.offset, this.buffer.length);
    const bytes = this.buffer.subarray(start, this.offset);
    return (code & 0x0f) === 0 ? bytes : bytes.toString('utf8');
  }

  private byte(): number {
    return byteAt(this.buffer, this.offset++);
  }
}

const readers = new Map<number, (buffer: Buffer, at: number) => Value>([
  [0x40, () => null],
  [0x41, () => true],
  [0x42, () => false],
  [0x43, () => 0],
  [0x44, () => 0],
  [0x45, () => []],
  [0x56, (buffer, at) => buffer[at] !== 0],
  [0x50, (buffer, at) => buffer.readUInt8(at)],
  [0x52, (buffer, at) => buffer.readUInt8(at)],
  [0x53, (buffer, at) => buffer.readUInt8(at)],
  [0x51, (buffer, at) => buffer.readInt8(at)],
  [0x54, (buffer, at) => buffer.readInt8(at)],
  [0x55, (buffer, at) => buffer.readInt8(at)],
  [0x60, (buffer, at) => buffer.readUInt16BE(at)],
  [0x61, (buffer, at) => buffer.readInt16BE(at)],
  [0x70, (buffer, at) => buffer.readUInt32BE(at)],
  [0x71, (buffer, at) => buffer.readInt32BE(at)],
  [0x72, (buffer, at) => buffer.readFloatBE(at)],
  [0x73, (buffer, at) => character(buffer.readUInt32BE(at))],
  [0x80, (buffer, at) => small(buffer.readBigUInt64BE(at))],
  [0x81, (buffer, at) => small(buffer.readBigInt64BE(at))],
  [0x82, (buffer, at) => buffer.readDoubleBE(at)],
  [0x83, (buffer, at) => new Date(Number(buffer.readBigInt64BE(at)))],
  [0x98, (buffer, at) => uuidString(buffer.subarray(at, at + 16))],
]);

const fixed = (code: number, buffer: Buffer, at: number, end: number) =>
  readers.get(code)?.(buffer, at) ?? (code === 0x40 ? null : buffer.subarray(at, end));

const small = (integer: bigint) => (BigInt.asIntN(54, integer) === integer ? Number(integer) : integer);
const character = (codePoint: number) => (codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : '\ufffd');

/** Formats sixteen bytes as a UUID. */
export const uuidString = (bytes: Buffer) =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const lengthWidth = (code: number) => (((code >> 4) & 1) === 0 ? 1 : 4);

function lengthAt(code: number, buffer: Buffer, offset: number, end: number): number {
  within(offset + lengthWidth(code), end);
  return lengthWidth(code) === 1 ? buffer.readUInt8(offset) : buffer.readUInt32BE(offset);
}

function byteAt(buffer: Buffer, offset: number): number {
  const byte = buffer[offset];
  if (byte === undefined) throw malformed('a value is cut off');
  return byte;
}

function within(offset: number, end: number): number {
  if (offset > end) throw malformed('a value is cut off');
  return offset;
}
