import { randomUUID } from 'node:crypto';
import type { Container } from '@azure/cosmos';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTarget, refusal, type Target } from './target.ts';

type Thing = { id: string; owner?: string | number | boolean | null; text?: string };

let target: Target;
let container: Container;
beforeAll(async () => {
  target = await openTarget();
  container = await target.container();
});
afterAll(() => target.close());

const newId = (): string => randomUUID();

describe('an item', () => {
  it('is created, read, replaced and deleted', async () => {
    const id = newId();
    const created = await container.items.create<Thing>({ id, owner: 'a', text: 'first' });
    expect(created.statusCode).toBe(201);
    expect(created.requestCharge).toBeGreaterThan(1);
    expect(created.resource).toMatchObject({ id, owner: 'a', text: 'first' });

    const read = await container.item(id, 'a').read<Thing>();
    expect(read.statusCode).toBe(200);
    expect(read.resource).toEqual(created.resource);
    expect(read.etag).toBe(created.etag);
    expect(read.requestCharge).toBe(2);

    const replaced = await container.item(id, 'a').replace<Thing>({ id, owner: 'a', text: 'second' });
    expect(replaced.statusCode).toBe(200);
    expect(replaced.resource?.text).toBe('second');
    expect(replaced.etag).not.toBe(created.etag);

    expect((await container.item(id, 'a').delete()).statusCode).toBe(204);
    expect((await container.item(id, 'a').read()).statusCode).toBe(404);
  });

  it('carries the properties of the system', async () => {
    const before = Math.floor(Date.now() / 1000) - 60;
    const { resource, etag } = await container.items.create<Thing>({ id: newId(), owner: 'a' });
    expect(resource?._rid).toMatch(/^[A-Za-z0-9+=-]+$/);
    expect(resource?._self).toContain(resource?._rid);
    expect(resource?._etag).toBe(etag);
    expect(resource?._ts).toBeGreaterThan(before);
  });

  it('keeps its _rid when it is replaced', async () => {
    const id = newId();
    const created = await container.items.create<Thing>({ id, owner: 'a' });
    const replaced = await container.item(id, 'a').replace<Thing>({ id, owner: 'a' });
    expect(replaced.resource?._rid).toBe(created.resource?._rid);
  });

  it('is upserted: created the first time, replaced the second', async () => {
    const id = newId();
    expect((await container.items.upsert<Thing>({ id, owner: 'a' })).statusCode).toBe(201);
    expect((await container.items.upsert<Thing>({ id, owner: 'a' })).statusCode).toBe(200);
  });

  it.each(['a?b', 'ä ö', '100%', '%41', 'a+b&c=d', "'quoted'", '"', '日本', '😀', '..', 'a;b,c', ' padded '])(
    'may be called %j',
    async (name) => {
      const id = `${name}${newId()}`;
      await container.items.create<Thing>({ id, owner: name });
      expect((await container.item(id, name).read<Thing>()).resource?.id).toBe(id);
      expect((await container.item(id, name).delete()).statusCode).toBe(204);
    },
  );

  it.each([['a'], [5], [true], [null], [0.1], ['']])('is found under the partition key %j alone', async (owner) => {
    const id = newId();
    await container.items.create<Thing>({ id, owner });
    expect((await container.item(id, owner).read()).statusCode).toBe(200);
    expect((await container.item(id, 'other').read()).statusCode).toBe(404);
  });

  it('without the property of the partition key has the key undefined', async () => {
    const id = newId();
    await container.items.create<Thing>({ id });
    expect((await container.item(id, undefined).read()).statusCode).toBe(200);
  });

  it('keeps numbers, nulls and nested values as they are', async () => {
    const id = newId();
    const values = { big: 9007199254740991, small: 1e-9, none: null, list: [1, [2], { three: 3 }], empty: {} };
    await container.items.create({ id, owner: 'a', ...values });
    expect((await container.item(id, 'a').read()).resource).toMatchObject(values);
  });
});

