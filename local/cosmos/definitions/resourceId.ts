/*
 * A _rid holds the numbers of a resource and its parents: four bytes for a database, four more for a container (the
 * highest bit set tells it from a user), eight for an item; base64 with '-' for '/'.
 */
const text = (...parts: Buffer[]): string => Buffer.concat(parts).toString('base64').replaceAll('/', '-');

const fourBytes = (number: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number >>> 0);
  return bytes;
};

const eightBytes = (number: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(number));
  return bytes;
};

export const databaseRid = (database: number): string => text(fourBytes(database));

export const containerRid = (database: number, container: number): string =>
  text(fourBytes(database), fourBytes(0x80000000 | container));

export const itemRid = (database: number, container: number, sequence: number): string =>
  text(fourBytes(database), fourBytes(0x80000000 | container), eightBytes(sequence));
