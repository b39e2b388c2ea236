import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { schemaVersionOf } from '../support/bank.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import {
  allEvents,
  allPages,
  bodyOf,
  newAccount,
  newCustomer,
  newEmail,
  type Account,
  type Page,
  type Query,
  type Reply,
} from '../support/e2eBank.ts';
import { eventually, viewHas } from '../support/e2eEventually.ts';
import { expectProblem } from '../support/e2eProblem.ts';

const eur = (amount: string) => ({ amount, currency: 'EUR' });
const app = appOfThisFile();

const versionsOf = (items: readonly { readonly version: number }[]) => items.map(({ version }) => version);
const downFrom = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => from - index);
const idsOf = (reply: Reply<{ readonly items: readonly { readonly id: string }[] }>) =>
  bodyOf(reply).items.map(({ id }) => id);
const containing = (ids: readonly string[]) => expect.arrayContaining([...ids]) as string[];

/** An account with deposits of 1, 2, 3 …: versions 2, 3, 4 … */
const accountWithDeposits = async (count: number) => {
  const { id } = await newAccount(app.bank);
  for (let index = 1; index <= count; index += 1) bodyOf(await app.bank.deposit(id, String(index)));
  return { id, last: count + 1 };
};

describe('lists', () => {
  it('have customers newest first', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.unshift(await newCustomer(app.bank));
    await eventually(async () => {
      const { items } = bodyOf(await app.bank.customers({ limit: 200 }));
      return items.map(({ id }) => id).filter((id) => ids.includes(id));
    }).toEqual(ids);
  });

  it('have pages of customers that stand still while others come', async () => {
    const ids = await Promise.all(Array.from({ length: 9 }, () => newCustomer(app.bank)));
    await eventually(async () => idsOf(await app.bank.customers({ limit: 200 }))).toEqual(containing(ids));
    const seen = await allPages(
      async (query) => {
        const page = await app.bank.customers(query);
        await newCustomer(app.bank);
        return page;
      },
      { limit: 2 },
    );
    const seenIds = seen.map(({ id }) => id);
    expect(seenIds).toEqual(containing(ids));
    expect(new Set(seenIds).size).toBe(seenIds.length);
  });

  it('find a customer by e-mail address, in any case', async () => {
    const email = `Zoë+${newEmail()}`;
    const { id } = bodyOf(await app.bank.createCustomer({ email }));
    await eventually(async () => idsOf(await app.bank.customers({ email }))).toEqual([id]);
    for (const written of [email.toUpperCase(), email.toLowerCase(), ` ${email} `, email.normalize('NFD')]) {
      expect(bodyOf(await app.bank.customers({ email: written })).items).toMatchObject([{ id, email }]);
    }
    expect(bodyOf(await app.bank.customers({ email: newEmail() }))).toEqual({ items: [] });
  });

  it('have the accounts of one customer, newest first, or of all', async () => {
    const { id, customerId } = await newAccount(app.bank, '5');
    const second = bodyOf(await app.bank.openAccount(customerId, 'JPY')).id;
    const list = (query: Query) => app.bank.get('/accounts', query) as Promise<Reply<Page<Omit<Account, 'updatedAt'>>>>;
    const ofCustomer = { customerId: customerId.toUpperCase() };
    const own = { customerId, status: 'open', openedAt: expect.any(String) as string };
    await eventually(async () => bodyOf(await list(ofCustomer))).toEqual({
      items: [
        { id: second, ...own, currency: 'JPY', balance: { amount: '0', currency: 'JPY' }, version: 1 },
        { id, ...own, currency: 'EUR', balance: eur('5.00'), version: 2 },
      ],
    });
    expect((await allPages(list, { ...ofCustomer, limit: 1 })).map((item) => item.id)).toEqual([second, id]);
    expect(idsOf(await list({ limit: 200 }))).toEqual(containing([id, second]));
    expect(bodyOf(await list({ customerId: randomUUID() }))).toEqual({ items: [] });
    expectProblem(await list({ customerId: 'x' }), 400, 'InvalidRequest');
  });

  it('have 50 items a page, up to 200 when asked, and no cursor after the last', async () => {
    const { id, last } = await accountWithDeposits(51);
    const page = bodyOf(await app.bank.transactions(id, { atLeast: last }));
    expect(versionsOf(page.items)).toEqual(downFrom(last, 3));
    const rest = bodyOf(await app.bank.transactions(id, { cursor: page.nextCursor ?? '' }));
    expect(rest).toEqual({ items: [expect.objectContaining({ version: 2 })] });
    for (const limit of [51, 200]) {
      const all = bodyOf(await app.bank.transactions(id, { limit, atLeast: last }));
      expect(versionsOf(all.items)).toEqual(downFrom(last, 2));
      expect(all).not.toHaveProperty('nextCursor');
    }
    expect(bodyOf(await app.bank.transactions(id, { limit: 1, atLeast: last })).items).toMatchObject([
      { version: last },
    ]);
  });

  it('show no transaction of which the view may lack one before: lines are written ahead of their row', async () => {
    const { id, last } = await accountWithDeposits(3);
    await viewHas(app.bank, id, last);
    await eventually(async () => (await app.bank.transactions(id)).body.items.length).toBe(3);
    const lines = app.database.container('transactions').items;
    const { resources } = await lines
      .query<{ id: string; entry: { version: number } }>({
        query: 'SELECT * FROM c WHERE c.entry.id = @id',
        parameters: [{ name: '@id', value: `${id}:${last}` }],
      })
      .fetchAll();
    const [line] = resources;
    if (!line) throw new Error('There is a line for the last deposit');
    const next = last + 2;
    const ahead = { ...line, id: line.id.slice(0, -1) + String(next), entry: { ...line.entry, version: next } };
    await lines.create(ahead);
    expect(versionsOf(bodyOf(await app.bank.transactions(id)).items)).toEqual(downFrom(last, 2));
    bodyOf(await app.bank.deposit(id, '1'));
    bodyOf(await app.bank.deposit(id, '1'));
    const { items } = bodyOf(await app.bank.transactions(id, { atLeast: next }));
    expect(versionsOf(items)).toEqual(downFrom(next, 2));
  });

  it('have pages of transactions that stand still while others come', async () => {
    const { id, last } = await accountWithDeposits(9);
    await viewHas(app.bank, id, last);
    await eventually(async () => (await app.bank.transactions(id)).body.items.length).toBe(9);
    const seen = await allPages(
      async (query) => {
        const page = await app.bank.transactions(id, query);
        const { position } = bodyOf(await app.bank.deposit(id, '1'));
        bodyOf(await app.bank.transactions(id, { atLeast: position }));
        return page;
      },
      { limit: 2 },
    );
    expect(versionsOf(seen)).toEqual(downFrom(last, 2));
  });

  it('give the same page for the same cursor, again and again', async () => {
    const { id, last } = await accountWithDeposits(3);
    const first = bodyOf(await app.bank.transactions(id, { atLeast: last, limit: 1 }));
    const query = { limit: 1, cursor: first.nextCursor ?? '' };
    const second = bodyOf(await app.bank.transactions(id, query));
    bodyOf(await app.bank.transactions(id, { atLeast: bodyOf(await app.bank.deposit(id, '1')).position }));
    expect(bodyOf(await app.bank.transactions(id, query))).toEqual(second);
    expect(versionsOf(second.items)).toEqual([last - 1]);
  });

  it('have transactions from an instant on, up to another', async () => {
    const { id, last } = await accountWithDeposits(5);
    const { items } = bodyOf(await app.bank.transactions(id, { atLeast: last }));
    const times = items.map(({ occurredAt }) => occurredAt);
    const [newest = '', , middle = ''] = times;
    const between = (from: string, to: string) =>
      versionsOf(items.filter(({ occurredAt }) => occurredAt >= from && occurredAt < to));

    const found = async (query: Record<string, string>) =>
      versionsOf(bodyOf(await app.bank.transactions(id, { ...query, atLeast: last })).items);
    expect(await found({ from: middle })).toEqual(between(middle, '9'));
    expect(await found({ to: middle })).toEqual(between('0', middle));
    expect(await found({ from: middle, to: newest })).toEqual(between(middle, newest));
    expect(await found({ from: newest, to: middle })).toEqual([]);
    const soonAfter = middle.replace('Z', '999Z');
    const laterThan = items.filter(({ occurredAt }) => occurredAt > middle);
    expect(await found({ from: soonAfter })).toEqual(versionsOf(laterThan));
    expect(await found({ to: soonAfter })).toEqual(versionsOf(items.slice(laterThan.length)));
    const elsewhere = new Date(Date.parse(middle) + 2 * 3_600_000).toISOString().replace('Z', '+02:00');
    expect(await found({ from: elsewhere })).toEqual(between(middle, '9'));
    const paged = await allPages((query) => app.bank.transactions(id, { ...query, atLeast: last }), {
      limit: 1,
      to: newest,
    });
    expect(versionsOf(paged)).toEqual(between('0', newest));
  });

  it('have an empty page for an account without transactions', async () => {
    const { id } = await newAccount(app.bank);
    expect(bodyOf(await app.bank.transactions(id, { atLeast: 1 }))).toEqual({ items: [] });
  });
});

