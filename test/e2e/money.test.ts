import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { allEvents, bodyOf, newAccount } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { ended, money } from '../support/e2eMoney.ts';
import { expectProblem } from '../support/e2eProblem.ts';

const app = appOfThisFile();
const bank = () => app.bank;
const eur = (amount: string) => ({ amount, currency: 'EUR' });
const keyed = () => ({ 'idempotency-key': randomUUID() });
const accountOf = async (id: string, query = {}) => bodyOf(await bank().account(id, query));

describe('a transfer', () => {
  it('leaves the sender at once, and arrives', async () => {
    const [from, to] = [await newAccount(bank(), '10.00'), await newAccount(bank())];
    const sent = await money(bank()).transfer(from.id, to.id, '4.00', { reference: 'Dinner' });
    const { transferId } = bodyOf(sent);
    expect(sent.status).toBe(201);
    expect(sent.headers.get('location')).toBe(`/api/transfers/${transferId}`);
    expect(sent.body).toEqual({
      ...{ transferId: `${from.id}:3`, version: 3, position: `${from.id}:3` },
      ...{ balance: eur('6.00'), available: eur('6.00'), sent: eur('4.00'), received: eur('4.00') },
      status: 'inTransit',
    });
    expect(await ended(bank(), transferId)).toMatchObject({
      ...{ id: transferId, from: from.id, to: to.id, status: 'completed', reference: 'Dinner' },
      settledAt: expect.any(String) as string,
    });
    expect(await accountOf(to.id, { atLeast: 2 })).toMatchObject({ balance: eur('4.00'), version: 2 });
    expect(await accountOf(from.id, { atLeast: 4 })).toMatchObject({ balance: eur('6.00'), inTransit: eur('0.00') });
    const { items } = bodyOf(await bank().transactions(to.id, { atLeast: 2 }));
    expect(items).toMatchObject([{ type: 'transferIn', counterparty: from.id, transferId, reference: 'Dinner' }]);
    expect(bodyOf(await bank().transactions(from.id, { atLeast: 4 })).items[0]).toMatchObject({
      ...{ type: 'transferOut', counterparty: to.id, transferId, balanceAfter: eur('6.00') },
    });
    await eventually(async () => (await bank().get('/transfers', { account: to.id })).body).toMatchObject({
      items: [{ id: transferId, status: 'completed' }],
    });
    expect((await bank().get('/transfers', { account: to.id, status: 'inTransit' })).body).toMatchObject({ items: [] });
  });

  it('answers with its end where the caller prefers to wait', async () => {
    const [from, to] = [await newAccount(bank(), '10.00'), await newAccount(bank())];
    const headers = { prefer: 'respond-async, wait=60', ...keyed() };
    const sent = await money(bank()).transfer(from.id, to.id, '4.00', {}, headers);
    expect(sent.body).toMatchObject({ status: 'completed', endVersion: 4 });
    expect(sent.headers.get('preference-applied')).toBe('wait=30');
    const again = await money(bank()).transfer(from.id, to.id, '4.00', {}, { ...headers, prefer: 'wait=soon' });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('preference-applied')).toBeNull();
    expect(again.body).toEqual(sent.body);
  });

  it('comes back where the receiver cannot take it', async () => {
    const [from, to] = [await newAccount(bank(), '10.00'), await newAccount(bank(), '9999999999995.00')];
    const sent = bodyOf(await money(bank()).transfer(from.id, to.id, '6.00'));
    expect(await ended(bank(), sent.transferId)).toMatchObject({ status: 'returned', reason: 'receiverCannotTake' });
    expect(await accountOf(from.id, { atLeast: 4 })).toMatchObject({ balance: eur('10.00') });
    const { items } = bodyOf(await bank().transactions(from.id, { atLeast: 4 }));
    expect(items.map(({ type }) => type)).toEqual(['transferReturned', 'transferOut', 'deposit']);
    expect(bodyOf(await bank().transactions(to.id, { atLeast: 2 })).items).toHaveLength(1);
  });

  it.each([
    ['UnknownAccount', 422, () => Promise.resolve(randomUUID())],
    ['SameAccount', 422, (from: string) => Promise.resolve(from)],
    ['QuoteRequired', 422, async () => (await newAccount(bank(), undefined, 'USD')).id],
    [
      'ReceiverClosed',
      422,
      async () => {
        const { id } = await newAccount(bank());
        await money(bank()).become(id, 'close');
        return id;
      },
    ],
  ] as const)('is refused: %s', async (code, status, receiver) => {
    const from = await newAccount(bank(), '10.00');
    const to = await receiver(from.id);
    const path = `/api/accounts/${from.id}/transfers`;
    expectProblem(await money(bank()).transfer(from.id, to, '4.00'), status, code, path);
    expect(await accountOf(from.id, { atLeast: 2 })).toMatchObject({ balance: eur('10.00'), version: 2 });
  });

  it('is the same when it is repeated after everything around it has changed', async () => {
    const [from, to] = [await newAccount(bank(), '10.00'), await newAccount(bank())];
    const key = keyed();
    const first = await money(bank()).transfer(from.id, to.id, '4.00', {}, key);
    await ended(bank(), bodyOf(first).transferId);
    bodyOf(await bank().withdraw(to.id, '4.00'));
    bodyOf(await bank().withdraw(from.id, '6.00'));
    for (const { id } of [from, to]) expect((await money(bank()).become(id, 'close')).status).toBe(201);
    const again = await money(bank()).transfer(from.id, to.id, '4.00', {}, key);
    expect(again.body).toEqual({ ...first.body, status: 'completed', endVersion: 4 });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('that there is not is 404', async () => {
    const { id } = await newAccount(bank());
    for (const missing of [`${id}:1`, `${id}:9`, `${randomUUID()}:1`]) {
      expect((await money(bank()).transferOf(missing)).status).toBe(404);
    }
    expect((await money(bank()).transferOf('rubbish')).status).toBe(400);
  });
});

describe('a transfer into another currency', () => {
  const quoteFor = async (amount: string) => {
    await app.bank.request('/api/ops/fx/rates/EUR-JPY', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ rate: '161.26', source: 'a test' }),
    });
    const quoted = await bank().post('/fx/quotes', { sell: eur(amount), buy: 'JPY' });
    return (quoted.body as { quote: string }).quote;
  };
  const pair = async () => [await newAccount(bank(), '10.00'), await newAccount(bank(), undefined, 'JPY')] as const;

  it('goes by a quote: what arrives is rounded down', async () => {
    const [from, to] = await pair();
    const quote = await quoteFor('4.00');
    const key = keyed();
    const sent = await money(bank()).transfer(from.id, to.id, '4.00', { quote }, key);
    const received = { amount: '645', currency: 'JPY' };
    expect(sent.body).toMatchObject({ sent: eur('4.00'), received, rate: '161.26', balance: eur('6.00') });
    expect(await ended(bank(), bodyOf(sent).transferId)).toMatchObject({ status: 'completed', received });
    expect(await accountOf(to.id, { atLeast: 2 })).toMatchObject({ balance: received });
    expect((await money(bank()).transfer(from.id, to.id, '4.00', { quote }, key)).body).toMatchObject({ received });
  });

  it.each<[string, number, (quote: string) => object]>([
    ['QuoteMismatch', 422, (quote) => ({ quote, amount: '4.01' })],
    ['QuoteRequired', 422, () => ({})],
    ['InvalidRequest', 400, (quote) => ({ quote: quote.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) })],
  ])('is refused: %s', async (code, status, body) => {
    const [from, to] = await pair();
    const quote = await quoteFor('4.00');
    const reply = await money(bank()).transfer(from.id, to.id, '4.00', body(quote));
    expectProblem(reply, status, code, `/api/accounts/${from.id}/transfers`);
    if (status === 400) expect(reply.body).toMatchObject({ errors: [{ pointer: '/quote' }] });
  });
});

