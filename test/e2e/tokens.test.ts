import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appOfThisFile, type Instance } from '../support/e2eApp.ts';
import { bodyOf, newAccount, type BankClient, type Reply } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { call, operationsOf, type Operation } from '../support/e2eOperations.ts';
import { money } from '../support/e2eMoney.ts';
import { expectProblem } from '../support/e2eProblem.ts';
import { audience, startIssuer, type Issuer } from '../support/issuer.ts';

/** Has no door of its own on this machine: for what tests begin with. */
const app = appOfThisFile({ env: { LISTENERS: 'webhooks' } });
let issuer: Issuer;
let instance: Instance;
let operations: Operation[];
beforeAll(async () => {
  issuer = await startIssuer();
  instance = await app.startInstance({
    env: { LISTENERS: 'webhooks', AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: audience },
  });
  operations = await operationsOf(instance.bank);
});
afterAll(async () => {
  await instance.stop();
  await issuer.close();
});

const withToken = (token: string, on = instance): BankClient => on.bankWith({ authorization: `Bearer ${token}` });
const as = async (claims: Readonly<Record<string, unknown>>, on?: Instance) =>
  withToken(await issuer.token(claims), on);
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unknown = () => ({ customerId: randomUUID(), accountId: randomUUID() });
const challengeOf = ({ headers }: Reply) => headers.get('www-authenticate');

/** A customer with an account that holds 10 EUR, and a client that is theirs. */
const newOwner = async () => {
  const { id: accountId, customerId } = await newAccount(app.bank, '10');
  const claims = { sub: randomUUID(), roles: ['Customer'], customer_id: customerId };
  return { customerId, accountId, claims, bank: await as(claims) };
};

describe('without a token', () => {
  it('only what is open to all is answered', async () => {
    for (const operation of operations) {
      const reply = await call(instance.bank, operation, unknown());
      if (operation.roles.length === 0) expect([operation.id, reply.status]).toEqual([operation.id, 200]);
      else {
        expectProblem(reply, 401, 'Unauthenticated');
        expect(challengeOf(reply)).toBe('Bearer realm="daybook"');
      }
    }
    expect(operations.filter(({ roles }) => roles.length === 0).map(({ id }) => id)).toEqual([
      'health',
      'openApi',
      'asyncApi',
      'docs',
    ]);
  });

  it('a route that is none is unknown, and a method that is none is refused', async () => {
    expectProblem(await instance.bank.get('/nowhere'), 404, 'NotFound');
    expectProblem(await instance.bank.request('/api/customers', { method: 'DELETE' }), 405, 'MethodNotAllowed');
  });

  it('not even a mistake is told', async () =>
    expectProblem(await instance.bank.get('/customers/x?y=z'), 401, 'Unauthenticated'));

  it.each(['Basic YTpi', 'Bearer', 'Bearer a b', 'Bearer a, Bearer b', 'Digest x'])(
    'nothing opens to other authorization: %s',
    async (authorization) => {
      const reply = await instance.bankWith({ authorization }).customers();
      expectProblem(reply, 401, 'Unauthenticated');
      expect(challengeOf(reply)).toBe('Bearer realm="daybook"');
    },
  );

  it('nothing opens to a key, nor to a token in the query', async () => {
    expect((await instance.bankWith({ 'x-functions-key': 'key' }).customers()).status).toBe(401);
    const token = await issuer.token({ roles: ['Teller'] });
    expect((await instance.bank.customers({ access_token: token, code: token })).status).toBe(401);
  });
});

