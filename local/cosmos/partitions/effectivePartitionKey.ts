import type { KeyComponent, PartitionKey } from '../definitions/partitionKey.ts';

/*
 * The position of a key in the space "" .. "FF" that partition ranges divide: one MurmurHash3 (x64, 128 bits, seed 0) per
 * component, bytes reversed, the two highest bits cleared, in upper-case hexadecimal. The SDK computes the same.
 */
const mask = (1n << 64n) - 1n;
const c1 = 0x87c37b91114253d5n;
const c2 = 0x4cf5ad432745937fn;

const rotate = (x: bigint, bits: bigint): bigint => ((x << bits) | (x >> (64n - bits))) & mask;
const multiply = (a: bigint, b: bigint): bigint => (a * b) & mask;
const mix1 = (k: bigint): bigint => multiply(rotate(multiply(k, c1), 31n), c2);
const mix2 = (k: bigint): bigint => multiply(rotate(multiply(k, c2), 33n), c1);
const finish = (k: bigint): bigint => {
  const a = multiply(k ^ (k >> 33n), 0xff51afd7ed558ccdn);
  const b = multiply(a ^ (a >> 33n), 0xc4ceb9fe1a85ec53n);
  return b ^ (b >> 33n);
};

const murmurHash = (bytes: Buffer): Buffer => {
  let h1 = 0n;
  let h2 = 0n;
  const blocks = bytes.length >> 4;
  for (let block = 0; block < blocks; block++) {
    h1 ^= mix1(bytes.readBigUInt64LE(block * 16));
    h1 = (multiply((rotate(h1, 27n) + h2) & mask, 5n) + 0x52dce729n) & mask;
    h2 ^= mix2(bytes.readBigUInt64LE(block * 16 + 8));
    h2 = (multiply((rotate(h2, 31n) + h1) & mask, 5n) + 0x38495ab5n) & mask;
  }
  const tail = Buffer.alloc(16);
  bytes.copy(tail, 0, blocks * 16);
  if ((bytes.length & 15) > 8) h2 ^= mix2(tail.readBigUInt64LE(8));
  if ((bytes.length & 15) > 0) h1 ^= mix1(tail.readBigUInt64LE(0));
  h1 ^= BigInt(bytes.length);
  h2 ^= BigInt(bytes.length);
  h1 = (h1 + h2) & mask;
  h2 = finish((h2 + h1) & mask);
  h1 = (finish(h1) + h2) & mask;
  h2 = (h2 + h1) & mask;
  const hash = Buffer.alloc(16);
  hash.writeBigUInt64LE(h1, 0);
  hash.writeBigUInt64LE(h2, 8);
  return hash;
};

const encode = (component: KeyComponent): Buffer => {
  if (typeof component === 'string') return Buffer.concat([Buffer.of(8), Buffer.from(component), Buffer.of(0xff)]);
  if (typeof component === 'number') {
    const bytes = Buffer.alloc(9);
    bytes[0] = 5;
    bytes.writeDoubleLE(component, 1);
    return bytes;
  }
  return Buffer.of(component === true ? 3 : component === false ? 2 : component === null ? 1 : 0);
};

/** The position of a key among the partition ranges; for the prefix of a hierarchical key, where its keys begin. */
export const effectivePartitionKey = (key: PartitionKey): string =>
  key
    .map((component) => {
      const hash = murmurHash(encode(component)).reverse();
      hash.writeUInt8(hash.readUInt8(0) & 0x3f, 0);
      return hash.toString('hex').toUpperCase();
    })
    .join('');
