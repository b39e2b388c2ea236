import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultRule } from '../../local/faults/faultRules.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { allEvents, bodyOf, newAccount, newEmail, statusesOf, times } from '../support/e2eBank.ts';
import { eventually, viewHas } from '../support/e2eEventually.ts';
import { expectProblem } from '../support/e2eProblem.ts';

const app = appOfThisFile();
afterEach(async () => {
  await app.cosmosFaults.clear();
  await app.cosmosFaults.resume();
  await app.serviceBusFaults.clear();
  await app.serviceBusFaults.resume();
});

/** On the next append. */
const onAppend = (fault: FaultRule['fault'], times = 1): FaultRule => ({
  on: { operation: 'bulk', target: 'events' },
  times,
  fault,
});
const versionsOf = async (id: string) => (await allEvents(app.bank, id)).map(({ version }) => version);

describe('an append whose answer is lost', () => {
  it.each([
    ['after it took effect', { kind: 'drop', when: 'after' }],
    ['before it took effect', { kind: 'drop', when: 'before' }],
    ['to a 503', { kind: 'answer', status: 503 }],
    ['to a 449', { kind: 'answer', status: 449 }],
    ['to a 408', { kind: 'answer', status: 408 }],
    ['to a 500', { kind: 'answer', status: 500 }],
  ] as const)('%s is done once, with a key or without', async (_, fault) => {
    const { id } = await newAccount(app.bank, '10');
    await app.cosmosFaults.inject(onAppend(fault));
    expect(bodyOf(await app.bank.withdraw(id, '10'))).toMatchObject({ version: 3, balance: { amount: '0.00' } });
    await app.cosmosFaults.inject(onAppend(fault));
    const headers = { 'idempotency-key': randomUUID() };
    expect(bodyOf(await app.bank.deposit(id, '5', {}, headers))).toMatchObject({ version: 4 });
    const again = await app.bank.deposit(id, '5', {}, headers);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await versionsOf(id)).toEqual([1, 2, 3, 4]);
    await viewHas(app.bank, id, 4);
  });

  it('for good is a 503, and a retry with the same key finds what was done', async () => {
    const { id } = await newAccount(app.bank, '10');
    const headers = { 'idempotency-key': randomUUID() };
    await app.cosmosFaults.inject([
      onAppend({ kind: 'drop', when: 'after' }),
      { on: { operation: ['read', 'query'], target: 'events' }, times: 1_000, fault: { kind: 'answer', status: 503 } },
    ]);
    const reply = await app.bank.withdraw(id, '10', {}, headers);
    expectProblem(reply, 503, 'ServiceUnavailable');
    expect(reply.headers.get('retry-after')).toMatch(/^\d+$/);
    await app.cosmosFaults.clear();
    const again = await app.bank.withdraw(id, '10', {}, headers);
    expect(bodyOf(again)).toMatchObject({ version: 3, balance: { amount: '0.00' } });
    expect(await versionsOf(id)).toEqual([1, 2, 3]);
  });

  it('of a customer or an account is found again', async () => {
    const email = newEmail();
    const created = { operation: ['create', 'bulk'] };
    await app.cosmosFaults.inject({ on: created, times: 2, fault: { kind: 'drop', when: 'after' } });
    const { id } = bodyOf(await app.bank.createCustomer({ email }, { 'idempotency-key': randomUUID() }));
    await app.cosmosFaults.inject({ on: created, fault: { kind: 'drop', when: 'after' } });
    bodyOf(await app.bank.openAccount(id));
    expect((await app.bank.createCustomer({ email })).status).toBe(409);
    await eventually(async () => {
      const customer = bodyOf(await app.bank.customer(id));
      return [customer.email, customer.accounts.length];
    }).toEqual([email, 1]);
  });

  it('never counts anything twice under load', async () => {
    const { id } = await newAccount(app.bank);
    const share = { share: 0.3, seed: 7 };
    await app.cosmosFaults.inject([
      { on: { operation: 'bulk', target: 'events' }, ...share, fault: { kind: 'drop', when: 'after' } },
      { on: { operation: 'bulk', target: 'events' }, ...share, fault: { kind: 'answer', status: 503 } },
    ]);
    const replies = await times(200, () => app.bank.deposit(id, '1'));
    await app.cosmosFaults.clear();
    const done = replies.filter(({ status }) => status === 201);
    expect(done.length).toBeGreaterThan(0);
    const versions = done.map((reply) => bodyOf(reply).version);
    expect(new Set(versions).size).toBe(done.length);
    const all = await versionsOf(id);
    expect(all).toEqual(Array.from({ length: all.length }, (__, index) => index + 1));
    expect(all).toEqual(expect.arrayContaining(versions));
    await viewHas(app.bank, id, all.length);
  });
});

