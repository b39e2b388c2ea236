import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { allEvents, bodyOf, newAccount, newCustomer, newEmail, statusesOf, times } from '../support/e2eBank.ts';
import { expectProblem } from '../support/e2eProblem.ts';

const app = appOfThisFile();

const eur = (amount: string) => ({ amount, currency: 'EUR' });
const uuidVersion7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('creating a customer', () => {
  it('answers with the id, and where to find it', async () => {
    const reply = await app.bank.createCustomer();
    const { id } = reply.body;
    expect(reply.status).toBe(201);
    expect(id).toMatch(uuidVersion7);
    expect(reply.body).toEqual({ id, version: 1, position: `${id}:1` });
    expect(reply.headers.get('content-type')).toMatch(/^application\/json\b/);
    expect(reply.headers.get('location')).toBe(`/api/customers/${id}`);
    expect((await app.bank.request(`/api/customers/${id}`)).status).toBe(200);
  });

  it('trims what was written, and keeps it in any script', async () => {
    const email = newEmail();
    const created = await app.bank.createCustomer({
      firstName: '  Þórunn 🦉 ',
      lastName: '\u3000山田 ',
      email: `\t ${email} `,
    });
    expect(bodyOf(await app.bank.customer(bodyOf(created).id))).toMatchObject({
      firstName: 'Þórunn 🦉',
      lastName: '山田',
      email,
    });
  });

  it('takes names of 100 characters, whatever they take in bytes', async () => {
    const firstName = '🦉'.repeat(100);
    const created = await app.bank.createCustomer({ firstName, lastName: 'x' });
    expect(bodyOf(await app.bank.customer(bodyOf(created).id)).firstName).toBe(firstName);
  });

  it('takes an e-mail address of 254 characters', async () => {
    const email = newEmail();
    expect((await app.bank.createCustomer({ email: 'a'.repeat(254 - email.length) + email })).status).toBe(201);
  });

  it.each([
    ['the same address', (email: string) => email],
    ['it in capitals', (email: string) => email.toUpperCase()],
    ['it with spaces around', (email: string) => `  ${email}\n`],
    ['it with a dot at the end', (email: string) => `${email}.`],
    ['it with a full-width domain', (email: string) => email.replace('example', 'ｅｘａｍｐｌｅ')],
  ])('refuses %s', async (_, write) => {
    const email = `zoë.${newEmail()}`;
    bodyOf(await app.bank.createCustomer({ email }));
    expectProblem(await app.bank.createCustomer({ email: write(email) }), 409, 'EmailTaken', '/api/customers');
  });

  it('refuses an address that differs only in how its characters are composed', async () => {
    const email = `zoë.${newEmail()}`;
    bodyOf(await app.bank.createCustomer({ email: email.normalize('NFC') }));
    expectProblem(await app.bank.createCustomer({ email: email.normalize('NFD') }), 409, 'EmailTaken');
  });

  it('gives an address to one of twenty who want it at once', async () => {
    const email = newEmail();
    const replies = await times(20, (index) =>
      app.bank.createCustomer({ email: index % 2 === 0 ? email : ` ${email.toUpperCase()}` }),
    );
    expect(statusesOf(replies)).toEqual({ 201: 1, 409: 19 });
    for (const reply of replies) if (reply.status === 409) expectProblem(reply, 409, 'EmailTaken');
  });
});

describe('an address whose claimant never came to be a customer', () => {
  const claim = async (email: string, claimedAt: number): Promise<string> => {
    const id = createHash('sha256').update(email).digest('hex');
    const item = { id, customerId: randomUUID(), claimedAt: new Date(claimedAt).toISOString() };
    await app.database.container('customer-emails').items.create(item);
    return item.customerId;
  };

  it('is free again after a while', async () => {
    const email = newEmail();
    await claim(email, Date.now() - 60_000);
    const replies = await times(5, () => app.bank.createCustomer({ email }));
    expect(statusesOf(replies)).toEqual({ 201: 1, 409: 4 });
  });

  it('leaves an id behind that nobody knows', async () => {
    const email = newEmail();
    const id = await claim(email, Date.now() - 60_000);
    bodyOf(await app.bank.createCustomer({ email }));
    expectProblem(await app.bank.customer(id), 404, 'NotFound');
    expectProblem(await app.bank.openAccount(id), 422, 'UnknownCustomer');
    expectProblem(await app.bank.deposit(id, '1'), 404, 'NotFound');
  });

  it('belongs to nobody until then: ask again', async () => {
    const email = newEmail();
    await claim(email, Date.now());
    const reply = await app.bank.createCustomer({ email });
    expectProblem(reply, 503, 'Contention');
    expect(reply.headers.get('retry-after')).toBe('1');
  });
});

