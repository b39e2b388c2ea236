import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  appForBadInput,
  expectBadRequest,
  expectProblemAt,
  json,
  longText,
  shown,
  type Body,
} from '../support/e2eBadInput.ts';
import { newEmail } from '../support/e2eBank.ts';

const { real, send, post } = appForBadInput();

const kib = 1024;
const deposits = '/accounts/{account}/deposits';
const withdrawals = '/accounts/{account}/withdrawals';
const person = () => ({ firstName: 'Ada', lastName: 'Lovelace', email: newEmail() });
const movement = (fields: object) => JSON.stringify({ amount: '1', currency: 'EUR', ...fields });

const capture = `/accounts/{account}/holds/${randomUUID()}:3/capture`;
/** The routes that move or hold money, and what their bodies have beside an amount. */
const movements: Readonly<Record<string, object>> = {
  [deposits]: {},
  [withdrawals]: {},
  '/accounts/{account}/transfers': { to: randomUUID() },
  '/accounts/{account}/holds': {},
  [capture]: {},
};
/** Asserts that each of them refuses these fields. */
const expectRefusedByAll = async (
  fields: object,
  pointers: readonly string[],
  routes = Object.keys(movements),
): Promise<void> => {
  for (const route of routes) {
    expectBadRequest(await post(route, movement({ ...movements[route], ...fields })), ...pointers);
  }
};

describe('a body that is no JSON object', () => {
  it.each<[string, Body]>([
    ['nothing', ''],
    ['a word', 'hello'],
    ['half an object', '{"firstName":"Ada"'],
    ['an object and more', '{} {}'],
    ['a form', 'firstName=Ada&lastName=Lovelace'],
    ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['UTF-16', Buffer.from('{}', 'utf16le')],
    ['an array', '[]'],
    ['a text', '"hello"'],
    ['a number', '1'],
    ['null', 'null'],
    ['thirty thousand open brackets', '['.repeat(30_000)],
    ['arrays in arrays', '['.repeat(30_000) + ']'.repeat(30_000)],
  ])('is 400: %s', async (_, body) => {
    expectBadRequest(await post('/customers', body), '');
  });

  it.each(['text/plain', 'application/xml', 'application/jsonx', 'application/json; charset=utf-16', 'rubbish'])(
    'is 415: content type %s',
    async (type) => {
      const sent = await post('/customers', JSON.stringify(person()), { 'content-type': type });
      expectProblemAt(sent, 415, 'UnsupportedMediaType');
    },
  );

  it.each(['application/json;', 'application/json; charset=utf-8;', 'application/json; version=1'])(
    'is read: content type %s',
    async (type) => {
      const sent = await post('/customers', '[]', { 'content-type': type });
      expectBadRequest(sent, '');
    },
  );

  it('is 415: encoded', async () => {
    const body = gzipSync(JSON.stringify(person()));
    const sent = await post('/customers', body, { ...json, 'content-encoding': 'gzip' });
    expectProblemAt(sent, 415, 'UnsupportedMediaType');
    expect(sent.reply.headers.get('accept-encoding')).toBe('identity');
  });

  it('is 415: no content type', async () => {
    const sent = await post('/customers', Buffer.from(JSON.stringify(person())), {});
    expectProblemAt(sent, 415, 'UnsupportedMediaType');
  });
});

describe('a body of more than 64 KiB', () => {
  const padded = (bytes: number) => movement({}).padEnd(bytes);
  const streamed = (bytes: number): RequestInit => {
    const body = new Blob([padded(bytes)]).stream();
    return { method: 'POST', headers: json, body, duplex: 'half' };
  };

  it.each([64 * kib + 1, 128 * kib])('is 413: %i bytes', async (bytes) => {
    expectProblemAt(await post(deposits, padded(bytes)), 413, 'BodyTooLarge');
  });

  it('is 413 also when nobody said how long it would be', async () => {
    expectProblemAt(await send(deposits, streamed(64 * kib + 1)), 413, 'BodyTooLarge');
  });

  it.each([128 * kib + 1, 3 * 1024 * kib])(
    'is 413 of the host, which reads no more of it, on any route: %i bytes',
    async (bytes) => {
      for (const path of [deposits, '/health', '/nowhere']) {
        for (const init of [{ method: 'POST', headers: json, body: padded(bytes) }, streamed(bytes)]) {
          const { reply } = await send(path, init);
          expect([path, reply.status, reply.text]).toEqual([path, 413, '']);
        }
      }
    },
  );

  it('is not what 64 KiB are', async () => {
    // To an account that is not there: past all checks of the request.
    const path = `/accounts/${randomUUID()}/deposits`;
    expectProblemAt(await post(path, padded(64 * kib)), 404, 'NotFound');
    expectProblemAt(await send(path, streamed(64 * kib)), 404, 'NotFound');
  });
});