describe('a throttled store', () => {
  it('is a 503 that says when to come back, and changes nothing', async () => {
    const { id } = await newAccount(app.bank, '10');
    await app.cosmosFaults.inject(onAppend({ kind: 'answer', status: 429, retryAfterMs: 1_500 }, 1_000));
    const reply = await app.bank.deposit(id, '1');
    expectProblem(reply, 503, 'ServiceUnavailable');
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    await app.cosmosFaults.clear();
    expect(await versionsOf(id)).toEqual([1, 2]);
  });

  it('that throttles for a moment only delays', async () => {
    const { id } = await newAccount(app.bank, '10');
    await app.cosmosFaults.inject(onAppend({ kind: 'answer', status: 429, retryAfterMs: 10 }, 2));
    expect(bodyOf(await app.bank.deposit(id, '1')).version).toBe(3);
  });
});

describe('a store that never answers', () => {
  it('leaves no caller waiting', async () => {
    const { id } = await newAccount(app.bank, '10');
    await app.cosmosFaults.inject({
      on: { operation: ['read', 'query', 'bulk'], target: 'events' },
      times: 1_000,
      fault: { kind: 'timeout', when: 'before' },
    });
    const replies = await Promise.all([app.bank.deposit(id, '1'), app.bank.openAccount(randomUUID())]);
    for (const reply of replies) expectProblem(reply, 503, 'ServiceUnavailable');
    await app.cosmosFaults.clear();
    await eventually(async () => (await app.bank.deposit(id, '1')).status).toBe(201);
  });
});

describe('a store that is away', () => {
  it('is said so, and everything goes on when it is back, with nothing in any dead-letter queue', async () => {
    const { id } = await newAccount(app.bank, '10');
    await app.cosmosFaults.inject({
      on: { operation: 'bulk', target: 'accounts' },
      times: 3,
      fault: { kind: 'answer', status: 503 },
    });
    bodyOf(await app.bank.deposit(id, '1'));
    await app.cosmosFaults.pause();
    expectProblem(await app.bank.deposit(id, '1'), 503, 'ServiceUnavailable');
    expectProblem(await app.bank.account(id), 503, 'ServiceUnavailable');
    await eventually(() => app.bank.get('/health')).toMatchObject({
      status: 503,
      body: { status: 'unhealthy', services: { cosmos: 'down', serviceBus: 'up' } },
    });
    await app.cosmosFaults.resume();

    await eventually(async () => (await app.bank.get('/health')).status).toBe(200);
    bodyOf(await app.bank.deposit(id, '1'));
    const { length } = await allEvents(app.bank, id);
    await viewHas(app.bank, id, length);
    const receiver = app.serviceBus.createReceiver('bank-events', 'views', { subQueueType: 'deadLetter' });
    expect(await receiver.peekMessages(1)).toEqual([]);
    await receiver.close();
  });
});

describe('Service Bus', () => {
  it('may be away: commands succeed, and what they published arrives when it is back', async () => {
    const { id } = await newAccount(app.bank, '10');
    await app.serviceBusFaults.pause();
    expect(statusesOf(await times(20, () => app.bank.deposit(id, '1')))).toEqual({ 201: 20 });
    expect(bodyOf(await app.bank.account(id, { atLeast: 22 })).balance.amount).toBe('30.00');
    await eventually(() => app.bank.get('/health')).toMatchObject({
      status: 503,
      body: { services: { cosmos: 'up', serviceBus: 'down' } },
    });
    await app.serviceBusFaults.resume();

    const customer = bodyOf(await app.bank.account(id)).customerId;
    await eventually(async () => {
      const { accounts } = bodyOf(await app.bank.customer(customer));
      return accounts.map(({ version }) => version);
    }, 90_000).toEqual([22]);
  });

  it('may lose the answer to a send, and deliver twice and in any order', async () => {
    await app.serviceBusFaults.inject([
      { on: { operation: 'send' }, times: 3, fault: { kind: 'drop', when: 'after' } },
      { on: { operation: 'deliver' }, share: 0.3, seed: 3, fault: { kind: 'duplicate' } },
      { on: { operation: 'deliver' }, share: 0.3, seed: 5, fault: { kind: 'reorder' } },
    ]);
    const { id } = await newAccount(app.bank, '10');
    for (let index = 0; index < 20; index += 1) bodyOf(await app.bank.deposit(id, '1'));
    await viewHas(app.bank, id, 22, 60_000);
    expect(bodyOf(await app.bank.account(id)).balance.amount).toBe('30.00');
    const { items } = bodyOf(await app.bank.transactions(id, { atLeast: 22 }));
    expect(items.map(({ version }) => version)).toEqual(Array.from({ length: 21 }, (_, index) => 22 - index));
  });
});