describe('a wrong token', () => {
  const roles = ['Teller', 'Auditor', 'Operator'];
  const forged = async (header: Readonly<Record<string, unknown>>, sign: (text: string) => string = () => '') => {
    const [, payload = ''] = (await issuer.token({ roles })).split('.');
    const text = `${base64({ typ: 'JWT', kid: issuer.own.kid, ...header })}.${payload}`;
    return `${text}.${sign(text)}`;
  };
  const tokens: [string, () => Promise<string>, RegExp?][] = [
    ['that has expired', () => issuer.token({ roles, exp: inSeconds(-120) }), /expired/],
    ['that is not valid yet', () => issuer.token({ roles, nbf: inSeconds(300) }), /not valid yet/],
    ['that never expires', () => issuer.token({ roles, exp: undefined }), /"exp"/],
    ['for another audience', () => issuer.token({ roles, aud: 'api://others' }), /another audience/],
    ['of another issuer', () => issuer.token({ roles, iss: 'https://elsewhere.example' }), /another issuer/],
    ['that nobody signed', () => forged({ alg: 'none' })],
    [
      'signed with the public key as a secret',
      () =>
        forged({ alg: 'HS256' }, (text) =>
          createHmac('sha256', JSON.stringify(issuer.own.jwk)).update(text).digest('base64url'),
        ),
    ],
    ['signed with an unknown key', async () => issuer.token({ roles }, { key: await issuer.newKey() })],
    [
      'signed with another key under the name of a good one',
      async () => issuer.token({ roles }, { key: { ...issuer.own, privateKey: (await issuer.newKey()).privateKey } }),
    ],
    ['that is none', () => Promise.resolve('x.y.z')],
  ];

  it.each(tokens)('%s is refused on every route', async (_, make, reason = /not an access token/) => {
    const bank = withToken(await make());
    for (const operation of operations.filter(({ roles }) => roles.length > 0)) {
      const reply = await call(bank, operation, unknown());
      expect(expectProblem(reply, 401, 'Unauthenticated').detail).toMatch(reason);
      expect(challengeOf(reply)).toBe('Bearer realm="daybook", error="invalid_token"');
    }
  });
});

describe('roles', () => {
  it('open what docs/doors.md says', async () => {
    const document = await readFile(new URL('../../docs/doors.md', import.meta.url), 'utf8');
    const [header = [], ...rows] = [
      ...document.matchAll(/^\| (route|`(?:GET|POST|PUT|PATCH|DELETE) .*?`) .*\|$/gm),
    ].map(([row]) => row.split('|').map((cell) => cell.replaceAll('`', '').trim()));
    const documented = rows.map((row) => [row[1], header.filter((_, column) => /^(yes|own)$/.test(row[column] ?? ''))]);
    const described = operations.filter(({ roles }) => roles.length > 0);
    expect(Object.fromEntries(documented)).toEqual(
      Object.fromEntries(described.map(({ method, path, roles }) => [`${method} ${path.replace('/api', '')}`, roles])),
    );
  });

  it('are asked for by the document, with what is answered to those without', () => {
    for (const { id, roles, security, statuses } of operations) {
      const refusals = statuses.filter((status) => ['401', '403', '429'].includes(status));
      expect({ id, refusals }).toEqual({ id, refusals: roles.length > 0 ? ['401', '403', '429'] : ['429'] });
      expect({ id, security }).toEqual({ id, security: roles.map((role) => ({ token: [role] })) });
    }
  });

  it.each(['Teller', 'Auditor', 'Operator', 'Customer', 'teller', 'Admin'])('open nothing else: %s', async (role) => {
    const bank = await as({ roles: [role], customer_id: randomUUID() });
    for (const operation of operations.filter(({ roles }) => roles.length > 0)) {
      const reply = await call(bank, operation, unknown());
      if (operation.roles.includes(role)) expect([operation.id, reply.status]).not.toContain(403);
      else {
        expectProblem(reply, 403, 'Forbidden');
        expect(challengeOf(reply)).toMatch(/insufficient_scope/);
      }
    }
  });

  it.each([
    ['without roles', {}],
    ['without a list of them', { roles: 'Teller' }],
    ['of a customer without an id', { roles: ['Customer'] }],
    ['of a customer whose id is none', { roles: ['Customer'], customer_id: '*' }],
  ])('open nothing in a token %s', async (_, claims) => {
    const bank = await as(claims);
    for (const operation of operations.filter(({ roles }) => roles.length > 0)) {
      expectProblem(await call(bank, operation, unknown()), 403, 'Forbidden');
    }
  });

  it('operate the bank and tell its money as the case may be', async () => {
    const teller = await as({ roles: ['Teller'] });
    const { id, customerId } = await newAccount(teller, '5');
    for (const role of ['Auditor', 'Teller']) expect((await (await as({ roles: [role] })).events(id)).status).toBe(200);
    expect((await (await as({ roles: ['Operator'] })).get('/ops/gaps')).status).toBe(200);
    expect((await (await as({ roles: ['Auditor', 'Teller'] })).customer(customerId)).status).toBe(200);
  });
});

