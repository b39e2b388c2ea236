import type { Database } from '../database.ts';
import type { Container } from '../definitions/container.ts';
import { parsePartitionKey, type PartitionKey, partitionKeyText } from '../definitions/partitionKey.ts';
import { badRequest, CosmosError } from '../errors.ts';
import type { Outcome } from '../items/itemReads.ts';
import { type Operation, perform } from '../items/items.ts';
import { type ItemTransaction, transact } from '../items/itemTransaction.ts';
import { parsePatch } from '../items/patch.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../json.ts';
import { partitionWithId } from '../partitions/layout.ts';
import { positionOf } from '../partitions/positions.ts';
import { sumOfCharges } from '../requestCharge.ts';
import { type CosmosRequest, type CosmosResponse, header, isTrue } from './http.ts';
import { partitionIdIn } from './requestScope.ts';

const mostOperations = 100;

/** The status of operations that were not carried out because another operation of their batch failed. */
const failedDependency = 424;

type Result = { readonly status: number; readonly charge: number; readonly text: string };

/** Carries out a batch: as one transaction under one partition key, or, in bulk, each operation on its own. */
export const runBatch = (
  database: Database,
  container: Container,
  request: CosmosRequest,
  key: PartitionKey | undefined,
  now: number,
): CosmosResponse => {
  const operations = parseJson(request.body);
  if (!Array.isArray(operations) || !operations.every(isObject)) throw badRequest('A batch is an array of operations.');
  if (operations.length === 0) throw badRequest('The batch has no operations.');
  if (operations.length > mostOperations) throw badRequest(`The batch has more than ${mostOperations} operations.`);
  const withBodies = header(request, 'prefer')?.toLowerCase() !== 'return=minimal';
  const context = { database, container, now, withBodies };
  const results = isTrue(request, 'x-ms-cosmos-batch-atomic')
    ? runAtomic(context, operations, key)
    : runBulk(context, operations, request);
  return {
    status: results.every(({ status }) => status < 400) ? 200 : 207,
    headers: {
      'x-ms-item-count': results.length,
      'x-ms-request-charge': sumOfCharges(results.map(({ charge }) => charge)),
    },
    body: `[${results.map(({ text }) => text).join(',')}]`,
  };
};

type Context = {
  readonly database: Database;
  readonly container: Container;
  readonly now: number;
  readonly withBodies: boolean;
};

const isFalse = (request: CosmosRequest, name: string): boolean => header(request, name)?.toLowerCase() === 'false';

/** Rolls back a transaction whose results are known already. */
class BatchFailed extends Error {}

const runAtomic = (
  { database, container, now, withBodies }: Context,
  operations: readonly JsonObject[],
  key: PartitionKey | undefined,
): Result[] => {
  if (key === undefined) throw badRequest('PartitionKey value must be supplied for this operation.');
  const results: Result[] = [];
  try {
    transact(database, container, now, (transaction) => {
      for (const operation of operations) {
        const result = attempt(transaction, key, operation, withBodies);
        results.push(result);
        if (result.status >= 400) throw new BatchFailed();
      }
    });
    return results;
  } catch (error) {
    if (!(error instanceof BatchFailed)) throw error;
    const failed = results.length - 1;
    return operations.map((_, at) => (at === failed ? results[at] : undefined) ?? givenUp);
  }
};

const runBulk = (
  { database, container, now, withBodies }: Context,
  operations: readonly JsonObject[],
  request: CosmosRequest,
): Result[] => {
  const continueOnError = !isFalse(request, 'x-ms-cosmos-batch-continue-on-error');
  checkPartition(container, partitionIdIn(request), operations);
  let isOver = false;
  // All operations share one commit, since a commit costs as much as a write. An operation that is refused has written
  // nothing.
  return transact(database, container, now, (transaction) =>
    operations.map((operation) => {
      if (isOver) return givenUp;
      const key = keyOf(operation);
      const result = refusedByFault(request, key) ?? attempt(transaction, key, operation, withBodies);
      isOver = result.status >= 400 && !continueOnError;
      return result;
    }),
  );
};