describe('a field of a customer', () => {
  const [firstName, lastName, email] = ['/firstName', '/lastName', '/email'];
  const all = [firstName, lastName, email];

  it.each<[string, Record<string, unknown>, string[]]>([
    ['missing', { firstName: undefined, lastName: undefined, email: undefined }, all],
    ['null', { firstName: null, lastName: null, email: null }, all],
    ['no text', { firstName: 1, lastName: ['x'], email: { a: 1 } }, all],
    ['empty', { firstName: '', lastName: '', email: '' }, all],
    ['blank', { firstName: ' \t', lastName: '\u3000', email: ' ' }, all],
    ['of 101 characters', { firstName: 'x'.repeat(101), lastName: '🦉'.repeat(101) }, [firstName, lastName]],
    ['of 10 kB', { firstName: longText, lastName: longText, email: `${longText}@x` }, all],
    ['with control characters', { firstName: 'a\u0000', lastName: 'a\nb', email: 'a\u0007@b' }, all],
    ['with other control characters', { firstName: 'a\u001bb', lastName: 'a\u0085b', email: 'a\u007f@b' }, all],
    ['unknown', { id: randomUUID(), admin: true }, ['/id', '/admin']],
    ['unknown, with an awkward name', { 'a/b~c': 1, constructor: 1, '': 1 }, ['/a~1b~0c', '/constructor', '/']],
    [
      'wrong, while others are missing and unknown',
      { firstName: '', email: undefined, x: 1 },
      [firstName, email, '/x'],
    ],
  ])('is 400 where it is %s', async (_, fields, pointers) => {
    expectBadRequest(await post('/customers', JSON.stringify({ ...person(), ...fields })), ...pointers);
  });

  it.each(['firstName', 'lastName', 'email'])('is 400 where it has half a character: %s', async (field) => {
    const body = JSON.stringify({ ...person(), [field]: 'a@HALF' });
    for (const half of ['\\ud800', '\\udc00', '\\udc00\\ud800']) {
      expectBadRequest(await post('/customers', body.replace('HALF', half)), `/${field}`);
    }
  });

  it('is 400 where it is unknown, whatever JavaScript makes of its name', async () => {
    const body = JSON.stringify(person()).replace('{', '{"__proto__":{"admin":true},');
    expectBadRequest(await post('/customers', body), '/__proto__');
  });

  it('is 400 where it comes twice', async () => {
    const body = JSON.stringify(person()).replace('{', '{"email":"a@b.c","x":1,"x":2,');
    expectBadRequest(await post('/customers', body), '/email', '/x');
  });

  it.each(
    shown<unknown>(
      ...['x', 'a@', '@b', 'a b@c.d', 'a@b c', 'a@b@c', 'a\n@b.c', `${'a'.repeat(250)}@b.c.d`],
      ...[1, true, ['a@b.c'], { at: 'a@b.c' }],
    ),
  )('is 400 where it is no e-mail address: %s', async (_, email) => {
    expectBadRequest(await post('/customers', JSON.stringify({ ...person(), email })), '/email');
  });
});

describe('a field of an account', () => {
  it.each(
    shown<unknown>(
      '',
      'x',
      1,
      null,
      '0199f8a27b1c70008000000000000000',
      '{0199f8a2-7b1c-7000-8000-000000000000}',
      longText,
    ),
  )('is 400 where it is no id: %s', async (_, customerId) => {
    expectBadRequest(await post('/accounts', JSON.stringify({ customerId, currency: 'EUR' })), '/customerId');
  });

  it.each(
    shown<unknown>(
      '',
      'X',
      'XXX',
      'XAU',
      'EURO',
      'eur',
      'Eur',
      ' EUR',
      'EUR ',
      978,
      null,
      ['EUR'],
      '__proto__',
      longText,
    ),
  )('is 400 where it is no currency: %s', async (_, currency) => {
    expectBadRequest(await post('/accounts', JSON.stringify({ customerId: real.customer, currency })), '/currency');
    await expectRefusedByAll({ currency }, ['/currency']);
  });
});

