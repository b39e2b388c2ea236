import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { listeners } from '../../subscribers/registry.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { allPages, bodyOf, newAccount, type Page, type Query, type Reply } from '../support/e2eBank.ts';
import { eventually, viewHas } from '../support/e2eEventually.ts';
import { expectProblem } from '../support/e2eProblem.ts';

type Undelivered = {
  id?: string;
  listener: string;
  state: 'parked' | 'deadLettered';
  messageId: string;
  reason: string;
  description?: string;
  body: string;
  enqueuedAt?: string;
  deliveryCount?: number;
};

const app = appOfThisFile();
const topic = 'bank-events';

const list = (query: Query) => app.bank.get('/ops/dead-letters', query) as Promise<Reply<Page<Undelivered>>>;
const found = async (messageId: string, listener?: string) => {
  const items = await allPages(list, { limit: 200, ...(listener !== undefined && { listener }) });
  return items.filter((item) => item.messageId === messageId);
};
const resubmit = async (listener: string) =>
  bodyOf(await app.bank.post(`/ops/dead-letters/${listener}/resubmit`, {})) as {
    resubmitted: number;
    more: boolean;
  };
const send = async (message: object) => {
  const sender = app.serviceBus.createSender(topic);
  await sender.sendMessages({ body: undefined, ...message });
  await sender.close();
};
const parkedItems = (messageId: string) =>
  app.database.container('parked').items.query<{ id: string; _etag: string }>({
    query: 'SELECT * FROM c WHERE c.messageId = @messageId',
    parameters: [{ name: '@messageId', value: messageId }],
  });

describe('a message that can never be applied', () => {
  it('shows with its reason, its body and where it came from', async () => {
    const messageId = randomUUID();
    await send({ messageId, body: { hello: 'there' }, applicationProperties: { aggregate: 'customer' } });
    await eventually(() => found(messageId)).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        listener: 'customers',
        state: 'parked',
        messageId,
        reason: expect.stringMatching(/Not an event of this bank/) as string,
        body: '{"hello":"there"}',
        enqueuedAt: expect.stringMatching(/^20\d\d-.*Z$/) as string,
        deliveryCount: 1,
      },
    ]);
    expect(await found(messageId, 'customers')).toHaveLength(1);
    expect(await found(messageId, 'accounts')).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['JSON', { still: 'poison' }],
    ['text', 'poison'],
    ['no text at all', Buffer.from([0, 1, 2, 255, 254])],
  ])('is sent to its listener alone, and parked again as the same message: %s', async (_, body) => {
    const messageId = randomUUID();
    await send({ messageId, body, applicationProperties: { aggregate: 'account', tag: 7 } });
    await eventually(async () => (await found(messageId)).map(({ listener }) => listener).sort()).toEqual(
      listeners.map(({ name }) => name).sort(),
    );
    const before = (await parkedItems(messageId).fetchAll()).resources;
    const [first] = await found(messageId, 'accounts');
    expect((await resubmit('accounts')).resubmitted).toBeGreaterThan(0);

    // It was parked anew, and nowhere else than before.
    await eventually(async () => {
      const now = (await parkedItems(messageId).fetchAll()).resources;
      const changed = now.filter(({ _etag }) => !before.some((item) => item._etag === _etag));
      return [now.length, changed.length];
    }).toEqual([before.length, 1]);
    expect(await found(messageId, 'accounts')).toEqual([first]);
    expect((await parkedItems(messageId).fetchAll()).resources.map(({ id }) => id).sort()).toEqual(
      before.map(({ id }) => id).sort(),
    );
  });
});

describe('what was parked', () => {
  it('is applied and gone once nothing stands in its way', async () => {
    const { id } = await newAccount(app.bank, '5');
    await viewHas(app.bank, id, 2);
    // A row of newer code, it may be: nobody can add to it.
    const rows = app.database.container('accounts').items;
    const query = { query: 'SELECT * FROM c WHERE c.key = @id', parameters: [{ name: '@id', value: id }] };
    const [row] = (await rows.query<Record<string, unknown>>(query).fetchAll()).resources;
    await rows.upsert({ ...row, row: { of: 'newer code' } });
    const { position } = bodyOf(await app.bank.deposit(id, '1'));
    await eventually(() => found(position, 'accounts')).toMatchObject([
      { reason: expect.stringMatching(/schema/) as string },
    ]);

    await rows.upsert({ ...row });
    await resubmit('accounts');
    await viewHas(app.bank, id, 3);
    expect(await found(position, 'accounts')).toEqual([]);
  });
});