describe('opening an account', () => {
  it('answers with the id, and where to find it', async () => {
    const customerId = await newCustomer(app.bank);
    const reply = await app.bank.openAccount(customerId);
    const { id } = reply.body;
    expect(reply.status).toBe(201);
    expect(id).toMatch(uuidVersion7);
    expect(reply.body).toEqual({ id, version: 1, position: `${id}:1` });
    expect(reply.headers.get('location')).toBe(`/api/accounts/${id}`);
    expect((await app.bank.request(`/api/accounts/${id}`)).status).toBe(200);
  });

  it('is open to a customer who was created this moment, as often as they like', async () => {
    const customerId = await newCustomer(app.bank);
    const replies = await times(10, () => app.bank.openAccount(customerId));
    expect(statusesOf(replies)).toEqual({ 201: 10 });
    expect(new Set(replies.map(({ body }) => body.id)).size).toBe(10);
  });

  it('takes the customer in capitals for the same one', async () => {
    const customerId = await newCustomer(app.bank);
    const { id } = bodyOf(await app.bank.openAccount(customerId.toUpperCase()));
    expect(bodyOf(await app.bank.account(id)).customerId).toBe(customerId);
  });

  it('is refused to a customer whom nobody knows', async () => {
    expectProblem(await app.bank.openAccount(randomUUID()), 422, 'UnknownCustomer', '/api/accounts');
  });

  it('is refused to an account that pretends to be a customer', async () => {
    const { id } = await newAccount(app.bank);
    expectProblem(await app.bank.openAccount(id), 422, 'UnknownCustomer');
  });
});

describe('depositing and withdrawing', () => {
  it('answer with the transaction, the version and the balance after it', async () => {
    const { id } = await newAccount(app.bank);
    const deposit = await app.bank.deposit(id, '12.34', { reference: 'rent' });
    expect(deposit.status).toBe(201);
    expect(deposit.body).toEqual({
      transactionId: `${id}:2`,
      version: 2,
      position: `${id}:2`,
      balance: eur('12.34'),
    });
    const withdrawal = await app.bank.withdraw(id, '2.3');
    expect(withdrawal.status).toBe(201);
    expect(withdrawal.body).toEqual({
      transactionId: `${id}:3`,
      version: 3,
      position: `${id}:3`,
      balance: eur('10.04'),
    });
  });

  it('take the last cent, and never the one after it', async () => {
    const { id } = await newAccount(app.bank, '5');
    const problem = expectProblem(await app.bank.withdraw(id, '5.01'), 422, 'InsufficientFunds');
    expect(problem).toMatchObject({ available: eur('5.00'), instance: `/api/accounts/${id}/withdrawals` });
    expect(bodyOf(await app.bank.withdraw(id, '5.00')).balance).toEqual(eur('0.00'));
    expect(expectProblem(await app.bank.withdraw(id, '0.01'), 422, 'InsufficientFunds')).toMatchObject({
      available: eur('0.00'),
    });
  });

  it.each(['deposit', 'withdraw'] as const)('%s no other currency than that of the account', async (kind) => {
    const { id } = await newAccount(app.bank, '5');
    expectProblem(await app.bank[kind](id, '1', { currency: 'USD' }), 422, 'CurrencyMismatch');
  });

  it.each(['deposit', 'withdraw'] as const)('%s nothing where there is no account', async (kind) => {
    expectProblem(await app.bank[kind](randomUUID(), '1'), 404, 'NotFound');
    expectProblem(await app.bank[kind](await newCustomer(app.bank), '1'), 404, 'NotFound');
  });

  it('know an account by its id in capitals', async () => {
    const { id } = await newAccount(app.bank);
    expect(bodyOf(await app.bank.deposit(id.toUpperCase(), '1')).transactionId).toBe(`${id}:2`);
  });

  it('take a reference of 140 characters, trimmed', async () => {
    const { id } = await newAccount(app.bank);
    const reference = '🦉'.repeat(140);
    const { position } = bodyOf(await app.bank.deposit(id, '1', { reference: ` ${reference} ` }));
    const page = bodyOf(await app.bank.transactions(id, { atLeast: position }));
    expect(page.items[0]).toMatchObject({ reference });
  });

  it.each([
    { currency: 'JPY', given: ['1', '250'] as const, balance: '251', least: '1', most: '999999999999999' },
    { currency: 'EUR', given: ['0.1', '0.20'] as const, balance: '0.30', least: '0.01', most: '9999999999999.99' },
    { currency: 'BHD', given: ['0.001', '1.5'] as const, balance: '1.501', least: '0.001', most: '999999999999.999' },
    { currency: 'CLF', given: ['0.0001', '1'] as const, balance: '1.0001', least: '0.0001', most: '99999999999.9999' },
  ])(
    'count $currency exactly, to the last of 15 digits',
    async ({ currency, given: [one, other], balance, least, most }) => {
      const small = await newAccount(app.bank, undefined, currency);
      bodyOf(await app.bank.deposit(small.id, one, { currency }));
      expect(bodyOf(await app.bank.deposit(small.id, other, { currency })).balance).toEqual({
        amount: balance,
        currency,
      });
      bodyOf(await app.bank.withdraw(small.id, other, { currency }));
      expect(bodyOf(await app.bank.withdraw(small.id, one, { currency })).balance).toEqual({
        amount: least.replace('1', '0'),
        currency,
      });

      const large = await newAccount(app.bank, undefined, currency);
      expect(bodyOf(await app.bank.deposit(large.id, most, { currency })).balance).toEqual({ amount: most, currency });
      expectProblem(await app.bank.deposit(large.id, least, { currency }), 422, 'BalanceLimitExceeded');
      expect(bodyOf(await app.bank.withdraw(large.id, most, { currency })).version).toBe(3);
    },
  );
});