describe('a field of a movement', () => {
  it.each(
    shown<unknown>(
      ...[1, 12.34, 0, -1, 1e3, null, true, [], {}, ['1'], { amount: '1' }],
      ...['', '-1', '-0', '0', '0.00', '+1', ' 1', '1 ', '1\n', '1.', '.5', '.', '00', '01', '00.5', '1e3', '1E3'],
      ...[
        '0.001',
        '1.000',
        '1,5',
        '1.2.3',
        '1_000',
        "1'000",
        '0x10',
        '٣',
        '１',
        'Infinity',
        'NaN',
        'one',
        '1 EUR',
        '€1',
      ],
      ...['9999999999999999', '99999999999999.99', '10000000000000.00', `1${'0'.repeat(10_000)}`],
      ...[`0.${'0'.repeat(10_000)}`, `${'0'.repeat(10_000)}1`],
    ),
  )('is 400 where it is no amount of EUR: %s', async (_, amount) => {
    await expectRefusedByAll({ amount }, ['/amount']);
  });

  it.each([
    ['JPY', '1.0'],
    ['JPY', '1000000000000000'],
    ['BHD', '0.0001'],
    ['BHD', '1000000000000.000'],
    ['CLF', '0.00001'],
    ['CLF', '100000000000.0000'],
  ])('is 400 where it is no amount of %s: %s', async (currency, amount) => {
    await expectRefusedByAll({ currency, amount }, ['/amount']);
  });

  it.each(shown<unknown>(1, true, ['x'], 'x'.repeat(141), '🦉'.repeat(141), longText, 'a\u0000b', 'a\tb'))(
    'is 400 where it is no reference: %s',
    async (_, reference) => {
      await expectRefusedByAll({ reference }, ['/reference']);
    },
  );

  it.each([
    [{ amount: 1, currency: 'eur', reference: 1, note: 'x' }, ['/amount', '/currency', '/reference', '/note']],
    [{ amount: '-1', reference: 1 }, ['/amount', '/reference']],
    [{ amount: '0', reference: 1 }, ['/amount', '/reference']],
    [{ amount: '0.001', note: 'x' }, ['/amount', '/note']],
  ])('is 400 with all others that are wrong: %j', async (fields, pointers) => {
    await expectRefusedByAll(fields, pointers);
  });

  it('is 400 where it is missing; of a capture, where one of amount and currency is', async () => {
    const others = Object.keys(movements).filter((route) => route !== capture);
    await expectRefusedByAll({ amount: undefined, currency: undefined }, ['/amount', '/currency'], others);
    await expectRefusedByAll({ amount: undefined }, ['/amount'], others);
    await expectRefusedByAll({ currency: undefined }, ['/currency']);
    await expectRefusedByAll({ amount: undefined }, ['/currency'], [capture]);
  });

  it.each(shown<unknown>('', 'x', 1, null, [randomUUID()], longText))(
    'is 400 where the receiver is no id: %s',
    async (_, to) => {
      await expectRefusedByAll({ to }, ['/to'], ['/accounts/{account}/transfers', capture]);
    },
  );
});

describe('a request that is wrong in path, query, headers and body', () => {
  it('is told so of all of them at once', async () => {
    const headers = { ...json, 'if-match': '7', 'idempotency-key': 'a b' };
    const sent = await post('/accounts/x/deposits?y=1', movement({ amount: '-1' }), headers);
    expectBadRequest(sent, '/path/id', '/query/y', '/headers/if-match', '/headers/idempotency-key', '/amount');
  });

  it('is told so of the others where the body is no JSON', async () => {
    expectBadRequest(await post('/accounts/x/deposits?y=1', '{'), '', '/path/id', '/query/y');
  });
});

it('the answer to thousands of fields too many names 20 of them', async () => {
  const fields = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, 1]));
  const { reply } = await post('/customers', JSON.stringify({ ...person(), ...fields }));
  expect(reply.status).toBe(400);
  expect((reply.body as { errors: unknown[] }).errors).toHaveLength(20);
});
