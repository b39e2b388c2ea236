import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { allEvents, bodyOf, newAccount, newEmail, statusesOf, times, type Reply } from '../support/e2eBank.ts';
import { money } from '../support/e2eMoney.ts';
import { expectProblem } from '../support/e2eProblem.ts';

const app = appOfThisFile();

const uuidVersion5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const newKey = () => ({ 'idempotency-key': randomUUID() });

/** The same answer as the first one, marked as a repetition. */
const expectReplay = (reply: Reply, first: Reply): void => {
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  expect({ status: reply.status, body: reply.body }).toEqual({ status: first.status, body: first.body });
  expect(reply.headers.get('location')).toBe(first.headers.get('location'));
  expect(reply.headers.get('idempotency-replayed')).toBe('true');
};

/** An account with 10 EUR, of which a hold has 2, and another one without money; `newcomer` is the customer of both. */
const prepared = async () => {
  const own = await newAccount(app.bank, '10');
  const other = bodyOf(await app.bank.openAccount(own.customerId)).id;
  const { holdId } = bodyOf(await money(app.bank).hold(own.id, '2'));
  return { id: own.id, customerId: own.customerId, other, holdId };
};
type Prepared = Awaited<ReturnType<typeof prepared>>;
type Headers = Readonly<Record<string, string>>;

/** Every command but those that open something, deposit or withdraw. */
const commands: Readonly<Record<string, (on: Prepared, headers: Headers) => Promise<Reply>>> = {
  transfer: ({ id, other }, headers) => money(app.bank).transfer(id, other, '1', {}, { ...headers, prefer: 'wait=20' }),
  hold: ({ id }, headers) => money(app.bank).hold(id, '1', {}, headers),
  capture: ({ id, holdId }, headers) => money(app.bank).capture(id, holdId, {}, headers),
  'capture into a transfer': ({ id, other, holdId }, headers) =>
    money(app.bank).capture(id, holdId, { to: other }, { ...headers, prefer: 'wait=20' }),
  release: ({ id, holdId }, headers) => money(app.bank).release(id, holdId, headers),
  reversal: ({ id }, headers) => money(app.bank).reverse(id, `${id}:2`, 'Typing error', headers),
  freeze: ({ id }, headers) => money(app.bank).become(id, 'freeze', headers),
  unfreeze: ({ other }, headers) => money(app.bank).become(other, 'unfreeze', headers),
  close: ({ other }, headers) => money(app.bank).become(other, 'close', headers),
  name: ({ customerId }, headers) =>
    app.bank.renameCustomer(customerId, { firstName: 'Grace', lastName: 'Hopper' }, headers),
  email: ({ customerId }, headers) => app.bank.changeEmail(customerId, `${customerId}@example.org`, headers),
  notifications: ({ customerId }, headers) =>
    app.bank.chooseNotifications(customerId, { types: ['MoneyDeposited'] }, headers),
  rate: (_, headers) => app.bank.put('/ops/fx/rates/SEK-NOK', { rate: '1.02', source: 'a test' }, headers),
};

describe('an idempotency key of any other command', () => {
  it.each(Object.entries(commands))('gives the same status, body and place again: %s', async (name, send) => {
    const on = await prepared();
    // What is taken back has to be there, and what is thawed has to be frozen.
    if (name === 'reversal') bodyOf(await app.bank.deposit(on.id, '10'));
    if (name === 'unfreeze') bodyOf(await money(app.bank).become(on.other, 'freeze'));
    const key = newKey();
    const first = await send(on, key);
    expect([200, 201]).toContain(first.status);
    bodyOf(await app.bank.deposit(on.id, '1'));
    bodyOf(await app.bank.renameCustomer(on.customerId, { firstName: 'Mary', lastName: 'Shelley' }));
    expectReplay(await send(on, key), first);
    expectReplay(await send(on, key), first);
  });
});