describe('a hold', () => {
  it('holds money until it is captured', async () => {
    const { id } = await newAccount(bank(), '10.00');
    const held = bodyOf(await money(bank()).hold(id, '4.00', { reference: 'Hotel' }));
    expect(held).toMatchObject({ holdId: `${id}:3`, version: 3, balance: eur('10.00'), available: eur('6.00') });
    expect(await accountOf(id, { atLeast: 3 })).toMatchObject({ held: eur('4.00'), available: eur('6.00') });
    expectProblem(await bank().withdraw(id, '7.00'), 422, 'InsufficientFunds', `/api/accounts/${id}/withdrawals`);
    const captured = await money(bank()).capture(id, held.holdId, eur('3.00'));
    expect(captured.body).toEqual({
      ...{ transactionId: `${id}:4`, version: 4, position: `${id}:4` },
      ...{ balance: eur('7.00'), available: eur('7.00') },
    });
    const { items } = bodyOf(await bank().transactions(id, { atLeast: 4 }));
    expect(items[0]).toMatchObject({ type: 'capture', amount: eur('3.00'), balanceAfter: eur('7.00') });
    await eventually(async () => (await bank().get(`/accounts/${id}/holds`)).body).toMatchObject({
      items: [{ id: held.holdId, amount: eur('4.00'), status: 'captured', reference: 'Hotel' }],
    });
    const path = `/api/accounts/${id}/holds/${held.holdId}`;
    const second = await money(bank()).capture(id, held.holdId);
    expectProblem(second, 409, 'HoldEnded', `${path}/capture`);
    expect(second.body).toMatchObject({ holdStatus: 'captured' });
    expect((await money(bank()).release(id, held.holdId)).body).toMatchObject({ holdStatus: 'captured' });
  });

  it('can be captured and released without a body', async () => {
    const { id } = await newAccount(bank(), '10.00');
    const [one, other] = [bodyOf(await money(bank()).hold(id, '1.00')), bodyOf(await money(bank()).hold(id, '2.00'))];
    const post = (path: string) => bank().request(`/api/accounts/${id}/holds/${path}`, { method: 'POST' });
    expect((await post(`${one.holdId}/release`)).body).toMatchObject({ available: eur('8.00') });
    expect((await post(`${other.holdId}/capture`)).body).toMatchObject({ balance: eur('8.00') });
  });

  it('becomes a transfer where the capture names a receiver', async () => {
    const [from, to] = [await newAccount(bank(), '10.00'), await newAccount(bank())];
    const held = bodyOf(await money(bank()).hold(from.id, '4.00'));
    const captured = await money(bank()).capture(from.id, held.holdId, { to: to.id }, { prefer: 'wait=20' });
    expect(captured.body).toMatchObject({ transferId: `${from.id}:5`, status: 'completed', balance: eur('6.00') });
    expect(await accountOf(to.id, { atLeast: 2 })).toMatchObject({ balance: eur('4.00') });
  });

  it('expires by itself: an event says so', async () => {
    const { id } = await newAccount(bank(), '10.00');
    const expiresAt = new Date(Date.now() + 4_000).toISOString();
    const held = bodyOf(await money(bank()).hold(id, '4.00', { expiresAt }));
    await eventually(async () => (await allEvents(bank(), id)).map(({ type }) => type)).toContain('HoldExpired');
    expect(await accountOf(id, { atLeast: 4 })).toMatchObject({ held: eur('0.00'), available: eur('10.00') });
    await eventually(async () => (await bank().get(`/accounts/${id}/holds`, { status: 'expired' })).body).toMatchObject(
      {
        items: [{ id: held.holdId, status: 'expired', endedAt: expiresAt }],
      },
    );
    expect((await bank().get(`/accounts/${id}/holds`, { status: 'open' })).body).toEqual({ items: [] });
    expect((await money(bank()).capture(id, held.holdId)).body).toMatchObject({ holdStatus: 'expired' });
  });

  it.each(['hold', 'transfer', 'capture'] as const)(
    'in another currency than the account is refused: %s',
    async (what) => {
      const [{ id }, to] = [await newAccount(bank(), '10.00'), await newAccount(bank())];
      const { holdId } = bodyOf(await money(bank()).hold(id, '4.00'));
      const dollars = { currency: 'USD' };
      const refused = await {
        hold: () => money(bank()).hold(id, '1.00', dollars),
        transfer: () => money(bank()).transfer(id, to.id, '1.00', dollars),
        capture: () => money(bank()).capture(id, holdId, { amount: '1.00', ...dollars }),
      }[what]();
      expectProblem(refused, 422, 'CurrencyMismatch');
      expect(await accountOf(id, { atLeast: 3 })).toMatchObject({ version: 3, available: eur('6.00') });
    },
  );

  it('whose end is no instant, and a transfer whose quote is none, are 404, 422 and 412 before they are 400', async () => {
    const { id } = await newAccount(bank(), '10.00');
    const key = keyed();
    bodyOf(await bank().deposit(id, '1.00', {}, key));
    const wrong = [
      (of: string, headers = {}) => money(bank()).hold(of, '1.00', { expiresAt: 'tomorrow' }, headers),
      (of: string, headers = {}) =>
        money(bank()).transfer(of, randomUUID(), '1.00', { quote: 'x'.repeat(3_000) }, headers),
    ];
    for (const [index, ask] of wrong.entries()) {
      expectProblem(await ask(randomUUID()), 404, 'NotFound');
      expectProblem(await ask(id, key), 422, 'IdempotencyKeyReused');
      expectProblem(await ask(id, { 'if-match': '"9"' }), 412, 'VersionMismatch');
      const { errors } = expectProblem(await ask(id), 400, 'InvalidRequest');
      expect(errors).toMatchObject([{ pointer: ['/expiresAt', '/quote'][index] }]);
    }
  });

  it.each(['2020-01-01T00:00:00Z', '2199-01-01T00:00:00Z', '2026-11-20', 'tomorrow', ''])(
    'that ends at %s is a 400 that names the field',
    async (expiresAt) => {
      const { id } = await newAccount(bank(), '10.00');
      const reply = await money(bank()).hold(id, '4.00', { expiresAt });
      expect(reply.status).toBe(400);
      expect(reply.body).toMatchObject({ errors: [{ pointer: '/expiresAt' }] });
    },
  );

  it('that there is not is 404, whoever asks, and however', async () => {
    const [{ id }, other] = [await newAccount(bank(), '10.00'), await newAccount(bank(), '10.00')];
    const held = bodyOf(await money(bank()).hold(other.id, '4.00'));
    for (const missing of [`${id}:1`, `${id}:2`, `${id}:9`, held.holdId]) {
      expect((await money(bank()).capture(id, missing)).status).toBe(404);
      expect((await money(bank()).release(id, missing, { 'if-match': '"99"' })).status).toBe(404);
    }
  });
});

