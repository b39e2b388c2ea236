import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import {
  allPages,
  bodyOf,
  newAccount,
  newCustomer,
  newEmail,
  statusesOf,
  times,
  type Reply,
} from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { expectProblem } from '../support/e2eProblem.ts';

const app = appOfThisFile();
const newKey = () => ({ 'idempotency-key': randomUUID() });

/** The same answer as the first one, marked as a repetition. */
const expectReplay = (reply: Reply, first: Reply): void => {
  expect(first.status).toBe(201);
  expect({ status: reply.status, body: reply.body }).toEqual({ status: first.status, body: first.body });
  expect(reply.headers.get('idempotency-replayed')).toBe('true');
};

describe('a new name', () => {
  it('is what the customer, their accounts and the lists show from then on', async () => {
    const { id: account, customerId } = await newAccount(app.bank);
    const { email } = bodyOf(await app.bank.customer(customerId));
    const renamed = await app.bank.renameCustomer(customerId, { firstName: ' Ada ', lastName: 'King' });
    expect(renamed).toMatchObject({ status: 201, body: { version: 2, position: `${customerId}:2` } });
    expect(renamed.body).toEqual({ version: 2, position: `${customerId}:2` });
    const fresh = { atLeast: renamed.body.position };
    expect(bodyOf(await app.bank.customer(customerId, fresh))).toMatchObject({
      ...{ firstName: 'Ada', lastName: 'King', email, version: 2 },
    });
    expect(bodyOf(await app.bank.account(account, fresh)).customerName).toBe('Ada King');
    await eventually(async () => bodyOf(await app.bank.customers({ email })).items).toMatchObject([
      { id: customerId, lastName: 'King' },
    ]);
  });

  it('stands in the audit trail under the member that names a person', async () => {
    const id = await newCustomer(app.bank);
    bodyOf(await app.bank.renameCustomer(id, { firstName: 'Ada', lastName: 'King' }));
    expect((await app.bank.get(`/customers/${id}/events`)).body).toMatchObject({
      items: [
        { type: 'CustomerCreated', schemaVersion: 2 },
        { type: 'CustomerRenamed', version: 2, data: { person: { firstName: 'Ada', lastName: 'King' } } },
      ],
    });
  });

  it('is given once for a key, whatever came after', async () => {
    const id = await newCustomer(app.bank);
    const key = { ...newKey(), 'if-match': '"1"' };
    const king = { firstName: 'Ada', lastName: 'King' };
    const first = await app.bank.renameCustomer(id, king, key);
    bodyOf(await app.bank.renameCustomer(id, { firstName: 'Ada', lastName: 'Byron' }));
    expectReplay(await app.bank.renameCustomer(id, king, key), first);
    expectProblem(
      await app.bank.renameCustomer(id, { ...king, firstName: 'A' }, key),
      ...([422, 'IdempotencyKeyReused'] as const),
    );
    expect(bodyOf(await app.bank.customer(id, { atLeast: 3 }))).toMatchObject({ lastName: 'Byron', version: 3 });
  });

  it('is refused where nobody, or an account, has the id, and where the version is another', async () => {
    const king = { firstName: 'Ada', lastName: 'King' };
    const { id: account, customerId } = await newAccount(app.bank);
    expectProblem(await app.bank.renameCustomer(randomUUID(), king, newKey()), 404, 'NotFound');
    expectProblem(await app.bank.renameCustomer(account, king), 404, 'NotFound');
    expectProblem(await app.bank.renameCustomer(customerId, king, { 'if-match': '"2"' }), 412, 'VersionMismatch');
    const tag = (await app.bank.customer(customerId)).headers.get('etag') ?? '';
    expect((await app.bank.renameCustomer(customerId, king, { 'if-match': tag })).status).toBe(201);
  });
});

