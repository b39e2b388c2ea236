import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import {
  allEvents,
  bodyOf,
  centsOf,
  newAccount,
  newEmail,
  statusesOf,
  times,
  type BankClient,
} from '../support/e2eBank.ts';
import { viewHas } from '../support/e2eEventually.ts';

const app = appOfThisFile();
let other: { bank: BankClient; stop: () => Promise<void> };
beforeAll(async () => {
  other = await app.startInstance();
});
afterAll(() => other.stop());

const either = (index: number) => (index % 2 === 0 ? app.bank : other.bank);

describe('two instances on one store', () => {
  it('hammering one account lose nothing, and count nothing twice', async () => {
    const { id } = await newAccount(app.bank, '100');
    const replies = await times(300, (index) =>
      index % 3 === 0 ? either(index).withdraw(id, '2') : either(index).deposit(id, '1'),
    );
    const done = replies.filter(({ status }) => status === 201);
    // Contention is an answer; a wrong balance would not be.
    expect(Object.keys(statusesOf(replies)).every((status) => ['201', '422', '503'].includes(status))).toBe(true);
    expect(done.length).toBeGreaterThan(100);

    const events = await allEvents(app.bank, id);
    expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1));
    expect(events).toHaveLength(2 + done.length);
    const moved = events
      .slice(1)
      .map(({ type, data }) => (type === 'MoneyDeposited' ? centsOf(data.amount) : -centsOf(data.amount)));
    const balance = moved.reduce((sum, minor) => sum + minor, 0);
    for (const { bank } of [app, other]) {
      const account = bodyOf(await bank.account(id, { atLeast: events.length }));
      expect(account.balance.amount).toBe((balance / 100).toFixed(2));
    }
    await viewHas(other.bank, id, events.length);
  });

  it('asked with one key at the same moment apply it once', async () => {
    const { id } = await newAccount(app.bank);
    const headers = { 'idempotency-key': randomUUID() };
    const replies = await times(20, (index) => either(index).deposit(id, '5', {}, headers));
    expect(statusesOf(replies)).toEqual({ 201: 20 });
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(replies.filter((reply) => !reply.headers.has('idempotency-replayed'))).toHaveLength(1);
    expect(await allEvents(app.bank, id)).toHaveLength(2);
  });

  it('asked for one address at the same moment create one customer', async () => {
    const email = newEmail();
    const replies = await times(20, (index) => either(index).createCustomer({ email }));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(replies.filter(({ status }) => status !== 409)).toHaveLength(1);
  });

  it('take a stale cache for what it is: one more request, never a wrong answer', async () => {
    const { id } = await newAccount(app.bank, '10');
    bodyOf(await other.bank.withdraw(id, '10'));
    expect((await app.bank.withdraw(id, '1')).status).toBe(422);
    bodyOf(await other.bank.deposit(id, '7'));
    expect(bodyOf(await app.bank.withdraw(id, '7')).balance.amount).toBe('0.00');
  });
});
