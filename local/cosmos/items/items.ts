import { randomUUID } from 'node:crypto';
import type { Container } from '../definitions/container.ts';
import { checkId, checkTimeToLive } from '../definitions/containerDefinition.ts';
import { type PartitionKey, partitionKeyOf, partitionKeyText } from '../definitions/partitionKey.ts';
import { itemRid } from '../definitions/resourceId.ts';
import { badRequest, notFound, partitionKeyMismatch, preconditionFailed, tooLarge } from '../errors.ts';
import { checkNesting, type JsonObject } from '../json.ts';
import { conditionHolds } from '../queries/evaluation/condition.ts';
import { writeCharge } from '../requestCharge.ts';
import { fullKey, type Outcome, readItem } from './itemReads.ts';
import { deleteItem, findItem, insertItem, updateItem } from './itemTable.ts';
import { type ItemTransaction, seconds } from './itemTransaction.ts';
import { type Patch, applyPatch } from './patch.ts';
import type { StoredItem } from './storedItem.ts';

/** The largest item, in bytes of its JSON. */
export const largestItem = 2 * 1024 * 1024;

/** An operation on one item, alone or in a batch. */
export type Operation =
  | { readonly type: 'Create'; readonly document: JsonObject }
  | { readonly type: 'Upsert'; readonly document: JsonObject; readonly ifMatch: string | undefined }
  | {
      readonly type: 'Replace';
      readonly id: string;
      readonly document: JsonObject;
      readonly ifMatch: string | undefined;
    }
  | { readonly type: 'Patch'; readonly id: string; readonly patch: Patch; readonly ifMatch: string | undefined }
  | { readonly type: 'Delete'; readonly id: string; readonly ifMatch: string | undefined }
  | { readonly type: 'Read'; readonly id: string; readonly ifNoneMatch: string | undefined };

/** Carries out one operation. Without a partition key, it takes the key from the document. */
export const perform = (transaction: ItemTransaction, key: PartitionKey | undefined, operation: Operation): Outcome => {
  switch (operation.type) {
    case 'Create':
      return create(transaction, key, operation.document);
    case 'Upsert':
      return upsert(transaction, key, operation.document, operation.ifMatch);
    case 'Replace':
      return replace(transaction, key, operation);
    case 'Patch':
      return patch(transaction, key, operation);
    case 'Delete':
      return remove(transaction, key, operation.id, operation.ifMatch);
    case 'Read':
      return readItem(transaction, key, operation);
  }
};

const find = (transaction: ItemTransaction, key: string, id: string): StoredItem | undefined =>
  findItem(transaction.database, transaction.container, key, id, seconds(transaction));

const findExisting = (
  transaction: ItemTransaction,
  key: string,
  id: string,
  ifMatch: string | undefined,
): StoredItem => {
  const item = find(transaction, key, id);
  if (item === undefined) throw notFound();
  checkMatch(item, ifMatch);
  return item;
};

const checkMatch = ({ etag }: StoredItem, ifMatch: string | undefined): void => {
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== etag) throw preconditionFailed();
};

const keyOfDocument = ({ container }: ItemTransaction, key: PartitionKey | undefined, document: JsonObject): string => {
  checkNesting(document);
  const own = partitionKeyText(partitionKeyOf(document, container.partitionKeyPaths));
  if (key !== undefined && own !== fullKey(container, key)) throw partitionKeyMismatch();
  return own;
};

const create = (transaction: ItemTransaction, key: PartitionKey | undefined, document: JsonObject): Outcome => {
  checkId(document.id);
  const partitionKey = keyOfDocument(transaction, key, document);
  // The table's unique index finds out whether the id is taken.
  return insert(transaction, partitionKey, document);
};

const upsert = (
  transaction: ItemTransaction,
  key: PartitionKey | undefined,
  document: JsonObject,
  ifMatch: string | undefined,
): Outcome => {
  const id = checkId(document.id);
  const partitionKey = keyOfDocument(transaction, key, document);
  const item = find(transaction, partitionKey, id);
  if (item === undefined) return insert(transaction, partitionKey, document);
  checkMatch(item, ifMatch);
  return overwrite(transaction, item, document);
};

const replace = (
  transaction: ItemTransaction,
  key: PartitionKey | undefined,
  { id, document, ifMatch }: Operation & { type: 'Replace' },
): Outcome => {
  checkId(document.id);
  const partitionKey = keyOfDocument(transaction, key, document);
  return overwrite(transaction, findExisting(transaction, partitionKey, id, ifMatch), document);
};

const patch = (
  transaction: ItemTransaction,
  key: PartitionKey | undefined,
  { id, patch: { operations, condition }, ifMatch }: Operation & { type: 'Patch' },
): Outcome => {
  const { body } = findExisting(transaction, fullKey(transaction.container, key), id, ifMatch);
  const document = JSON.parse(body) as JsonObject;
  if (condition !== undefined && !conditionHolds(condition, document, transaction.now)) throw preconditionFailed();
  const patched = applyPatch(document, operations);
  if (patched.id !== id) throw badRequest('The id of an item cannot be patched.');
  return replace(transaction, key, { type: 'Replace', id, document: patched, ifMatch: undefined });
};

const remove = (
  transaction: ItemTransaction,
  key: PartitionKey | undefined,
  id: string,
  ifMatch: string | undefined,
): Outcome => {
  const { database, container } = transaction;
  const item = findExisting(transaction, fullKey(container, key), id, ifMatch);
  deleteItem(database, container, item.sequence);
  transaction.superseded.push(item);
  transaction.hasWritten = true;
  return { status: 204, charge: writeCharge(item.body.length) };
};

const insert = (transaction: ItemTransaction, partitionKey: string, document: JsonObject): Outcome => {
  transaction.sequence += 1;
  return write(transaction, partitionKey, document, transaction.sequence, 201);
};

const overwrite = (transaction: ItemTransaction, item: StoredItem, document: JsonObject): Outcome => {
  const written = write(transaction, item.partitionKey, document, item.sequence, 200);
  transaction.superseded.push(item);
  return written;
};

const write = (
  transaction: ItemTransaction,
  partitionKey: string,
  document: JsonObject,
  sequence: number,
  status: 200 | 201,
): Outcome => {
  const { database, container, lsn } = transaction;
  const modifiedAt = seconds(transaction);
  const etag = `"${randomUUID()}"`;
  const _rid = itemRid(container.database, container.number, sequence);
  const body = JSON.stringify({
    ...document,
    // A document that was read from the change feed carries an `_lsn`, which is no property of the new version.
    _lsn: undefined,
    _rid,
    _self: `${container.self}docs/${_rid}/`,
    _etag: etag,
    _attachments: 'attachments/',
    _ts: modifiedAt,
  });
  if (Buffer.byteLength(body) > largestItem) throw tooLarge();
  const item: StoredItem = {
    sequence,
    partitionKey,
    id: checkId(document.id),
    lsn,
    modifiedAt,
    expiresAt: expiry(container, document, modifiedAt),
    etag,
    body,
  };
  (status === 201 ? insertItem : updateItem)(database, container, item, modifiedAt);
  transaction.hasWritten = true;
  return { status, etag, body, charge: writeCharge(body.length) };
};

/** An item's own time to live wins, but only in a container that has one; -1 means for ever. */
const expiry = ({ definition }: Container, document: JsonObject, modifiedAt: number): number | null => {
  const own = checkTimeToLive(document.ttl);
  if (definition.defaultTtl === undefined) return null;
  const ttl = own ?? definition.defaultTtl;
  return ttl === -1 ? null : modifiedAt + ttl;
};
