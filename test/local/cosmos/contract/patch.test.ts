import { randomUUID } from 'node:crypto';
import type { Container, PatchOperation, PatchRequestBody } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTarget, refusal, type Target } from './target.ts';

let target: Target;
let container: Container;
beforeAll(async () => {
  target = await openTarget();
  container = await target.container();
});
afterAll(() => target.close());

const patched = async (document: object, body: PatchRequestBody): Promise<unknown> => {
  const id = randomUUID();
  await container.items.create({ id, owner: 'a', ...document });
  return (await container.item(id, 'a').patch(body)).resource;
};

/** The SDK sends it, but its types do not know it. */
const move = (from: string, path: string): PatchOperation => ({ op: 'move', from, path }) as unknown as PatchOperation;

describe('a patch', () => {
  it('sets, adds and replaces', async () => {
    const resource = await patched({ n: 1, list: [1, 3] }, [
      { op: 'set', path: '/n', value: 2 },
      { op: 'add', path: '/list/1', value: 2 },
      { op: 'add', path: '/list/-', value: 4 },
      { op: 'replace', path: '/list/0', value: 'one' },
      { op: 'set', path: '/nested', value: { deep: true } },
    ]);
    expect(resource).toMatchObject({ n: 2, list: ['one', 2, 3, 4], nested: { deep: true } });
  });

  it('removes and increments', async () => {
    const resource = await patched({ gone: 1, n: 1 }, [
      { op: 'remove', path: '/gone' },
      { op: 'incr', path: '/n', value: 2 },
      { op: 'incr', path: '/started', value: 5 },
    ]);
    expect(resource).toMatchObject({ n: 3, started: 5 });
    expect(resource).not.toHaveProperty('gone');
  });

  it('moves values, also into and within arrays', async () => {
    const resource = await patched({ from: { deep: 1 }, list: ['a', 'b', 'c'] }, [
      move('/from/deep', '/moved'),
      move('/list/2', '/list/0'),
    ]);
    expect(resource).toMatchObject({ from: {}, moved: 1, list: ['c', 'a', 'b'] });
    expect(await refusal(patched({}, [move('/none', '/moved')]))).toBe(400);
  });

  it('is applied only if its condition holds', async () => {
    const operations: PatchRequestBody = {
      condition: 'FROM c WHERE c.n = 1',
      operations: [{ op: 'incr', path: '/n', value: 1 }],
    };
    expect(await patched({ n: 1 }, operations)).toMatchObject({ n: 2 });
    expect(await refusal(patched({ n: 2 }, operations))).toBe(412);
  });

  it('is applied as a whole or not at all', async () => {
    const id = randomUUID();
    await container.items.create({ id, owner: 'a', n: 1 });
    const operations: PatchRequestBody = [
      { op: 'set', path: '/n', value: 2 },
      { op: 'remove', path: '/missing' },
    ];
    expect(await refusal(container.item(id, 'a').patch(operations))).toBe(400);
    expect((await container.item(id, 'a').read()).resource).toMatchObject({ n: 1 });
  });

  it('has ten operations at most', async () => {
    const increments = (count: number): PatchRequestBody =>
      Array.from({ length: count }, () => ({ op: 'incr' as const, path: '/n', value: 1 }));
    expect(await patched({ n: 0 }, increments(10))).toMatchObject({ n: 10 });
    expect(await refusal(patched({ n: 0 }, increments(11)))).toBe(400);
  });

  it('refuses paths that lead nowhere, and what cannot change', async () => {
    expect(await refusal(patched({}, [{ op: 'replace', path: '/missing', value: 1 }]))).toBe(400);
    expect(await refusal(patched({ n: 'text' }, [{ op: 'incr', path: '/n', value: 1 }]))).toBe(400);
    expect(await refusal(patched({ list: [] }, [{ op: 'set', path: '/list/5', value: 1 }]))).toBe(400);
    expect(await refusal(patched({}, [{ op: 'set', path: '/id', value: 'other' }]))).toBe(400);
    expect(await refusal(patched({}, [{ op: 'set', path: '/owner', value: 'other' }]))).toBe(400);
    expect(await refusal(patched({}, [{ op: 'set', path: '/_ts', value: 1 }]))).toBe(400);
  });
});