describe('the list', () => {
  const parkOne = async () => {
    const messageId = randomUUID();
    await send({ messageId, body: 'poison', applicationProperties: { aggregate: 'customer' } });
    await eventually(() => found(messageId, 'customers')).toHaveLength(1);
    return messageId;
  };

  it('has pages that stand still while others come', async () => {
    const ids: string[] = [await parkOne(), await parkOne(), await parkOne(), await parkOne(), await parkOne()];
    const lengths: number[] = [];
    let more = 0;
    const seen = await allPages(
      async (query) => {
        const page = await list(query);
        lengths.push(bodyOf(page).items.length);
        if ((more += 1) < 3) await parkOne();
        return page;
      },
      { limit: 2, listener: 'customers' },
    );
    const seenIds = seen.map(({ messageId }) => messageId);
    expect(seenIds.filter((id) => ids.includes(id))).toEqual(ids);
    expect(new Set(seenIds).size).toBe(seenIds.length);
    expect(Math.max(...lengths)).toBe(2);
  });

  it('takes the cursors of no other list, and no more than 200 at a time', async () => {
    await parkOne();
    await parkOne();
    const { nextCursor = '' } = bodyOf(await list({ limit: 1, listener: 'customers' }));
    expect(bodyOf(await list({ limit: 1, listener: 'customers', cursor: nextCursor })).items).toHaveLength(1);
    for (const query of [
      { cursor: nextCursor },
      { cursor: nextCursor, listener: 'accounts' },
      { cursor: `${nextCursor}x`, listener: 'customers' },
    ]) {
      const { errors } = expectProblem(await list(query), 400, 'InvalidRequest', '/api/ops/dead-letters');
      expect(errors?.map(({ pointer }) => pointer)).toEqual(['/query/cursor']);
    }
    for (const limit of [0, 201, 'x']) expectProblem(await list({ limit }), 400, 'InvalidRequest');
  });
});

describe('one parked message', () => {
  const parkTwo = async () => {
    const ids = [randomUUID(), randomUUID()];
    for (const messageId of ids) {
      await send({ messageId, body: { it: 'is poison' }, applicationProperties: { aggregate: 'customer' } });
    }
    await eventually(async () => Promise.all(ids.map((id) => found(id, 'customers')))).toMatchObject([[{}], [{}]]);
    const [[first], [second]] = (await Promise.all(ids.map((id) => found(id, 'customers')))) as [
      Undelivered[],
      Undelivered[],
    ];
    return { first, second };
  };
  const at = (id = '') => `/api/ops/dead-letters/customers/${id}`;

  it('is discarded for good, and no other', async () => {
    const { first, second } = await parkTwo();
    expect((await app.bank.request(at(first?.id), { method: 'DELETE' })).status).toBe(204);
    expectProblem(await app.bank.request(at(first?.id), { method: 'DELETE' }), 404, 'NotFound');
    expect(await found(first?.messageId ?? '', 'customers')).toEqual([]);
    expect(await found(second?.messageId ?? '', 'customers')).toEqual([second]);
  });

  it('is sent again alone', async () => {
    const { first, second } = await parkTwo();
    const before = (await parkedItems(second?.messageId ?? '').fetchAll()).resources;
    const reply = await app.bank.post(`${at(first?.id).slice(4)}/resubmit`, {});
    expect(bodyOf(reply)).toEqual({ resubmitted: 1, more: false });
    await eventually(() => found(first?.messageId ?? '', 'customers')).toHaveLength(1);
    expect((await parkedItems(second?.messageId ?? '').fetchAll()).resources).toEqual(before);
    expectProblem(await app.bank.post(`${at('0'.repeat(64)).slice(4)}/resubmit`, {}), 404, 'NotFound');
  });
});

describe('an unknown listener', () => {
  it('is a 404 that names those that there are', async () => {
    const { detail } = expectProblem(await list({ listener: 'nobody' }), 404, 'NotFound', '/api/ops/dead-letters');
    for (const { name } of listeners) expect(detail).toContain(name);
    const reply = await app.bank.post('/ops/dead-letters/nobody/resubmit', {});
    expectProblem(reply, 404, 'NotFound', '/api/ops/dead-letters/nobody/resubmit');
  });
});
