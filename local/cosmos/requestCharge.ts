/*
 * Request charges are modelled, not measured: they follow the published rules of thumb (a point read of 1 KB is one
 * request unit, a write of 1 KB about five), so that programs can add them up and compare designs. Reads under
 * bounded staleness or strong consistency cost double: see `costFactorOf`.
 */
const kilobytesBeyondFirst = (bytes: number): number => Math.max(0, bytes / 1024 - 1);

const rounded = (units: number): number => Math.round(units * 100) / 100;

/** A point read; bodies are counted in UTF-16 units, close enough to bytes. */
export const readCharge = (bytes: number): number => rounded(1 + 0.1 * kilobytesBeyondFirst(bytes));

/** A read that finds nothing, or nothing new. */
export const notModifiedCharge = 1;

/** A create, replace, upsert, patch or delete. */
export const writeCharge = (bytes: number): number => rounded(5 + 0.5 * kilobytesBeyondFirst(bytes));

/** A page of a query or of the change feed: a minimum, plus a part for each document examined and each byte sent. */
export const pageCharge = ({ examined, bytes }: { examined: number; bytes: number }): number =>
  rounded(2.8 + 0.03 * examined + 0.02 * (bytes / 1024));

/** Reads and changes of databases and containers. */
export const metadataCharge = 1;

/** The charge of a batch is the sum over its operations. */
export const sumOfCharges = (charges: readonly number[]): number =>
  rounded(charges.reduce((sum, charge) => sum + charge, 0));