describe('a customer', () => {
  it('does with their own what customers do', async () => {
    const { bank, customerId, accountId } = await newOwner();
    const second = bodyOf(await bank.openAccount(customerId.toUpperCase())).id;
    bodyOf(await bank.deposit(second, '5'));
    bodyOf(await bank.withdraw(accountId, '4'));
    expect(bodyOf(await bank.account(accountId, { atLeast: 3 })).balance.amount).toBe('6.00');
    expect(bodyOf(await bank.account(accountId, { version: 1 })).balance.amount).toBe('0.00');
    expect(bodyOf(await bank.transactions(second, { atLeast: 2 })).items).toHaveLength(1);
    await eventually(async () => {
      const { accounts } = bodyOf(await bank.customer(customerId, { atLeast: `${second}:2` }));
      return accounts.map(({ id }) => id);
    }).toEqual([accountId, second]);
    expect((await bank.account(second)).status).toBe(200);
  });

  it('is told the rules of the bank on their own alone', async () => {
    const { bank, accountId } = await newOwner();
    expectProblem(await bank.withdraw(accountId, '11'), 422, 'InsufficientFunds');
    expectProblem(await bank.deposit(accountId, '1', {}, { 'if-match': '"1"' }), 412, 'VersionMismatch');
    expectProblem(await bank.account(accountId, { version: 9 }), 404, 'NotFound');
  });

  /** All that an answer tells, without the ids that the caller sent, the trace and the time. */
  const toldBy = ({ status, text, headers }: Reply) => ({
    status,
    text: text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id'),
    headers: [...headers]
      .filter(([name]) => !['date', 'traceparent'].includes(name))
      .map(([name, value]) => [name, value.replace(/^total;dur=[\d.]+/, 'total')]),
  });

  it("cannot tell what is another customer's from what is not there", async () => {
    const [me, other] = [await newOwner(), await newOwner()];
    // Rates belong to nobody.
    const some = operations.filter(({ path }) => !path.startsWith('/api/fx/'));
    // A list of what is the caller's own names nobody.
    const own = some.filter(({ id, roles }) => id !== 'listAccounts' && roles.includes('Customer'));
    expect(own.length).toBeGreaterThan(4);
    const variants = [
      {},
      { headers: { 'idempotency-key': 'key' } },
      { headers: { 'if-match': '"1"' } },
      { query: '?atLeast=1' },
      { query: '?atLeast=99' },
      { query: '?version=1' },
      { query: `?at=${new Date().toISOString()}` },
    ];
    for (const operation of some) {
      const isOwn = own.includes(operation);
      for (const variant of variants) {
        const [theirs, nobodys] = [
          await call(me.bank, operation, other, variant),
          await call(me.bank, operation, unknown(), variant),
        ];
        expect({ id: operation.id, variant, ...toldBy(theirs) }).toEqual({
          id: operation.id,
          variant,
          ...toldBy(nobodys),
        });
        expect(isOwn ? [400, 404, 422] : [200, 400, 403]).toContain(theirs.status);
      }
      const { status } = await call(me.bank, operation, other);
      if (isOwn) expect(status).toBe(operation.id === 'openAccount' ? 422 : 404);
    }
    expect(bodyOf(await app.bank.account(other.accountId)).version).toBe(2);
    expect(bodyOf(await app.bank.customer(other.customerId)).accounts).toHaveLength(1);
  });

  it('learns of a transfer only where one side of it is theirs', async () => {
    const [sender, receiver, stranger] = [await newOwner(), await newOwner(), await newOwner()];
    const headers = { prefer: 'wait=20' };
    const sent = await money(sender.bank).transfer(sender.accountId, receiver.accountId, '4.00', {}, headers);
    const { transferId, endVersion } = bodyOf(sent);
    const read = async (bank: BankClient, id: string) => bank.get(`/transfers/${id}`);
    const [fromSender, fromReceiver] = [await read(sender.bank, transferId), await read(receiver.bank, transferId)];
    expect(fromSender).toMatchObject({ status: 200, body: { id: transferId, status: 'completed' } });
    expect(fromReceiver.body).toEqual(fromSender.body);

    for (const version of [1, 3, endVersion ?? 0, 99]) {
      const [theirs, nobodys] = [`${sender.accountId}:${version}`, `${randomUUID()}:${version}`];
      const told = toldBy(await read(stranger.bank, theirs));
      expect(told.status).toBe(404);
      expect(told).toEqual(toldBy(await read(stranger.bank, nobodys)));
    }
    expect(toldBy(await stranger.bank.get('/transfers', { account: sender.accountId }))).toEqual(
      toldBy(await stranger.bank.get('/transfers', { account: randomUUID() })),
    );
  });

  it('learns of a receiver that it exists, its currency, and that it is closed, and nothing else', async () => {
    const receiverOf = async (lastName: string, prepare: (id: string) => Promise<unknown>) => {
      const { id: customerId } = bodyOf(await app.bank.createCustomer({ firstName: 'Grace', lastName }));
      const { id } = bodyOf(await app.bank.openAccount(customerId));
      await prepare(id);
      return { id, customerId, lastName };
    };
    const receivers = [
      await receiverOf('Hopper', () => Promise.resolve()),
      await receiverOf('Kelly', (id) => app.bank.deposit(id, '1000000')),
      await receiverOf('O’Malley', async (id) => {
        bodyOf(await app.bank.deposit(id, '5'));
        bodyOf(await money(app.bank).hold(id, '5'));
        bodyOf(await money(app.bank).become(id, 'freeze'));
      }),
    ];
    const headers = { prefer: 'wait=20' };
    // They differ by chance, or by the sender's own account.
    const hidden = ['etag', 'content-length', 'daybook-source', 'location'];
    const told = await Promise.all(
      receivers.map(async ({ id, customerId, lastName }) => {
        const { bank, accountId } = await newOwner();
        const sent = await money(bank).transfer(accountId, id, '4.00', { reference: 'Dinner' }, headers);
        const { transferId } = bodyOf(sent);
        const transactions = await bank.transactions(accountId, { atLeast: 4 });
        const replies = [sent, await bank.get(`/transfers/${transferId}`), transactions, await bank.events(accountId)];
        replies.push(await bank.get(`/accounts/${id}`));
        for (const { text } of replies) for (const secret of [lastName, customerId]) expect(text).not.toContain(secret);
        return replies.map(toldBy).map(({ text, headers: sentHeaders, ...other }) => ({
          ...other,
          text: text
            .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"instant"')
            .replaceAll(/[0-9a-f]{32}|00-[0-9a-f-]+/g, 'trace'),
          headers: sentHeaders.filter(([name = '']) => !hidden.includes(name)),
        }));
      }),
    );
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);

    const { bank, accountId } = await newOwner();
    const refusals = [];
    for (const { id } of receivers) {
      refusals.push(toldBy(await money(bank).transfer(accountId, id, '11.00')));
      refusals.push(toldBy(await money(bank).transfer(accountId, id, '1.00', { quote: 'x' })));
    }
    for (const [index, refusal] of refusals.entries()) expect(refusal).toEqual(refusals[index % 2]);
    expect(toldBy(await money(bank).transfer(accountId, randomUUID(), '1.00')).text).toContain('UnknownAccount');
  });

  it('reads the audit trail of what is theirs, which tells no name of an employee', async () => {
    const { bank, accountId, customerId, claims } = await newOwner();
    bodyOf(await bank.deposit(accountId, '1'));
    bodyOf(await (await as({ oid: 'grace', roles: ['Teller'] })).deposit(accountId, '1'));
    const { items } = bodyOf(await bank.events(accountId));
    expect(items.map(({ actor }) => actor)).toEqual([...['bank', 'bank', `${issuer.url}#${claims.sub}`, 'bank']]);
    expect((await bank.get(`/customers/${customerId}/events`)).body).toMatchObject({ items: [{ actor: 'bank' }] });
  });

  it('sees rates and has quotes, as everybody does, and sets none', async () => {
    const { bank } = await newOwner();
    const pair = { rate: '1.0842', source: 'ECB' };
    expectProblem(await bank.put('/ops/fx/rates/CHF-NOK', pair), 403, 'Forbidden');
    bodyOf(await (await as({ roles: ['Operator'] })).put('/ops/fx/rates/CHF-NOK', pair));
    expect((await bank.get('/fx/rates')).status).toBe(200);
    expect((await bank.get('/fx/rates/CHF-NOK/history')).body).toMatchObject({ items: [pair] });
    const quoted = { sell: { amount: '100.00', currency: 'CHF' }, buy: 'NOK' };
    expect((await bank.post('/fx/quotes', quoted)).body).toMatchObject({ buy: { amount: '108.42', currency: 'NOK' } });
  });

  it('has a list of their own accounts, and of no others', async () => {
    const [me, other] = [await newOwner(), await newOwner()];
    const list = async (query = {}) => me.bank.get('/accounts', query);
    await eventually(async () => (await list()).body).toMatchObject({ items: [{ id: me.accountId, version: 2 }] });
    expect((await list({ customerId: me.customerId })).body).toEqual((await list()).body);
    expect(toldBy(await list({ customerId: other.customerId }))).toEqual(
      toldBy(await list({ customerId: randomUUID() })),
    );
    expect((await list({ customerId: other.customerId })).body).toEqual({ items: [] });
  });

  it('sees no costs, which would tell the same', async () => {
    const [me, other] = [await newOwner(), await newOwner()];
    for (const of of [me, other, unknown()]) {
      for (const operation of operations) {
        const { headers } = await call(me.bank, operation, of);
        expect([operation.id, headers.get('server-timing')]).toEqual([
          operation.id,
          expect.stringMatching(/^total;dur=[\d.]+$/),
        ]);
      }
    }
  });

  it("cannot tell either by asking for versions of what is another customer's", async () => {
    const [me, other] = [await newOwner(), await newOwner()];
    for (const read of [me.bank.customer, me.bank.account, me.bank.transactions]) {
      const mine = read === me.bank.customer ? me.customerId : me.accountId;
      const [theirs, nobodys] = await Promise.all(
        [other.accountId, randomUUID()].map(async (id) => toldBy(await read(mine, { atLeast: `${id}:1` }))),
      );
      expect(theirs).toEqual(nobodys);
    }
  });

  it('who is a teller as well reaches all', async () => {
    const [me, other] = [await newOwner(), await newOwner()];
    const bank = await as({ ...me.claims, roles: ['Customer', 'Teller'] });
    expect((await bank.deposit(other.accountId, '1')).status).toBe(201);
  });
});