describe("an account's life", () => {
  it('is frozen, unfrozen and closed, each time once', async () => {
    const { id } = await newAccount(bank());
    const become = async (what: 'freeze' | 'unfreeze' | 'close') => bodyOf(await money(bank()).become(id, what));
    expect(await become('freeze')).toEqual({ version: 2, position: `${id}:2`, status: 'frozen' });
    expect(await become('freeze')).toEqual({ version: 2, position: `${id}:2`, status: 'frozen' });
    expectProblem(await bank().withdraw(id, '1.00'), 409, 'AccountFrozen', `/api/accounts/${id}/withdrawals`);
    expect(await become('unfreeze')).toEqual({ version: 3, position: `${id}:3`, status: 'open' });
    expect(await become('close')).toEqual({ version: 4, position: `${id}:4`, status: 'closed' });
    expect(await become('close')).toEqual({ version: 4, position: `${id}:4`, status: 'closed' });
    expectProblem(await bank().deposit(id, '1.00'), 409, 'AccountClosed', `/api/accounts/${id}/deposits`);
    expect(await accountOf(id, { atLeast: 4 })).toMatchObject({ status: 'closed' });
    const { customerId } = await accountOf(id);
    await eventually(async () => (await bank().get('/accounts', { customerId, status: 'closed' })).body).toMatchObject({
      items: [{ id, status: 'closed' }],
    });
    expect((await bank().customer(customerId, { atLeast: `${id}:4` })).body).toMatchObject({
      accounts: [{ status: 'closed' }],
    });
  });

  it('does not end with money, or with money held', async () => {
    const { id } = await newAccount(bank(), '10.00');
    const path = `/api/accounts/${id}/close`;
    const refused = await money(bank()).become(id, 'close');
    expectProblem(refused, 409, 'BalanceNotZero', path);
    expect(refused.body).toMatchObject({ balance: eur('10.00') });
    bodyOf(await money(bank()).hold(id, '4.00'));
    expectProblem(await money(bank()).become(id, 'close'), 409, 'HoldsOpen', path);
  });
});