describe('the audit trail', () => {
  it('has every event of an account as it happened, oldest first', async () => {
    const { id, customerId } = await newAccount(app.bank, '5');
    const key = randomUUID();
    bodyOf(await app.bank.withdraw(id, '1', { reference: 'cash' }, { 'idempotency-key': key }));
    const events = await allEvents(app.bank, id);
    expect(events).toMatchObject([
      { id: `${id}:1`, type: 'AccountOpened', version: 1, data: { customerId, currency: 'EUR' } },
      { id: `${id}:2`, type: 'MoneyDeposited', version: 2, data: { amount: eur('5.00'), balance: eur('5.00') } },
      {
        id: `${id}:3`,
        type: 'MoneyWithdrawn',
        version: 3,
        data: { customerId, amount: eur('1.00'), balance: eur('4.00'), reference: 'cash' },
      },
    ]);
    for (const event of events) {
      expect(Object.keys(event).sort()).toEqual(
        [
          ...['id', 'type', 'schemaVersion', 'version', 'data', 'occurredAt'],
          ...['actor', 'correlationId', 'causationId', 'traceparent', 'postings'],
        ].sort(),
      );
      expect(event.schemaVersion).toBe(schemaVersionOf(event.type));
      expect(event.occurredAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    }
    // A key is a secret between the caller and the bank.
    expect(JSON.stringify(events)).not.toContain(key);
  });

  it('has every event of a customer', async () => {
    const email = newEmail();
    const { id } = bodyOf(await app.bank.createCustomer({ email }));
    const reply = await app.bank.get(`/customers/${id}/events`);
    expect(reply).toMatchObject({
      status: 200,
      body: { items: [{ id: `${id}:1`, type: 'CustomerCreated', version: 1, data: { person: { email } } }] },
    });
  });

  it('has pages, to whose end new events are added', async () => {
    const { id } = await accountWithDeposits(4);
    const first = bodyOf(await app.bank.events(id, { limit: 3 }));
    expect(versionsOf(first.items)).toEqual([1, 2, 3]);
    bodyOf(await app.bank.deposit(id, '1'));
    const second = bodyOf(await app.bank.events(id, { limit: 3, cursor: first.nextCursor ?? '' }));
    expect(versionsOf(second.items)).toEqual([4, 5, 6]);
    expect(second).not.toHaveProperty('nextCursor');
  });

  it('begins with the newest event where asked to, and new events move nothing on later pages', async () => {
    const { id } = await accountWithDeposits(4);
    const first = bodyOf(await app.bank.events(id, { limit: 2, order: 'newest' }));
    expect(versionsOf(first.items)).toEqual([5, 4]);
    bodyOf(await app.bank.deposit(id, '1'));
    const rest = await allPages((query) => app.bank.events(id, { ...query, order: 'newest' }), {
      limit: 2,
      cursor: first.nextCursor ?? '',
    });
    expect(versionsOf(rest)).toEqual([3, 2, 1]);
    expectProblem(await app.bank.events(id, { cursor: first.nextCursor ?? '' }), 400, 'InvalidRequest');
    expectProblem(await app.bank.events(randomUUID(), { order: 'newest' }), 404, 'NotFound');
    expectProblem(await app.bank.events(id, { order: 'sideways' }), 400, 'InvalidRequest');
  });

  it('keeps the trace of the request that brought an event', async () => {
    const { id } = await newAccount(app.bank);
    const traceId = randomUUID().replaceAll('-', '');
    await app.bank.deposit(id, '1', {}, { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
    const [, event] = await allEvents(app.bank, id);
    expect(event?.traceparent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  });
});

describe('an ETag', () => {
  it('of an account or a customer is its version and a hash, which commands take', async () => {
    const { id, customerId } = await newAccount(app.bank, '1');
    const { headers } = await app.bank.account(id, { atLeast: 2 });
    const etag = headers.get('etag') ?? '';
    expect(etag).toMatch(/^"2-[\w-]{22}"$/);
    expect((await app.bank.customer(customerId)).headers.get('etag')).toMatch(/^"1-[\w-]{22}"$/);
    expect((await app.bank.deposit(id, '1', {}, { 'if-match': `"9", ${etag}` })).status).toBe(201);
    expect((await app.bank.deposit(id, '1', {}, { 'if-match': etag })).status).toBe(412);
    expect((await app.bank.deposit(id, '1', {}, { 'if-match': '*' })).status).toBe(201);
    expectProblem(await app.bank.deposit(randomUUID(), '1', {}, { 'if-match': '*' }), 404, 'NotFound');
  });

  it('saves sending an answer again, until that changes', async () => {
    const { id, customerId } = await newAccount(app.bank, '1');
    const { email } = bodyOf(await app.bank.customer(customerId, { atLeast: `${id}:2` }));
    await viewHas(app.bank, id, 2);
    await eventually(async () => (await app.bank.customers({ email })).body.items).toMatchObject([{ accounts: 1 }]);

    const paths = [
      `/accounts/${id}`,
      `/accounts/${id}/transactions`,
      `/accounts/${id}/events`,
      `/customers/${customerId}`,
      `/customers?email=${email}`,
    ];
    const etags = new Map<string, string>();
    for (const path of paths) {
      const full = await app.bank.get(path);
      const etag = full.headers.get('etag') ?? '';
      expect(etag).toMatch(/^"[^"]+"$/);
      etags.set(path, etag);
      for (const condition of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
        const reply = await app.bank.get(path, {}, { 'if-none-match': condition });
        expect(reply).toMatchObject({ status: 304, text: '' });
        expect(reply.headers.get('etag')).toBe(etag);
      }
      expect(await app.bank.get(path, {}, { 'if-none-match': '"x"' })).toMatchObject({ status: 200, text: full.text });
    }

    // The e-mail's line counts accounts: it changes with another one.
    bodyOf(await app.bank.openAccount(customerId));
    bodyOf(await app.bank.deposit(id, '1'));
    for (const path of paths) {
      await eventually(async () => {
        const reply = await app.bank.get(path, {}, { 'if-none-match': etags.get(path) ?? '' });
        return [reply.status, reply.headers.get('etag') === etags.get(path)];
      }).toEqual([200, false]);
    }
  });
});
