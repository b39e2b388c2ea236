import { randomUUID } from 'node:crypto';
import { BulkOperationType, type Container, type OperationInput } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTarget, type Target } from './target.ts';

let target: Target;
let container: Container;
beforeAll(async () => {
  target = await openTarget();
  container = await target.container({ uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/commandId'] }] } });
});
afterAll(() => target.close());

const newItem = (owner: string, id: string = randomUUID()) => ({ id, owner, commandId: randomUUID() });
const create = (resourceBody: ReturnType<typeof newItem>): OperationInput => ({
  operationType: 'Create',
  resourceBody,
});
const statuses = (result: readonly { statusCode: number }[] | undefined): number[] | undefined =>
  result?.map(({ statusCode }) => statusCode);

describe('a transactional batch', () => {
  it('answers every operation in order', async () => {
    const owner = randomUUID();
    const [kept, dropped] = [newItem(owner), newItem(owner)];
    await container.items.create(kept);
    await container.items.create(dropped);
    const { code, result, headers } = await container.items.batch(
      [
        create(newItem(owner)),
        { operationType: 'Upsert', resourceBody: newItem(owner) },
        { operationType: 'Read', id: kept.id },
        { operationType: 'Replace', id: kept.id, resourceBody: { ...kept, changed: true } },
        { operationType: 'Patch', id: kept.id, resourceBody: { operations: [{ op: 'set', path: '/n', value: 1 }] } },
        { operationType: 'Delete', id: dropped.id },
      ],
      owner,
    );
    expect(code).toBe(200);
    expect(statuses(result)).toEqual([201, 201, 200, 200, 200, 204]);
    expect(result?.[3]?.resourceBody).toMatchObject({ changed: true });
    expect(result?.[4]?.resourceBody).toMatchObject({ changed: true, n: 1 });
    expect(result?.[0]?.eTag).toBe(result?.[0]?.resourceBody?._etag);
    const charges = result?.map((operation) => operation.requestCharge) ?? [];
    const sum = charges.reduce((total, charge) => total + charge, 0);
    expect(Number(headers['x-ms-request-charge'])).toBeCloseTo(sum);
  });

  it('fails as a whole: the operation at fault has its own status, every other 424', async () => {
    const owner = randomUUID();
    const taken = newItem(owner);
    await container.items.create(taken);
    const { code, result } = await container.items.batch(
      [create(newItem(owner)), create({ ...newItem(owner), commandId: taken.commandId }), create(newItem(owner))],
      owner,
    );
    expect(code).toBe(207);
    expect(statuses(result)).toEqual([424, 409, 424]);
    const { resources } = await container.items.query('SELECT * FROM c', { partitionKey: owner }).fetchAll();
    expect(resources).toHaveLength(1);
  });

  it('tells a stale etag (412) from a taken id (409) and a missing item (404)', async () => {
    const owner = randomUUID();
    const head = newItem(owner, 'head');
    const { etag } = await container.items.create(head);
    const replaceHead = (ifMatch: string): OperationInput => ({
      operationType: 'Replace',
      id: 'head',
      ifMatch,
      resourceBody: head,
    });
    const run = async (...operations: OperationInput[]) =>
      statuses((await container.items.batch(operations, owner)).result);
    expect(await run(replaceHead('"stale"'), create(newItem(owner)))).toEqual([412, 424]);
    expect(await run(create(head), create(newItem(owner)))).toEqual([409, 424]);
    expect(await run({ operationType: 'Delete', id: 'nothing' }, create(newItem(owner)))).toEqual([404, 424]);
    expect(await run(replaceHead(etag), create(newItem(owner)))).toEqual([200, 201]);
  });

  it('sees what its earlier operations have written', async () => {
    const owner = randomUUID();
    const item = newItem(owner);
    const { result } = await container.items.batch([create(item), { operationType: 'Read', id: item.id }], owner);
    expect(result?.[1]?.resourceBody).toMatchObject({ id: item.id });
  });

  it('stays within one partition', async () => {
    const { code, result } = await container.items.batch([create(newItem('a')), create(newItem('b'))], 'a');
    expect(code).toBe(207);
    expect(statuses(result)).toEqual([424, 400]);
  });

  it('leaves the bodies out if asked to', async () => {
    const owner = randomUUID();
    const { code, result } = await container.items.batch([create(newItem(owner))], owner, {
      contentResponseOnWriteEnabled: false,
    });
    expect(code).toBe(200);
    expect(result?.[0]?.resourceBody).toBeUndefined();
    expect(result?.[0]?.eTag).toBeDefined();
  });

  it('takes 100 operations', async () => {
    const owner = randomUUID();
    const operations = Array.from({ length: 100 }, () => create(newItem(owner)));
    expect((await container.items.batch(operations, owner)).code).toBe(200);
  });

  it('takes no more than 2 MB', async () => {
    const owner = randomUUID();
    const large = () => create({ ...newItem(owner), text: 'x'.repeat(700_000) } as ReturnType<typeof newItem>);
    await expect(container.items.batch([large(), large(), large()], owner)).rejects.toMatchObject({
      cause: { code: 413 },
    });
  });
});

describe('bulk', () => {
  it('carries out every operation for itself', async () => {
    const [taken, fresh] = [newItem('x'), newItem('y')];
    await container.items.create(taken);
    const results = await container.items.executeBulkOperations([
      { operationType: BulkOperationType.Create, partitionKey: 'x', resourceBody: taken },
      { operationType: BulkOperationType.Create, partitionKey: 'y', resourceBody: fresh },
      { operationType: BulkOperationType.Read, partitionKey: 'x', id: taken.id },
    ]);
    expect(results.map(({ response, error }) => response?.statusCode ?? error?.code)).toEqual([409, 201, 200]);
  });

  it('stops at the first operation that fails if it is told to', async () => {
    const owner = randomUUID();
    const taken = newItem(owner);
    const bulkCreate = (resourceBody: ReturnType<typeof newItem>) => ({
      operationType: BulkOperationType.Create,
      partitionKey: owner,
      resourceBody,
    });
    // The call that lets its caller choose.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const results = await container.items.bulk([taken, taken, newItem(owner)].map(bulkCreate), {
      continueOnError: false,
    });
    expect(statuses(results)).toEqual([201, 409, 424]);
  });
});
