import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { appForBadInput, expectBadRequest, expectProblemAt, json, longText, shown } from '../support/e2eBadInput.ts';
import { bodyOf } from '../support/e2eBank.ts';
import { expectProblem } from '../support/e2eProblem.ts';

const { app, real, send, post } = appForBadInput();

const id = '0199f8a2-7b1c-7000-8000-000000000000';
const deposit = JSON.stringify({ amount: '1', currency: 'EUR' });
const one = { account: '/accounts/{account}', customer: '/customers/{customer}' };
const lists = [
  ...['/customers', `${one.account}/transactions`, `${one.account}/events`, `${one.customer}/events`],
  '/ops/dead-letters',
];
/** An address of the greatest length. */
const longPart = longText.slice(0, 5_000);

describe('an id in a path', () => {
  const routes = '/accounts/ID /accounts/ID/transactions /accounts/ID/events /customers/ID /customers/ID/events'.split(
    ' ',
  );

  it.each(
    shown(
      ...'x 1 head %20 %00 %F0%9F%A6%89 ..%2F..%2Fhealth'.split(' '),
      ...[id.replaceAll('-', ''), id.slice(1), `${id}0`, id.replace('0', 'g'), longPart],
    ),
  )('is 400 where it is no UUID: %s', async (_, wrong) => {
    for (const route of routes) expectBadRequest(await send(route.replace('ID', wrong)), '/path/id');
    expectBadRequest(await post(`/accounts/${wrong}/deposits`, deposit), '/path/id');
    expectBadRequest(await post(`/accounts/${wrong}/withdrawals`, deposit), '/path/id');
  });

  it('is 404 where nobody knows it', async () => {
    for (const route of routes) expectProblemAt(await send(route.replace('ID', randomUUID())), 404, 'NotFound');
    expectProblemAt(await post(`/accounts/${randomUUID()}/deposits`, deposit), 404, 'NotFound');
    expectProblemAt(await post(`/accounts/${randomUUID()}/withdrawals`, deposit), 404, 'NotFound');
  });
});

describe('a route', () => {
  it.each([
    ...['', '/', '/nowhere', '/customer', '/openapi', '/openapi.yaml', '/openapixjson', '/healthy', '/a/b/c/d/e/f'],
    ...[`${one.customer}/accounts`, `${one.account}/balance`, `${one.account}/deposits/1`, '/%20', '/%F0%9F%A6%89'],
  ])('is 404 where there is none: /api%s', async (route) => {
    expectProblemAt(await send(route), 404, 'NotFound');
  });

  it.each(['/%', '/%zz', '/accounts/%', '/customers/%E0%A4%A'])(
    'is 400 or 404 where the path is none: /api%s',
    async (route) => {
      const { reply } = await send(route);
      expectProblem(reply, reply.status === 404 ? 404 : 400, reply.status === 404 ? 'NotFound' : 'InvalidRequest');
    },
  );

  it.each([
    ['PUT', '/customers', 'GET, HEAD, POST'],
    ['DELETE', '/customers', 'GET, HEAD, POST'],
    ['OPTIONS', '/customers', 'GET, HEAD, POST'],
    ['DELETE', '/accounts', 'GET, HEAD, POST'],
    ['POST', one.customer, 'GET, HEAD'],
    ['PATCH', one.account, 'GET, HEAD'],
    ['DELETE', one.account, 'GET, HEAD'],
    ['GET', `${one.account}/deposits`, 'POST'],
    ['PUT', `${one.account}/withdrawals`, 'POST'],
    ['POST', `${one.account}/transactions`, 'GET, HEAD'],
    ['DELETE', `${one.account}/events`, 'GET, HEAD'],
    ['POST', `${one.customer}/events`, 'GET, HEAD'],
    ['POST', '/health', 'GET, HEAD'],
    ['PUT', '/openapi.json', 'GET, HEAD'],
  ])('is 405 for another method: %s %s', async (method, route, allowed) => {
    const sent = await send(route, { method });
    expectProblemAt(sent, 405, 'MethodNotAllowed');
    expect(sent.reply.headers.get('allow')?.split(', ').sort().join(', ')).toBe(allowed);
  });
});

describe('a header', () => {
  it.each(shown('3', '"3', '3"', '"3" "4"', 'w/"3"', '"3", *', ',', longPart))(
    'is 400 where If-Match is no ETag: %s',
    async (_, etag) => {
      const sent = await post(`${one.account}/deposits`, deposit, { ...json, 'if-match': etag });
      expectBadRequest(sent, '/headers/if-match');
    },
  );

  it.each(shown('"0"', '"03"', '"x"', '""', '"-3"', '"3.0"', 'W/"3"', '"4", "5"', '"9999999999999999"'))(
    'is 412 where If-Match has another version, or none: %s',
    async (_, etag) => {
      const sent = await post(`${one.account}/deposits`, deposit, { ...json, 'if-match': etag });
      expectProblemAt(sent, 412, 'VersionMismatch');
      expect(sent.reply.headers.get('etag')).toBe('"3"');
    },
  );

  // An empty one cannot be told from none: the Functions host leaves empty headers out.
  it.each(shown('x'.repeat(129), 'a b', 'a\tb', 'é', '\u00a0', longPart))(
    'is 400 where Idempotency-Key is none: %s',
    async (_, key) => {
      const headers = { ...json, 'idempotency-key': key };
      // For things that are not there, so that whatever lets such a key pass changes nothing.
      const opening = JSON.stringify({ customerId: randomUUID(), currency: 'EUR' });
      expectBadRequest(await post('/accounts', opening, headers), '/headers/idempotency-key');
      const sent = await post(`/accounts/${randomUUID()}/deposits`, deposit, headers);
      expectBadRequest(sent, '/headers/idempotency-key');
    },
  );
});