describe('an idempotency key', () => {
  it('gives the first answer again, whatever happened since', async () => {
    const { id } = await newAccount(app.bank);
    const key = newKey();
    const first = await app.bank.deposit(id, '10', { reference: 'once' }, key);
    expect(first.status).toBe(201);
    bodyOf(await app.bank.deposit(id, '5'));
    bodyOf(await app.bank.withdraw(id, '15'));
    expectReplay(await app.bank.deposit(id, '10', { reference: 'once' }, key), first);
    expectReplay(await app.bank.deposit(id, '10', { reference: 'once' }, key), first);
    expect(await allEvents(app.bank, id)).toHaveLength(4);
  });

  it('gives it also when the retry would now be refused', async () => {
    const { id } = await newAccount(app.bank, '10');
    const emptying = newKey();
    const first = await app.bank.withdraw(id, '10', {}, emptying);
    expect(first.status).toBe(201);
    expectReplay(await app.bank.withdraw(id, '10', {}, emptying), first);

    const conditional = { ...newKey(), 'if-match': '"3"' };
    const deposit = await app.bank.deposit(id, '1', {}, conditional);
    expect(deposit.status).toBe(201);
    expectReplay(await app.bank.deposit(id, '1', {}, conditional), deposit);

    const filling = newKey();
    const filled = await app.bank.deposit(id, '9999999999998.99', {}, filling);
    expect(filled.status).toBe(201);
    expectReplay(await app.bank.deposit(id, '9999999999998.99', {}, filling), filled);
  });

  it.each(['!', '~'.repeat(128), `"{'a b`.replace(' ', '_')])('may be any visible ASCII: %s', async (key) => {
    const { id } = await newAccount(app.bank);
    const headers = { 'idempotency-key': key };
    const first = await app.bank.deposit(id, '1', {}, headers);
    expectReplay(await app.bank.deposit(id, '1', {}, headers), first);
  });

  it('is refused with another request', async () => {
    const { id } = await newAccount(app.bank, '10');
    const key = newKey();
    bodyOf(await app.bank.deposit(id, '1', { reference: 'a' }, key));
    const path = `/api/accounts/${id}`;
    const again = (work: Promise<Reply>) => work.then((reply) => expectProblem(reply, 422, 'IdempotencyKeyReused'));
    expect(await again(app.bank.deposit(id, '2', { reference: 'a' }, key))).toMatchObject({
      instance: `${path}/deposits`,
    });
    await again(app.bank.deposit(id, '1', { reference: 'b' }, key));
    await again(app.bank.deposit(id, '1', {}, key));
    await again(app.bank.deposit(id, '1', { reference: 'a', currency: 'USD' }, key));
    await again(app.bank.withdraw(id, '1', { reference: 'a' }, key));
    await again(app.bank.withdraw(id, '11', { reference: 'a' }, key));
    expect(await allEvents(app.bank, id)).toHaveLength(3);
  });

  it('is another key on another account', async () => {
    const [one, other] = [await newAccount(app.bank), await newAccount(app.bank)];
    const key = newKey();
    const first = await app.bank.deposit(one.id, '1', {}, key);
    const second = await app.bank.deposit(other.id, '1', {}, key);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.headers.get('idempotency-replayed')).toBeNull();
    expect(second.body.transactionId).toBe(`${other.id}:2`);
  });

  it('makes creations name the same thing', async () => {
    const key = newKey();
    const person = { firstName: 'Grace', lastName: 'Hopper', email: newEmail() };
    const customer = await app.bank.createCustomer(person, key);
    expect(customer.body.id).toMatch(uuidVersion5);
    expectReplay(await app.bank.createCustomer(person, key), customer);

    // The same key on another route is another key.
    const account = await app.bank.openAccount(customer.body.id, 'EUR', key);
    expect(account.body.id).toMatch(uuidVersion5);
    expect(account.body.id).not.toBe(customer.body.id);
    bodyOf(await app.bank.deposit(account.body.id, '1'));
    expectReplay(await app.bank.openAccount(customer.body.id, 'EUR', key), account);
  });

  it('is refused with another creation, which leaves no trace', async () => {
    const key = newKey();
    const person = { firstName: 'Grace', lastName: 'Hopper', email: newEmail() };
    const customer = bodyOf(await app.bank.createCustomer(person, key));
    const email = newEmail();
    expectProblem(await app.bank.createCustomer({ ...person, email }, key), 422, 'IdempotencyKeyReused');
    expectProblem(await app.bank.createCustomer({ ...person, lastName: 'H' }, key), 422, 'IdempotencyKeyReused');
    expect((await app.bank.createCustomer({ email })).status).toBe(201);

    bodyOf(await app.bank.openAccount(customer.id, 'EUR', key));
    expectProblem(await app.bank.openAccount(customer.id, 'USD', key), 422, 'IdempotencyKeyReused');
    expectProblem(await app.bank.openAccount(randomUUID(), 'EUR', key), 422, 'IdempotencyKeyReused');
  });

  it('does not remember a refusal', async () => {
    const { id, customerId } = await newAccount(app.bank);
    const key = newKey();
    expectProblem(await app.bank.withdraw(id, '1', {}, key), 422, 'InsufficientFunds');
    expectProblem(await app.bank.withdraw(id, '1', {}, { ...key, 'if-match': '"7"' }), 412, 'VersionMismatch');
    bodyOf(await app.bank.deposit(id, '1'));
    const retried = await app.bank.withdraw(id, '1', {}, key);
    expect(retried.status).toBe(201);
    expectReplay(await app.bank.withdraw(id, '1', {}, key), retried);

    const creation = newKey();
    const { email } = bodyOf(await app.bank.customer(customerId));
    expectProblem(await app.bank.createCustomer({ email }, creation), 409, 'EmailTaken');
    expect((await app.bank.createCustomer({}, creation)).status).toBe(201);
  });

  it('applies one of twenty requests that come at once', async () => {
    const { id } = await newAccount(app.bank, '10');
    const key = newKey();
    // All but the first would be refused without the key.
    const replies = await times(20, () => app.bank.withdraw(id, '10', {}, key));
    expect(statusesOf(replies)).toEqual({ 201: 20 });
    expect(replies.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(await allEvents(app.bank, id)).toHaveLength(3);
  });

  it('creates one customer for twenty requests that come at once', async () => {
    const key = newKey();
    const person = { firstName: 'Grace', lastName: 'Hopper', email: newEmail() };
    const replies = await times(20, () => app.bank.createCustomer(person, key));
    expect(statusesOf(replies)).toEqual({ 201: 20 });
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(replies.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
  });
});

describe('an empty idempotency key', () => {
  const empty = { 'idempotency-key': '' };

  it('is none, since the Functions host drops empty headers', async () => {
    const { id } = await newAccount(app.bank);
    const replies = [await app.bank.deposit(id, '1', {}, empty), await app.bank.deposit(id, '1', {}, empty)];
    expect(replies.map((reply) => bodyOf(reply).version)).toEqual([2, 3]);
  });

  it('is 400 where the deployment requires keys, like none', async () => {
    const strict = await app.startInstance({ env: { REQUIRE_IDEMPOTENCY_KEYS: 'true' } });
    const { id, customerId } = await newAccount(app.bank);
    for (const headers of [{}, empty]) {
      const refused = [
        await strict.bank.deposit(id, '1', {}, headers),
        await strict.bank.openAccount(customerId, 'EUR', headers),
        await strict.bank.createCustomer({}, headers),
      ];
      for (const reply of refused) {
        expect(expectProblem(reply, 400, 'InvalidRequest').errors).toEqual([
          { pointer: '/headers/idempotency-key', message: 'is required' },
        ]);
      }
    }
    expect(bodyOf(await strict.bank.deposit(id, '1', {}, newKey())).version).toBe(2);
    expect((await strict.bank.account(id)).status).toBe(200);
    await strict.stop();
  });
});