describe('notifications', () => {
  const all = [
    ...['AccountOpened', 'MoneyDeposited', 'MoneyWithdrawn'],
    ...['TransferSent', 'TransferReceived', 'TransferReturned'],
  ];
  const some = { types: ['TransferSent', 'MoneyDeposited'], above: { amount: '50.00', currency: 'EUR' } };

  it('are of all types and all amounts until the customer chooses', async () => {
    const id = await newCustomer(app.bank);
    const first = await app.bank.notifications(id);
    expect(first).toMatchObject({ status: 200, body: { types: all, version: 1, position: `${id}:1` } });
    expect(first.body).not.toHaveProperty('above');

    const chosen = await app.bank.chooseNotifications(id, some);
    const types = ['MoneyDeposited', 'TransferSent'];
    expect(chosen).toMatchObject({ status: 200, body: { ...some, types, version: 2, position: `${id}:2` } });
    const fresh = await app.bank.notifications(id, { atLeast: chosen.body.position });
    expect(fresh.body).toEqual(chosen.body);
    expect(fresh.headers.get('etag')).toMatch(/^"2-.+"$/);
  });

  it('are chosen once for a key, and at the version that the caller expects', async () => {
    const id = await newCustomer(app.bank);
    const tag = (await app.bank.notifications(id)).headers.get('etag') ?? '';
    const headers = { ...newKey(), 'if-match': tag };
    const first = await app.bank.chooseNotifications(id, some, headers);
    bodyOf(await app.bank.chooseNotifications(id, { types: [] }));
    const again = await app.bank.chooseNotifications(id, some, headers);
    expect([again.status, again.body, again.headers.get('idempotency-replayed')]).toEqual([200, first.body, 'true']);
    expect(bodyOf(await app.bank.notifications(id))).toMatchObject({ types: [], version: 3 });
    expect(await app.bank.chooseNotifications(id, { types: [] })).toMatchObject({ status: 200, body: { version: 3 } });
    expectProblem(
      await app.bank.chooseNotifications(id, { types: all }, { 'if-match': tag }),
      ...([412, 'VersionMismatch'] as const),
    );
  });

  it('are refused with unknown types, the same twice, and an amount that is none; 404 without a customer', async () => {
    const { id: account, customerId } = await newAccount(app.bank);
    const none = { ...some, above: { amount: '0', currency: 'EUR' } };
    for (const choice of [{ types: ['RateSet'] }, { types: [all[0] ?? '', all[0] ?? ''] }, { types: all, x: 1 }, none])
      expectProblem(await app.bank.chooseNotifications(customerId, choice), 400, 'InvalidRequest');
    for (const id of [account, randomUUID()]) {
      expectProblem(await app.bank.chooseNotifications(id, some), 404, 'NotFound');
      expectProblem(await app.bank.notifications(id), 404, 'NotFound');
    }
  });
});

describe('customers by the beginning of a name', () => {
  const unique = () => randomUUID().replaceAll('-', '');
  const namesOf = async (name: string) =>
    bodyOf(await app.bank.customers({ name })).items.map(({ firstName, lastName }) => [firstName, lastName]);

  it('are found by first or last name, in any case, newest first', async () => {
    const name = unique();
    const people = [
      { firstName: `Ö${name}`, lastName: 'King' },
      { firstName: 'Ada', lastName: `ö${name}-Byron` },
      { firstName: `ö${name} Ada`, lastName: `Ö${name}` },
      { firstName: `x Ö${name}`, lastName: 'King' },
    ];
    for (const person of people) bodyOf(await app.bank.createCustomer(person));
    const expected = [people[2], people[1], people[0]].map((person) => [person?.firstName, person?.lastName]);
    for (const asked of [`ö${name}`, ` Ö${name.toUpperCase()}`, `o\u0308${name.slice(0, -1)}`]) {
      await eventually(() => namesOf(asked)).toEqual(expected);
    }
    expect(await namesOf(`ö${name} ad`)).toEqual([expected[0]]);
    expect(await namesOf(`ö${name}z`)).toEqual([]);
  });

  it('come page by page, each once', async () => {
    const name = unique();
    const ids = [];
    for (const lastName of [`${name}a`, `${name}b`, `${name}c`]) {
      ids.push(bodyOf(await app.bank.createCustomer({ firstName: name, lastName })).id);
    }
    await eventually(() => namesOf(name)).toHaveLength(3);
    const found = await allPages((query) => app.bank.customers({ ...query, name }), { limit: 1 });
    expect(found.map(({ id }) => id)).toEqual(ids.reverse());
  });

  it('are found by their newest name alone', async () => {
    const [former, name] = [unique(), unique()];
    const { id } = bodyOf(await app.bank.createCustomer({ lastName: former }));
    await eventually(() => namesOf(former)).toHaveLength(1);
    bodyOf(await app.bank.renameCustomer(id, { firstName: 'Ada', lastName: name }));
    await eventually(() => namesOf(name)).toEqual([['Ada', name]]);
    expect(await namesOf(former)).toEqual([]);
  });

  it('may also have an address', async () => {
    const [name, email] = [unique(), newEmail()];
    bodyOf(await app.bank.createCustomer({ firstName: name }));
    bodyOf(await app.bank.createCustomer({ firstName: name, email }));
    await eventually(() => namesOf(name)).toHaveLength(2);
    expect(bodyOf(await app.bank.customers({ name, email })).items).toMatchObject([{ email }]);
  });

  it.each(['', ' ', 'x'.repeat(101), 'a\u0000'])('are not looked for by %j', async (name) => {
    expectProblem(await app.bank.customers({ name }), 400, 'InvalidRequest');
  });
});

