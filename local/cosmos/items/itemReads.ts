import type { Database } from '../database.ts';
import type { Container } from '../definitions/container.ts';
import { type PartitionKey, partitionKeyText } from '../definitions/partitionKey.ts';
import { badRequest, notFound } from '../errors.ts';
import { notModifiedCharge, readCharge } from '../requestCharge.ts';
import { findItemAt } from './itemTable.ts';

/** The outcome of an operation; `body` is JSON text. Refusals are thrown as CosmosErrors. */
export type Outcome = {
  readonly status: number;
  readonly charge: number;
  readonly etag?: string;
  readonly body?: string;
};

/** The context of a point read. It sees the state after the transaction `horizon`, or the newest without one. */
export type ItemReading = {
  readonly database: Database;
  readonly container: Container;
  readonly now: number;
  readonly horizon?: number;
};

/** Reads one item by its id; needs no transaction. */
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

/** The text of a key; throws 400 for one that lacks components. */
export const fullKey = (container: Container, key: PartitionKey | undefined): string => {
  if (key === undefined) throw badRequest('PartitionKey value must be supplied for this operation.');
  if (key.length !== container.partitionKeyPaths.length) {
    throw badRequest('The partition key supplied does not have as many components as the container defines.');
  }
  return partitionKeyText(key);
};
