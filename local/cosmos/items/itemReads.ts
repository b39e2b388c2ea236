import type { Container } from '../definitions/container.ts';
import type { Database } from '../database.ts';
import { badRequest, notFound } from '../errors.ts';
import { findItemAt } from './itemTable.ts';
import { type PartitionKey, partitionKeyText } from '../definitions/partitionKey.ts';
import { notModifiedCharge, readCharge } from '../requestCharge.ts';

/** What came of an operation; `body` is JSON text. A refusal is thrown as a CosmosError. */
export type Outcome = {
  readonly status: number;
  readonly charge: number;
  readonly etag?: string;
  readonly body?: string;
};

/** What a point read needs; it sees what was there after the transaction `horizon`, or else the newest. */
export type ItemReading = {
  readonly database: Database;
  readonly container: Container;
  readonly now: number;
  readonly horizon?: number;
};

/** A point read; needs no transaction of its own. */
export const readItem = (
  { database, container, now, horizon = Infinity }: ItemReading,
  key: PartitionKey | undefined,
  { id, ifNoneMatch }: { readonly id: string; readonly ifNoneMatch: string | undefined },
): Outcome => {
  const item = findItemAt(database, container, fullKey(container, key), id, Math.floor(now / 1000), horizon);
  if (item === undefined) throw notFound();
  const { etag, body } = item;
  if (ifNoneMatch === etag || ifNoneMatch === '*') return { status: 304, etag, charge: notModifiedCharge };
  return { status: 200, etag, body, charge: readCharge(body.length) };
};

/** The text of a key that has all its components; throws 400 for one that has not. */
export const fullKey = (container: Container, key: PartitionKey | undefined): string => {
  if (key === undefined) throw badRequest('PartitionKey value must be supplied for this operation.');
  if (key.length !== container.partitionKeyPaths.length) {
    throw badRequest('The partition key supplied does not have as many components as the container defines.');
  }
  return partitionKeyText(key);
};