describe('a new e-mail address', () => {
  const addressOf = async (id: string, version: number) =>
    bodyOf(await app.bank.customer(id, { atLeast: version })).email;

  it('is the one by which the customer is found, and the former one is free at once', async () => {
    const [former, email] = [newEmail(), newEmail()];
    const { id } = bodyOf(await app.bank.createCustomer({ email: former }));
    const changed = await app.bank.changeEmail(id, ` ${email.toUpperCase()} `);
    expect(changed.status).toBe(201);
    expect(changed.body).toEqual({ version: 2, position: `${id}:2` });
    expectProblem(await app.bank.createCustomer({ email }), 409, 'EmailTaken');
    const heir = bodyOf(await app.bank.createCustomer({ email: former })).id;
    expect(await addressOf(id, 2)).toBe(email.toUpperCase());
    const foundBy = async (asked: string) => bodyOf(await app.bank.customers({ email: asked })).items;
    await eventually(() => foundBy(email)).toMatchObject([{ id, email: email.toUpperCase() }]);
    await eventually(() => foundBy(former)).toMatchObject([{ id: heir }]);
  });

  it('may go and come back, and may be the same in other letters', async () => {
    const [first, second] = [newEmail(), newEmail()];
    const { id } = bodyOf(await app.bank.createCustomer({ email: first }));
    for (const email of [second, first, first.toUpperCase(), first]) bodyOf(await app.bank.changeEmail(id, email));
    expect(await addressOf(id, 5)).toBe(first);
    expectProblem(await app.bank.createCustomer({ email: first }), 409, 'EmailTaken');
    expect((await app.bank.createCustomer({ email: second })).status).toBe(201);
  });

  it('of another customer is 409, which comes after 404, a used key and 412', async () => {
    const [email, own] = [newEmail(), newEmail()];
    bodyOf(await app.bank.createCustomer({ email }));
    const { id } = bodyOf(await app.bank.createCustomer({ email: own }));
    const { id: account } = await newAccount(app.bank);
    expectProblem(await app.bank.changeEmail(id, email), 409, 'EmailTaken', `/api/customers/${id}/email`);
    expectProblem(await app.bank.changeEmail(randomUUID(), email), 404, 'NotFound');
    expectProblem(await app.bank.changeEmail(account, email), 404, 'NotFound');
    expectProblem(await app.bank.changeEmail(id, email, { 'if-match': '"2"' }), 412, 'VersionMismatch');
    const key = newKey();
    bodyOf(await app.bank.changeEmail(id, newEmail(), key));
    expectProblem(await app.bank.changeEmail(id, email, { ...key, 'if-match': '"7"' }), 422, 'IdempotencyKeyReused');
  });

  it('is given once for a key, whoever has the address now', async () => {
    const { id } = bodyOf(await app.bank.createCustomer());
    const [email, key] = [newEmail(), { ...newKey(), 'if-match': '"1"' }];
    const first = await app.bank.changeEmail(id, email, key);
    bodyOf(await app.bank.changeEmail(id, newEmail()));
    bodyOf(await app.bank.createCustomer({ email }));
    expectReplay(await app.bank.changeEmail(id, email, key), first);
  });

  it('of a customer whose creation is repeated leaves that answer as it was', async () => {
    const [email, key] = [newEmail(), newKey()];
    const first = await app.bank.createCustomer({ email }, key);
    bodyOf(await app.bank.changeEmail(bodyOf(first).id, newEmail()));
    expectReplay(await app.bank.createCustomer({ email }, key), first);
    expect((await app.bank.createCustomer({ email })).status).toBe(201);
    expectReplay(await app.bank.createCustomer({ email }, key), first);
  });

  it('goes to one of ten customers who want it at once', async () => {
    const email = newEmail();
    const ids = await times(10, () => newCustomer(app.bank));
    const replies = await Promise.all(ids.map((id) => app.bank.changeEmail(id, email)));
    const { 201: won, ...others } = statusesOf(replies);
    expect(won).toBe(1);
    // While the first is about to have it, others are asked to come again.
    for (const status of Object.keys(others)) expect(['409', '503']).toContain(status);
  });
});