describe('an idempotency key', () => {
  const key = { 'idempotency-key': 'key' };

  it('belongs to one caller', async () => {
    const { id, customerId } = await newAccount(app.bank);
    const [ada, grace] = [
      await as({ sub: randomUUID(), roles: ['Teller'] }),
      await as({ sub: randomUUID(), roles: ['Teller'] }),
    ];
    expect(bodyOf(await ada.deposit(id, '1', {}, key)).version).toBe(2);
    expect(bodyOf(await grace.deposit(id, '2', {}, key)).version).toBe(3);
    expect(bodyOf(await ada.deposit(id, '1', {}, key)).version).toBe(2);
    const opened = [await ada.openAccount(customerId, 'EUR', key), await grace.openAccount(customerId, 'EUR', key)];
    expect(new Set(opened.map((reply) => bodyOf(reply).id)).size).toBe(2);
  });

  it('is good for all tokens of that caller', async () => {
    const { id } = await newAccount(app.bank);
    const claims = { sub: randomUUID(), roles: ['Teller'] };
    const first = await (await as(claims)).deposit(id, '1', {}, key);
    const again = await (await as({ ...claims, exp: inSeconds(60) })).deposit(id, '1', {}, key);
    expect([again.body, again.headers.get('idempotency-replayed')]).toEqual([first.body, 'true']);
  });

  it('finds nothing again that was done in another role, or for another customer', async () => {
    const [me, other] = [await newOwner(), await newOwner()];
    const teller = await as({ ...me.claims, roles: ['Teller'] });
    expect((await teller.deposit(other.accountId, '1', {}, key)).status).toBe(201);
    expectProblem(await me.bank.deposit(other.accountId, '1', {}, key), 404, 'NotFound');

    const moved = await as({ ...me.claims, customer_id: other.customerId });
    expect((await moved.withdraw(other.accountId, '1', {}, key)).status).toBe(201);
    expectProblem(await me.bank.withdraw(other.accountId, '1', {}, key), 404, 'NotFound');
    expect((await me.bank.openAccount(me.customerId, 'EUR', key)).status).toBe(201);
    expectProblem(await moved.openAccount(me.customerId, 'EUR', key), 422, 'UnknownCustomer');
  });
});