describe('refusals', () => {
  it('404: there is no such item to replace, patch or delete', async () => {
    const item = container.item(newId(), 'a');
    expect(await refusal(item.replace({ id: item.id, owner: 'a' }))).toBe(404);
    expect(await refusal(item.patch([{ op: 'set', path: '/x', value: 1 }]))).toBe(404);
    expect(await refusal(item.delete())).toBe(404);
  });

  it('404: there is no such container', async () => {
    expect(await refusal(target.database.container('nowhere').items.create({ id: '1' }))).toBe(404);
  });

  it('409: the id is taken in this partition', async () => {
    const id = newId();
    await container.items.create({ id, owner: 'a' });
    expect(await refusal(container.items.create({ id, owner: 'a' }))).toBe(409);
    expect((await container.items.create({ id, owner: 'b' })).statusCode).toBe(201);
  });

  it('400: the id is too long', async () => {
    expect(await refusal(container.items.create({ id: 'x'.repeat(1024), owner: 'a' }))).toBe(400);
  });

  it('400: the document is nested too deeply', async () => {
    let nested: unknown = 1;
    for (let level = 0; level < 500; level++) nested = [nested];
    expect(await refusal(container.items.create({ id: newId(), owner: 'a', nested }))).toBe(400);
  });

  it('413: the item is larger than 2 MB', async () => {
    expect(await refusal(container.items.create({ id: newId(), owner: 'a', text: 'x'.repeat(2_100_000) }))).toBe(413);
    const large = { id: newId(), owner: 'a', text: 'x'.repeat(2_090_000) };
    expect((await container.items.create(large)).statusCode).toBe(201);
  });
});

describe('preconditions', () => {
  it('If-Match lets only the first of two writers through', async () => {
    const id = newId();
    const { etag } = await container.items.create<Thing>({ id, owner: 'a' });
    const accessCondition = { type: 'IfMatch', condition: etag };
    const item = container.item(id, 'a');
    expect((await item.replace({ id, owner: 'a' }, { accessCondition })).statusCode).toBe(200);
    expect(await refusal(item.replace({ id, owner: 'a' }, { accessCondition }))).toBe(412);
    expect(await refusal(container.items.upsert({ id, owner: 'a' }, { accessCondition }))).toBe(412);
    expect(await refusal(item.patch([{ op: 'set', path: '/x', value: 1 }], { accessCondition }))).toBe(412);
    expect(await refusal(item.delete({ accessCondition }))).toBe(412);
    expect((await item.delete({ accessCondition: { type: 'IfMatch', condition: '*' } })).statusCode).toBe(204);
  });

  it('If-None-Match reads 304 until the item changes', async () => {
    const id = newId();
    const { etag } = await container.items.create<Thing>({ id, owner: 'a' });
    const accessCondition = { type: 'IfNoneMatch', condition: etag };
    const unchanged = await container.item(id, 'a').read({ accessCondition });
    expect(unchanged.statusCode).toBe(304);
    expect(unchanged.requestCharge).toBe(2);
    await container.items.upsert({ id, owner: 'a', text: 'changed' });
    expect((await container.item(id, 'a').read({ accessCondition })).statusCode).toBe(200);
  });
});

describe('unique keys', () => {
  let members: Container;
  beforeAll(async () => {
    members = await target.container({
      uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/email'] }, { paths: ['/first', '/last'] }] },
    });
  });

  const member = (owner: string, own: object) => ({ id: newId(), owner, email: newId(), first: newId(), ...own });

  it('hold within a partition, and not beyond', async () => {
    const email = newId();
    await members.items.create(member('a', { email }));
    expect(await refusal(members.items.create(member('a', { email })))).toBe(409);
    expect((await members.items.create(member('b', { email }))).statusCode).toBe(201);
  });

  it('let an item keep its own value and take one that was given up', async () => {
    const one = member('c', {});
    const other = member('c', {});
    await members.items.create(one);
    await members.items.create(other);
    expect((await members.items.upsert(one)).statusCode).toBe(200);
    expect(await refusal(members.items.upsert({ ...other, email: one.email }))).toBe(409);
    await members.item(one.id, 'c').delete();
    expect((await members.items.upsert({ ...other, email: one.email })).statusCode).toBe(200);
  });

  it('of several paths are compared as a whole', async () => {
    await members.items.create(member('d', { first: 'Ada', last: 'L' }));
    expect((await members.items.create(member('d', { first: 'Ada', last: 'M' }))).statusCode).toBe(201);
    expect(await refusal(members.items.create(member('d', { first: 'Ada', last: 'L' })))).toBe(409);
  });

  it('take a missing path for null [believed]', async () => {
    await members.items.create(member('e', { email: undefined }));
    expect(await refusal(members.items.create(member('e', { email: null })))).toBe(409);
  });

  it('tell numbers from strings', async () => {
    await members.items.create(member('f', { email: 1 }));
    expect((await members.items.create(member('f', { email: '1' }))).statusCode).toBe(201);
  });
});
