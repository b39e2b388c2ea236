import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cosmosOperations } from '../../adapters/cosmos/operations.ts';
import { cosmosForTests } from '../support/cosmos.ts';

const database = await cosmosForTests();
let now = Date.UTC(2026, 0, 1);
const operations = cosmosOperations(database.container('operations'), { now: () => (now += 1_000) });

const begun = async (): Promise<string> => {
  const operationId = randomUUID();
  const operation = { operationId, kind: 'rebuild', subject: 'accounts', status: 'running' } as const;
  await operations.begin({ ...operation, done: 0, total: 10, state: { step: 1 } });
  return operationId;
};

describe('an operation', () => {
  it('that never began is not there, and cannot be changed', async () => {
    expect(await operations.load(randomUUID())).toBeUndefined();
    expect(await operations.update(randomUUID(), () => ({ done: 1 }))).toBeUndefined();
  });

  it('begins once', async () => {
    const operationId = await begun();
    const first = await operations.load(operationId);
    expect(first).toMatchObject({ status: 'running', done: 0, total: 10, state: { step: 1 } });
    await operations.begin({ operationId, kind: 'replay', subject: 'other', status: 'failed', done: 5, total: 5 });
    expect(await operations.load(operationId)).toEqual(first);
  });

  it('is changed by many at once, each building on the others', async () => {
    const operationId = await begun();
    await Promise.all(
      Array.from({ length: 10 }, () => operations.update(operationId, ({ done }) => ({ done: done + 1 }))),
    );
    const after = await operations.load(operationId);
    expect(after).toMatchObject({ done: 10, subject: 'accounts' });
    expect(Date.parse(after?.updatedAt ?? '')).toBeGreaterThan(Date.parse(after?.startedAt ?? ''));
  });

  it('is kept as one that was asked to end, and that did', async () => {
    const operationId = await begun();
    for (const change of [{ cancelRequested: true }, { status: 'cancelled' }] as const) {
      await operations.update(operationId, () => change);
      expect(await operations.load(operationId)).toMatchObject({ operationId, ...change });
    }
    expect((await operations.running('rebuild')).map((each) => each.operationId)).not.toContain(operationId);
  });

  it('goes on beside one that cannot be read', async () => {
    const operationId = await begun();
    await database.container('operations').items.create({ id: randomUUID(), kind: 'rebuild', status: 'running' });
    expect((await operations.running('rebuild')).map((each) => each.operationId)).toContain(operationId);
  });

  it('stays as it is where the change is none', async () => {
    const operationId = await begun();
    const before = await operations.load(operationId);
    expect(await operations.update(operationId, () => undefined)).toEqual(before);
    expect(await operations.load(operationId)).toEqual(before);
  });
});
