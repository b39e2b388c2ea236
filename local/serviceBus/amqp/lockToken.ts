import { uuidString } from './decode.ts';

// A delivery tag is the lock token in the byte order of a .NET GUID: the first three groups are little-endian.
const guidOrder = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

const reordered = (bytes: Buffer) => Buffer.from(guidOrder.map((index) => bytes[index] ?? 0));

export const tagOf = (lockToken: string): Buffer => reordered(Buffer.from(lockToken.replaceAll('-', ''), 'hex'));

export const lockTokenOf = (tag: Buffer | string): string => uuidString(reordered(Buffer.from(tag)));