describe('If-Match', () => {
  it('lets a command through while the account has that version', async () => {
    const { id } = await newAccount(app.bank);
    const etag = (await app.bank.account(id)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"1-[\w-]{22}"$/);
    expect((await app.bank.deposit(id, '1', {}, { 'if-match': etag })).status).toBe(201);
    expect((await app.bank.withdraw(id, '1', {}, { 'if-match': '"2"' })).status).toBe(201);
  });

  it.each(['"1"', '"3"'])('stops a command when the version is not %s', async (etag) => {
    const { id } = await newAccount(app.bank, '5');
    expectProblem(await app.bank.deposit(id, '1', {}, { 'if-match': etag }), 412, 'VersionMismatch');
    expectProblem(await app.bank.withdraw(id, '1', {}, { 'if-match': etag }), 412, 'VersionMismatch');
    expect(await allEvents(app.bank, id)).toHaveLength(2);
  });

  it('lets one of twenty through that expect the same version', async () => {
    const { id } = await newAccount(app.bank);
    const replies = await times(20, () => app.bank.deposit(id, '1', {}, { 'if-match': '"1"' }));
    expect(statusesOf(replies)).toEqual({ 201: 1, 412: 19 });
  });

  it('does not hide that there is no account', async () => {
    expectProblem(await app.bank.deposit(randomUUID(), '1', {}, { 'if-match': '"1"' }), 404, 'NotFound');
  });
});

describe('commands at once', () => {
  it('all count: versions without a hole, and each balance that of its version', async () => {
    const { id } = await newAccount(app.bank);
    const replies = await times(50, (index) => app.bank.deposit(id, `${index + 1}.01`, { reference: `${index}` }));
    expect(statusesOf(replies)).toEqual({ 201: 50 });
    expect(replies.map(({ body }) => body.version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 2),
    );
    let cents = 0;
    const events = await allEvents(app.bank, id);
    for (const { version, data } of events.slice(1)) {
      cents += Number(data.reference) * 100 + 101;
      const reply = replies[Number(data.reference)];
      expect(reply?.body).toMatchObject({ version, balance: eur((cents / 100).toFixed(2)) });
    }
  });

  it('never take more together than is there', async () => {
    const { id } = await newAccount(app.bank, '50');
    const replies = await times(10, () => app.bank.withdraw(id, '10'));
    expect(statusesOf(replies)).toEqual({ 201: 5, 422: 5 });
    for (const reply of replies.filter(({ status }) => status === 422)) {
      expect(expectProblem(reply, 422, 'InsufficientFunds')).toMatchObject({ available: eur('0.00') });
    }
    expect(bodyOf(await app.bank.account(id, { atLeast: 7 })).balance).toEqual(eur('0.00'));
  });
});