const refusedByFault = ({ refusalOf }: CosmosRequest, key: PartitionKey | undefined): Result | undefined => {
  const [own] = key ?? [];
  const status = typeof own === 'string' ? refusalOf?.(own) : undefined;
  return status === undefined ? undefined : refusedResult(new CosmosError(status, 'A fault on demand.'));
};

const keyOf = ({ partitionKey }: JsonObject): PartitionKey | undefined =>
  typeof partitionKey === 'string' ? parsePartitionKey(partitionKey) : undefined;

/** Throws 400 unless all keys of a bulk request lie in the physical partition that it names [believed]. */
const checkPartition = ({ layout }: Container, id: string | undefined, operations: readonly JsonObject[]): void => {
  if (layout.partitions.length === 1) return;
  if (id === undefined) throw badRequest('A bulk request must name its partition key range.');
  const { min, max } = partitionWithId(layout, id);
  for (const operation of operations) {
    const key = keyOf(operation);
    if (key === undefined) throw badRequest('PartitionKey value must be supplied for this operation.');
    const position = positionOf(partitionKeyText(key));
    if (position < min || position >= max) {
      throw badRequest(`The key ${partitionKeyText(key)} does not belong to the partition key range '${id}'.`);
    }
  }
};

const givenUp: Result = {
  status: failedDependency,
  charge: 0,
  text: JSON.stringify({ statusCode: failedDependency, requestCharge: 0 }),
};

const attempt = (
  transaction: ItemTransaction,
  key: PartitionKey | undefined,
  operation: JsonObject,
  withBodies: boolean,
): Result => {
  try {
    return resultOf(perform(transaction, key, parseOperation(operation)), withBodies);
  } catch (error) {
    if (!(error instanceof CosmosError)) throw error;
    return refusedResult(error);
  }
};

const refusedResult = ({ status, substatus, message }: CosmosError): Result => {
  const text = JSON.stringify({ statusCode: status, subStatusCode: substatus, requestCharge: 1, message });
  return { status, charge: 1, text };
};

const resultOf = ({ status, charge, etag, body }: Outcome, withBodies: boolean): Result => {
  const text = JSON.stringify({ statusCode: status, requestCharge: charge, eTag: etag });
  // The body is JSON text already and is inserted as it is.
  return {
    status,
    charge,
    text: body !== undefined && withBodies ? `${text.slice(0, -1)},"resourceBody":${body}}` : text,
  };
};

const parseOperation = (operation: JsonObject): Operation => {
  const { operationType: type } = operation;
  const ifMatch = optionalText(operation.ifMatch, 'ifMatch');
  switch (type) {
    case 'Create':
      return { type, document: documentOf(operation) };
    case 'Upsert':
      return { type, document: documentOf(operation), ifMatch };
    case 'Replace':
      return { type, id: idOf(operation), document: documentOf(operation), ifMatch };
    case 'Patch':
      return { type, id: idOf(operation), patch: parsePatch(operation.resourceBody ?? null), ifMatch };
    case 'Delete':
      return { type, id: idOf(operation), ifMatch };
    case 'Read':
      return { type, id: idOf(operation), ifNoneMatch: optionalText(operation.ifNoneMatch, 'ifNoneMatch') };
    default:
      throw badRequest(`The operation ${JSON.stringify(type)} is not supported.`);
  }
};

const optionalText = (value: Json | undefined, name: string): string | undefined => {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw badRequest(`'${name}' is not a string.`);
  return value;
};

const documentOf = ({ resourceBody }: JsonObject): JsonObject => {
  if (!isObject(resourceBody)) throw badRequest("The operation has no 'resourceBody'.");
  return resourceBody;
};

const idOf = ({ id }: JsonObject): string => {
  if (typeof id !== 'string') throw badRequest("The operation has no 'id'.");
  return id;
};