describe('a query parameter', () => {
  it.each([...lists, one.customer, one.account, '/health', '/openapi.json'])(
    'is 400 where it is unknown: %s',
    async (route) => {
      expectBadRequest(await send(`${route}?x=1&y=`), '/query/x', '/query/y');
    },
  );

  it.each(lists)('is 400 where it comes twice, or JavaScript knows its name: %s', async (route) => {
    expectBadRequest(await send(`${route}?limit=1&limit=2`), '/query/limit');
    expectBadRequest(await send(`${route}?__proto__=1&constructor=1`), '/query/__proto__', '/query/constructor');
  });

  it('is 400 where it is unknown to a command', async () => {
    expectBadRequest(await post(`${one.account}/deposits?limit=1`, deposit), '/query/limit');
    const opening = JSON.stringify({ customerId: randomUUID(), currency: 'EUR' });
    expectBadRequest(await post('/accounts?x=1', opening), '/query/x');
  });

  it.each(shown('', '0', '201', '-1', '1.5', '1e1', 'x', '%201', '0x1', '1000', '1&limit=2', longPart))(
    'is 400 where limit is none: %s',
    async (_, limit) => {
      for (const list of lists) expectBadRequest(await send(`${list}?limit=${limit}`), '/query/limit');
    },
  );

  const noInstants = [
    ...['', 'yesterday', '1', '1763632800', '2026-11-20', '2026-11-20T10:00:00', '2026-02-30T10:00:00Z'],
    ...['2026-11-20T25:00:00Z', '2026-11-20T10:00:61Z', '20261120T100000Z', '2026-11-20T10:00:00+25:00', longPart],
  ];
  it.each(shown(...noInstants))('is 400 where from and to are no instants: %s', async (_, wrong) => {
    const instant = encodeURIComponent(wrong);
    const sent = await send(`${one.account}/transactions?from=${instant}&to=${instant}`);
    expectBadRequest(sent, '/query/from', '/query/to');
  });

  const noPositions = [
    ...['', 'x', '0', '-1', '01', '1.5', '1e3', '1,', ',1', '1,x', '9999999999999999', ':1', 'x:1', longPart],
    ...[id, `${id}:`, `${id}:0`, `${id}:01`, `${id}:x`, `${id}:1:1`, Array(11).fill('1').join()],
  ];
  it.each(shown(...noPositions))('is 400 where atLeast is no position: %s', async (_, position) => {
    for (const route of [one.account, `${one.account}/transactions`, one.customer]) {
      expectBadRequest(await send(`${route}?atLeast=${position}`), '/query/atLeast');
    }
  });
});

describe('a cursor', () => {
  /** Good ones, by the list that they are of. */
  const cursors = new Map<string, string>();
  beforeAll(async () => {
    await vi.waitFor(async () => expect(bodyOf(await app.bank.customers()).items).toHaveLength(2), 20_000);
    for (const list of lists.slice(0, 3)) {
      const separator = list.endsWith('transactions') ? '?atLeast=3&' : '?';
      const { reply } = await send(`${list}${separator}limit=1`);
      cursors.set(list, (reply.body as { nextCursor: string }).nextCursor);
    }
  });

  it('is good for its own list', async () => {
    for (const [list, cursor] of cursors) {
      expect((await send(`${list}?cursor=${cursor}`)).reply.status).toBe(200);
    }
  });

  it.each(
    shown(
      '',
      'x',
      '.',
      'a.b',
      'null',
      '%F0%9F%A6%89',
      `x.${'%C3%A9'.repeat(22)}`,
      `x.${'x'.repeat(22)}`,
      'a&cursor=b',
      longPart,
    ),
  )('is 400 where it is rubbish: %s', async (_, rubbish) => {
    for (const list of lists) expectBadRequest(await send(`${list}?cursor=${rubbish}`), '/query/cursor');
  });

  it.each<[string, (cursor: string) => string]>([
    ['cut', (cursor) => cursor.slice(0, -1)],
    ['cut in half', (cursor) => cursor.split('.')[0] ?? ''],
    ['made longer', (cursor) => `${cursor}x`],
    ['given another part', (cursor) => `${cursor}.x`],
    ['changed in its first character', (cursor) => (cursor.startsWith('e') ? 'f' : 'e') + cursor.slice(1)],
    ['changed in its last character', (cursor) => cursor.slice(0, -1) + (cursor.endsWith('A') ? 'B' : 'A')],
    [
      'moved to another place',
      (cursor) => {
        const [payload = '', signature = ''] = cursor.split('.');
        const text = Buffer.from(payload, 'base64url').toString().replaceAll(/\d/g, '1');
        return `${Buffer.from(text).toString('base64url')}.${signature}`;
      },
    ],
  ])('is 400 where it was %s', async (_, tamper) => {
    for (const [list, cursor] of cursors) {
      expectBadRequest(await send(`${list}?cursor=${tamper(cursor)}`), '/query/cursor');
    }
  });

  it('is 400 where it is of another list', async () => {
    for (const [of, cursor] of cursors) {
      const others = [...lists, `/customers/${real.otherCustomer}/events`].filter((list) => list !== of);
      for (const list of others) expectBadRequest(await send(`${list}?cursor=${cursor}`), '/query/cursor');
    }
    const ofAll = cursors.get('/customers') ?? '';
    expectBadRequest(await send(`/customers?email=a@b.c&cursor=${ofAll}`), '/query/cursor');
  });
});
