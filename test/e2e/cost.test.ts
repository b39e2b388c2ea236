import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, newCustomer, times, type Reply } from '../support/e2eBank.ts';
import { viewHas } from '../support/e2eEventually.ts';
import { money } from '../support/e2eMoney.ts';
import { expectProblem } from '../support/e2eProblem.ts';

const app = appOfThisFile();

/** Requests to Cosmos DB that an answer took. */
const allTripsOf = (reply: Reply): number =>
  Number(/trips;desc="(\d+)"/.exec(reply.headers.get('server-timing') ?? '')?.[1]);
/** The same of a success. */
const tripsOf = (reply: Reply): number => {
  bodyOf(reply);
  return allTripsOf(reply);
};
const unitsOf = (reply: Reply): number =>
  Number(/units;desc="([\d.]+)"/.exec(reply.headers.get('server-timing') ?? '')?.[1]);

describe('requests to Cosmos DB', () => {
  it('are two for creating a customer: the claim, and the customer', async () =>
    expect(tripsOf(await app.bank.createCustomer())).toBe(2));

  it('are one for opening an account, and one more for a customer who is not known here', async () => {
    const customerId = await newCustomer(app.bank);
    expect(tripsOf(await app.bank.openAccount(customerId))).toBe(1);
    // Nothing is cached any more.
    await app.restart();
    expect(tripsOf(await app.bank.openAccount(customerId))).toBe(2);
    expect(tripsOf(await app.bank.openAccount(customerId))).toBe(1);
  });

  it('are one for moving money, with a key or without, and one more for an account that is not known here', async () => {
    const { id } = await newAccount(app.bank, '10');
    const key = () => ({ 'idempotency-key': randomUUID() });
    expect(tripsOf(await app.bank.deposit(id, '1'))).toBe(1);
    expect(tripsOf(await app.bank.withdraw(id, '1', {}, key()))).toBe(1);
    // Nothing is cached any more.
    await app.restart();
    expect(tripsOf(await app.bank.deposit(id, '1', {}, key()))).toBe(2);
    expect(tripsOf(await app.bank.deposit(id, '1', {}, { ...key(), 'if-match': '"5"' }))).toBe(1);
  });

  it('are one for all commands that wait together, and their units are shared', async () => {
    const { id } = await newAccount(app.bank, '10');
    const [first, ...waiting] = await times(30, () => app.bank.deposit(id, '1'));
    expect(tripsOf(first as Reply)).toBe(1);
    expect(new Set(waiting.map(tripsOf))).toEqual(new Set([1]));
    expect(bodyOf(await app.bank.account(id, { atLeast: 32 })).balance.amount).toBe('40.00');
  });

  it('are three for an account that another instance has moved: the refused append, a read, and the append', async () => {
    const { id } = await newAccount(app.bank, '10');
    const other = await app.startInstance();
    try {
      expect(tripsOf(await other.bank.deposit(id, '1'))).toBe(2);
      expect(tripsOf(await app.bank.deposit(id, '1', {}, { 'idempotency-key': randomUUID() }))).toBe(3);
      expect(tripsOf(await app.bank.deposit(id, '1'))).toBe(1);
      // Two commits are missed: at once, or after a second refused append, the newest state is loaded.
      expect([3, 5]).toContain(tripsOf(await other.bank.withdraw(id, '1')));
      expect(tripsOf(await other.bank.createCustomer())).toBe(2);
    } finally {
      await other.stop();
    }
  });

  it('charge no more than 20 modelled units for a deposit with a key', async () => {
    const { id } = await newAccount(app.bank, '10');
    const reply = await app.bank.deposit(id, '1', {}, { 'idempotency-key': randomUUID() });
    expect(tripsOf(reply)).toBe(1);
    expect(unitsOf(reply)).toBeGreaterThan(0);
    expect(unitsOf(reply)).toBeLessThanOrEqual(20);
  });

  it('are one for a transfer, in which its caller pays for its own commit alone', async () => {
    const [from, to] = [await newAccount(app.bank, '10'), await newAccount(app.bank)];
    const send = () => money(app.bank).transfer(from.id, to.id, '1', {}, { prefer: 'wait=20' });
    // The first one makes the receiver known here.
    bodyOf(await send());
    const reply = await money(app.bank).transfer(from.id, to.id, '1');
    expect(tripsOf(reply)).toBe(1);
    expect(unitsOf(reply)).toBeLessThanOrEqual(6);
  });

  it('charge a deposit a quarter more at most beside a hundred holds', async () => {
    const { id } = await newAccount(app.bank, '1000');
    const alone = unitsOf(await app.bank.deposit(id, '1'));
    await times(100, async () => bodyOf(await money(app.bank).hold(id, '1')));
    const beside = await app.bank.deposit(id, '1');
    expect(tripsOf(beside)).toBe(1);
    expect(unitsOf(beside)).toBeGreaterThan(alone);
    expect(unitsOf(beside)).toBeLessThanOrEqual(1.25 * alone);
  });

  it.each([10, 300])(
    'are one for an account of the past, and one for the name of its customer, at %i events',
    async (count) => {
      const { id } = await newAccount(app.bank, '1');
      await times(count - 2, () => app.bank.deposit(id, '1'));
      const { updatedAt } = bodyOf(await app.bank.account(id, { atLeast: count }));
      for (const past of [{ version: 1 }, { version: 2 }, { version: count }, { at: updatedAt }]) {
        // The instance knows for a moment which generation answers.
        bodyOf(await app.bank.account(id));
        const reply = await app.bank.account(id, past);
        expect(tripsOf(reply)).toBe(2);
        expect(unitsOf(reply)).toBeLessThan(10);
      }
    },
  );

  it('are few for a version that never comes, and charge 10 modelled units at most', async () => {
    const { id, customerId } = await newAccount(app.bank, '1');
    await viewHas(app.bank, id, 2);
    const ofAccount = (atLeast: number) => app.bank.account(id, { atLeast });
    const ofCustomer = (atLeast: string) => app.bank.customer(customerId, { atLeast });
    const asks = [
      () => ofAccount(3),
      () => ofAccount(99),
      () => ofCustomer(`${customerId}:2`),
      () => ofCustomer(`${randomUUID()}:1`),
    ];
    for (const ask of asks) {
      // The instance knows for a moment which generation answers. Where it was busy, it had to ask again.
      const costs = [];
      for (let time = 0; time < 3; time += 1) {
        bodyOf(await ofAccount(2));
        bodyOf(await ofCustomer(`${customerId}:1`));
        const reply = await ask();
        expectProblem(reply, 409, 'VersionNotReached');
        costs.push({ trips: allTripsOf(reply), units: unitsOf(reply) });
      }
      expect(Math.min(...costs.map(({ trips }) => trips))).toBeLessThanOrEqual(5);
      expect(Math.min(...costs.map(({ units }) => units))).toBeLessThanOrEqual(10);
    }
  });
});
