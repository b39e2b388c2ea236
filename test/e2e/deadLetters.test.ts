import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { projections } from '../../projections/registry.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, type Reply } from '../support/e2eBank.ts';
import { eventually, viewHas } from '../support/e2eEventually.ts';
import { expectProblem } from '../support/e2eProblem.ts';

type Undelivered = {
  subscription: string;
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

const list = (subscription?: string) =>
  app.bank.get(
    '/ops/dead-letters',
    subscription === undefined ? { limit: 200 } : { limit: 200, subscription },
  ) as Promise<Reply<{ items: readonly Undelivered[] }>>;
const found = async (messageId: string, subscription?: string) =>
  bodyOf(await list(subscription)).items.filter((item) => item.messageId === messageId);
const resubmit = async (subscription: string) =>
  bodyOf(await app.bank.request(`/api/ops/dead-letters/${subscription}/resubmit`, { method: 'POST' })) as {
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
        subscription: 'customers',
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
  ])('is sent to its subscription alone, and parked again as the same message: %s', async (_, body) => {
    const messageId = randomUUID();
    await send({ messageId, body, applicationProperties: { aggregate: 'account', tag: 7 } });
    await eventually(async () => (await found(messageId)).map(({ subscription }) => subscription).sort()).toEqual(
      projections.map(({ name }) => name).sort(),
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

describe('an unknown subscription', () => {
  it('is a 404', async () => {
    expectProblem(await list('nobody'), 404, 'NotFound', '/api/ops/dead-letters');
    const reply = await app.bank.request('/api/ops/dead-letters/nobody/resubmit', { method: 'POST' });
    expectProblem(reply, 404, 'NotFound', '/api/ops/dead-letters/nobody/resubmit');
  });
});