describe('a reversal', () => {
  it('takes a deposit back, once', async () => {
    const { id } = await newAccount(bank(), '10.00');
    const key = keyed();
    const first = await money(bank()).reverse(id, `${id}:2`, 'Typing error', key);
    expect(first.body).toEqual({
      ...{ transactionId: `${id}:3`, version: 3, position: `${id}:3` },
      ...{ balance: eur('0.00'), available: eur('0.00') },
    });
    const again = await money(bank()).reverse(id, `${id}:2`, 'Typing error', key);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const path = `/api/accounts/${id}/transactions/${id}:2/reversal`;
    expectProblem(await money(bank()).reverse(id, `${id}:2`), 409, 'AlreadyReversed', path);
    expectProblem(await money(bank()).reverse(id, `${id}:2`, 'Another', key), 409, 'AlreadyReversed', path);
    const { items } = bodyOf(await bank().transactions(id, { atLeast: 3 }));
    expect(items).toMatchObject([
      { id: `${id}:3`, type: 'reversal', reverses: `${id}:2` },
      { id: `${id}:2`, type: 'deposit', reversedBy: `${id}:3` },
    ]);
  });

  it('is for deposits and withdrawals that there are', async () => {
    const { id } = await newAccount(bank(), '10.00');
    expect((await money(bank()).reverse(id, `${id}:9`)).status).toBe(404);
    expect((await money(bank()).reverse(id, `${randomUUID()}:2`)).status).toBe(404);
    expect((await money(bank()).reverse(id, `${id}:1`)).body).toMatchObject({ code: 'NotReversible' });
  });
});
