import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ServiceBusMessage } from '@azure/service-bus';
import { switchedOn } from '../../application/subscriptions/listener.ts';
import { listeners as all } from '../../subscribers/registry.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { allEvents, allPages, bodyOf, newAccount, type Page, type Query, type Reply } from '../support/e2eBank.ts';
import { messageOf } from '../support/e2eMessages.ts';
import { eventually, viewHas } from '../support/e2eEventually.ts';
import { expectProblem } from '../support/e2eProblem.ts';
import { signatureOf } from '../support/signing.ts';

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

/** Tests switch none of the others on. */
const listeners = switchedOn(all, []);
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
/** Sends a message with a signature of its body. */
const send = async (message: ServiceBusMessage) => {
  const sender = app.serviceBus.createSender(topic);
  const applicationProperties = { ...message.applicationProperties, ...signatureOf(message.body) };
  await sender.sendMessages({ ...message, applicationProperties });
  await sender.close();
};
const parkedItems = (messageId: string) =>
  app.database.container('parked').items.query<{ id: string; _etag: string }>({
    query: 'SELECT * FROM c WHERE c.messageId = @messageId',
    parameters: [{ name: '@messageId', value: messageId }],
  });

const hearing = (aggregate: string, type: string) =>
  listeners.filter(({ follows, types }) => follows.includes(aggregate) && (types?.includes(type) ?? true));

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

  it('is sent again as the event store has it, to its listener alone', async () => {
    const { id } = await newAccount(app.bank, '5');
    await viewHas(app.bank, id, 2);
    const [, event] = await allEvents(app.bank, id);
    if (!event) throw new Error('There is a deposit');
    await send(messageOf(event, { data: { amount: 'a lot' } }));
    await eventually(async () => (await found(event.id)).map(({ listener }) => listener).sort()).toEqual(
      hearing('account', event.type)
        .map(({ name }) => name)
        .sort(),
    );
    expect((await resubmit('accounts')).resubmitted).toBeGreaterThan(0);
    await eventually(() => found(event.id, 'accounts')).toEqual([]);
    expect(await found(event.id, 'customers')).toHaveLength(1);
    expect(bodyOf(await app.bank.account(id)).balance.amount).toBe('5.00');
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

    // Still so: it is parked again as the same message.
    const [before] = (await parkedItems(position).fetchAll()).resources;
    await resubmit('accounts');
    await eventually(async () => {
      const [now, ...others] = (await parkedItems(position).fetchAll()).resources;
      return [now?.id, now?._etag !== before?._etag, others.length];
    }).toEqual([before?.id, true, 0]);

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
    const { id } = await newAccount(app.bank, '5');
    const [opening, deposit] = await allEvents(app.bank, id);
    if (!opening || !deposit) throw new Error('There are two events');
    for (const event of [opening, deposit]) {
      await send(messageOf(event, { data: {} }));
      await eventually(() => found(event.id, 'customers')).toHaveLength(1);
    }
    const [[first], before] = [await found(opening.id, 'customers'), await found(deposit.id, 'customers')];
    const reply = await app.bank.post(`${at(first?.id).slice(4)}/resubmit`, {});
    expect(bodyOf(reply)).toEqual({ resubmitted: 1, more: false });
    expect(await found(opening.id, 'customers')).toEqual([]);
    expect(await found(deposit.id, 'customers')).toEqual(before);
  });

  it('of which the event store has no event cannot be sent again', async () => {
    const { first } = await parkTwo();
    expectProblem(await app.bank.post(`${at(first?.id).slice(4)}/resubmit`, {}), 409, 'EventGone');
    expect(await found(first?.messageId ?? '', 'customers')).toEqual([first]);
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