describe('the audit trail', () => {
  it('names who did it', async () => {
    const { bank, accountId, claims } = await newOwner();
    bodyOf(await bank.deposit(accountId, '1'));
    bodyOf(await (await as({ oid: 'grace', roles: ['Teller'] })).deposit(accountId, '1'));
    const { items } = bodyOf(await (await as({ roles: ['Auditor'] })).events(accountId));
    expect(items.map(({ actor }) => actor)).toEqual([
      ...['anonymous', 'anonymous', `${issuer.url}#${claims.sub}`, `${issuer.url}#grace`],
    ]);
  });
});

describe('the rate limit', () => {
  it('is that of each caller', async () => {
    const env = { AUTH_ISSUER: issuer.url, AUTH_AUDIENCE: audience, RATE_LIMIT_PER_MINUTE: '3' };
    const limited = await app.startInstance({ env });
    const ada = await as({ sub: 'ada', roles: ['Teller'] }, limited);
    const replies = [await ada.customers(), await ada.createCustomer(), await ada.get('/ops/gaps')];
    expect(replies.map(({ status }) => status)).toEqual([200, 201, 403]);
    for (const refused of [await ada.customers(), await ada.createCustomer()]) {
      expectProblem(refused, 429, 'RateLimited');
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(20);
    }
    // Another key changes nothing where tokens are the door.
    expect((await ada.customers({}, { 'x-functions-key': 'x' })).status).toBe(429);
    expect((await (await as({ sub: 'grace', roles: ['Teller'] }, limited)).customers()).status).toBe(200);
    expect((await limited.bank.get('/health')).status).toBe(200);
    await limited.stop();
  });
});

describe('the log', () => {
  it('holds no names, no addresses and no tokens', async () => {
    const token = await issuer.token({ sub: 'somebody', roles: ['Teller'] });
    const bank = withToken(token);
    const email = `${randomUUID()}@example.com`;
    bodyOf(await bank.createCustomer({ firstName: 'Unusual', lastName: 'Surname', email }));
    bodyOf(await bank.customers({ email }));
    expect((await bank.createCustomer({ email })).status).toBe(409);
    await app.cosmosFaults.inject({
      on: { target: 'customers' },
      times: 1_000,
      fault: { kind: 'answer', status: 503 },
    });
    expect((await bank.customers({ email })).status).toBe(503);
    await app.cosmosFaults.clear();
    expect(instance.log()).toMatch(/listCustomers/);
    expect(instance.log()).not.toContain(email);
    expect(instance.log()).not.toContain('Unusual');
    expect(instance.log()).not.toContain(token);
  });
});
