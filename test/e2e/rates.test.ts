import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import {
  allPages,
  bodyOf,
  type Amount,
  type Page,
  type Query,
  type Reply,
  type SentHeaders,
} from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { expectProblem } from '../support/e2eProblem.ts';

const app = appOfThisFile();

type Set = { readonly version: number; readonly position: string };

const setRate = (pair: string, rate: unknown, headers: SentHeaders = {}, source: unknown = 'ECB') =>
  app.bank.put(`/ops/fx/rates/${pair}`, { rate, source }, headers) as Promise<Reply<Set>>;

type Rate = {
  readonly base: string;
  readonly quote: string;
  readonly rate: string;
  readonly source: string;
  readonly since: string;
};

type Quote = {
  readonly quote: string;
  readonly sell: Amount;
  readonly buy: Amount;
  readonly rate: string;
  readonly expiresAt: string;
};

const makeQuote = (amount: unknown, currency: unknown, buy: unknown, more: object = {}) =>
  app.bank.post('/fx/quotes', { sell: { amount, currency }, buy, ...more }) as Promise<Reply<Quote>>;

const listRates = async (): Promise<readonly Rate[]> =>
  bodyOf((await app.bank.get('/fx/rates')) as Reply<Page<Rate>>).items;
const history = (pair: string, query: Query = {}) =>
  app.bank.get(`/fx/rates/${pair}/history`, query) as Promise<Reply<Page<Rate>>>;

describe('a rate', () => {
  it('is set, and set again, under an id that follows from its pair', async () => {
    const first = await setRate('EUR-USD', '1.0842');
    expect(first).toMatchObject({ status: 200, body: { version: 1 } });
    const id = first.body.position.replace(/:1$/, '');
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(bodyOf(await setRate('EUR-USD', '1.0850'))).toEqual({ version: 2, position: `${id}:2` });
    const inverse = bodyOf(await setRate('USD-EUR', '0.92'));
    expect(inverse.version).toBe(1);
    expect(inverse.position).not.toContain(id);
  });

  it('is set once for each key, whatever happened since', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const first = await setRate('EUR-JPY', '161.5', key);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    bodyOf(await setRate('EUR-JPY', '162'));
    const again = await setRate('EUR-JPY', '161.50', key);
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expectProblem(await setRate('EUR-JPY', '161.6', key), 422, 'IdempotencyKeyReused');
    // A key belongs to one pair.
    expect(bodyOf(await setRate('JPY-EUR', '0.0062', key)).version).toBe(1);
    expect(bodyOf(await setRate('EUR-JPY', '163')).version).toBe(3);
  });

  it('is not set where its version is another one than the caller expects, or there is none', async () => {
    for (const etag of ['"1"', '*']) {
      const reply = await setRate('EUR-CHF', '0.94', { 'if-match': etag });
      expectProblem(reply, 412, 'VersionMismatch');
      expect(reply.headers.get('etag')).toBeNull();
    }
    bodyOf(await setRate('EUR-CHF', '0.94'));
    expect(bodyOf(await setRate('EUR-CHF', '0.95', { 'if-match': '"1"' })).version).toBe(2);
    const reply = await setRate('EUR-CHF', '0.96', { 'if-match': '"1"' });
    expectProblem(reply, 412, 'VersionMismatch');
    expect(reply.headers.get('etag')).toBe('"2"');
    expect(bodyOf(await setRate('EUR-CHF', '0.96', { 'if-match': '*' })).version).toBe(3);
  });

  it.each([
    ['EUR-EUR', '1', 'ECB', ['/path/pair']],
    ['EUR-XXX', '1', 'ECB', ['/path/pair']],
    ['eur-usd', '1', 'ECB', ['/path/pair']],
    ['EURUSD', '1', 'ECB', ['/path/pair']],
    ['EUR-USD-JPY', '1', 'ECB', ['/path/pair']],
    ['EUR%2FUSD', '1', 'ECB', ['/path/pair']],
    ['EUR-GBP', '0', 'ECB', ['/rate']],
    ['EUR-GBP', '-1', 'ECB', ['/rate']],
    ['EUR-GBP', '1e3', 'ECB', ['/rate']],
    ['EUR-GBP', 1.0842, 'ECB', ['/rate']],
    ['EUR-GBP', '0.0000000000001', 'ECB', ['/rate']],
    ['EUR-GBP', '1234567890123', 'ECB', ['/rate']],
    ['EUR-GBP', undefined, '', ['/rate', '/source']],
    ['EUR-GBP', '1', 'x'.repeat(141), ['/source']],
    ['EUR-GBP', '1', null, ['/source']],
    ['x', 'x', 1, ['/path/pair', '/rate', '/source']],
  ])('is refused: %s at %j by %j', async (pair, rate, source, pointers) => {
    const { errors } = expectProblem(await setRate(pair, rate, {}, source), 400, 'InvalidRequest');
    expect(errors?.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it('has no other method, and needs a body of JSON', async () => {
    const path = '/api/ops/fx/rates/EUR-USD';
    for (const method of ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE']) {
      const { status, headers } = await app.bank.request(path, { method });
      expect([method, status, headers.get('allow')]).toEqual([method, 405, 'PUT']);
    }
    const type = { 'content-type': 'text/plain' };
    expectProblem(await app.bank.request(path, { method: 'PUT' }), 415, 'UnsupportedMediaType');
    expectProblem(
      await app.bank.request(path, { method: 'PUT', headers: type, body: '{}' }),
      415,
      'UnsupportedMediaType',
    );
    expectProblem(await app.bank.put('/ops/fx/rates/EUR-GBP', { rate: '1', source: 'x', y: 1 }), 400, 'InvalidRequest');
    expectProblem(await app.bank.put('/ops/fx/rates/EUR-GBP?x=1', { rate: '1', source: 'x' }), 400, 'InvalidRequest');
  });
});

describe('the rates', () => {
  it('are the newest of each pair, and only those that somebody has set', async () => {
    bodyOf(await setRate('GBP-USD', '1.25'));
    const { position } = bodyOf(await setRate('GBP-USD', '1.2600', {}, 'desk'));
    bodyOf(await setRate('GBP-CHF', '1.13'));
    bodyOf(await history('GBP-USD', { atLeast: position }));
    const ofPounds = async () => (await listRates()).filter(({ base, quote }) => [base, quote].includes('GBP'));
    await eventually(async () => (await ofPounds()).map(({ base, quote }) => `${base}-${quote}`)).toEqual([
      'GBP-CHF',
      'GBP-USD',
    ]);
    expect((await ofPounds())[1]).toEqual({
      base: 'GBP',
      quote: 'USD',
      rate: '1.26',
      source: 'desk',
      since: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    });
  });

  it('have no pages, and an ETag', async () => {
    const bases = ['AED', 'AFN', 'ALL', 'AMD', 'AOA', 'ARS', 'AUD', 'AWG', 'AZN', 'BAM', 'BBD'];
    const quotes = ['NZD', 'SEK', 'NOK', 'DKK', 'PLN'];
    const pairs = bases.flatMap((base) => quotes.map((quote) => `${base}-${quote}`));
    expect(pairs.length).toBeGreaterThan(50);
    const replies = await Promise.all(pairs.map((pair) => setRate(pair, '2')));
    expect(replies.filter(({ status }) => status !== 200)).toEqual([]);
    await eventually(async () => (await listRates()).filter(({ rate }) => rate === '2').length).toBe(pairs.length);
    const named = (await listRates()).map(({ base, quote }) => `${base}-${quote}`);
    expect(named).toEqual(named.toSorted());

    const { headers } = await app.bank.get('/fx/rates');
    const again = await app.bank.get('/fx/rates', {}, { 'if-none-match': headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
    for (const query of [{ limit: 1 }, { atLeast: 1 }]) {
      expectProblem(await app.bank.get('/fx/rates', query), 400, 'InvalidRequest');
    }
  });

  it('have a history, newest first, in pages, which is never behind what its caller has set', async () => {
    for (let hundredths = 101; hundredths <= 107; hundredths += 1) {
      const { version } = bodyOf(await setRate('CAD-USD', String(hundredths / 100)));
      const reply = await history('CAD-USD', { atLeast: version });
      expect(bodyOf(reply).items[0]?.rate).toBe(String(hundredths / 100));
      expect(reply.headers.get('daybook-source')).toMatch(/^(view|events)$/);
    }
    const items = await allPages((query) => history('CAD-USD', query), { limit: 3 });
    expect(items.map(({ rate }) => rate)).toEqual(['1.07', '1.06', '1.05', '1.04', '1.03', '1.02', '1.01']);
    const instants = items.map(({ since }) => since);
    expect(instants).toEqual(instants.toSorted().reverse());
    expect(items[0]).toMatchObject({ base: 'CAD', quote: 'USD', source: 'ECB' });
  });

  it('have a history as soon as there is one, and never in the other direction', async () => {
    bodyOf(await setRate('HUF-CZK', '0.062'));
    expect(bodyOf(await history('HUF-CZK')).items).toHaveLength(1);
    expectProblem(await history('CZK-HUF'), 404, 'NotFound');
    expectProblem(await history('HUF-CZK', { atLeast: 2 }), 409, 'VersionNotReached');
  });

  it.each(['EUR-EUR', 'EUR-XXX', 'eur-usd', 'x'])('have no history of what is no pair: %s', async (pair) => {
    const { errors } = expectProblem(await history(pair), 400, 'InvalidRequest');
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/path/pair']);
  });

  it('have cursors of one history alone', async () => {
    for (const pair of ['ISK-NOK', 'ISK-DKK']) for (const rate of ['1', '2']) bodyOf(await setRate(pair, rate));
    const { nextCursor = '' } = bodyOf(await history('ISK-NOK', { limit: 1, atLeast: 2 }));
    expect(bodyOf(await history('ISK-NOK', { cursor: nextCursor })).items.map(({ rate }) => rate)).toEqual(['1']);
    expectProblem(await history('ISK-DKK', { cursor: nextCursor }), 400, 'InvalidRequest');
  });
});

describe('a quote', () => {
  it('says what an amount brings at the newest rate, for a minute', async () => {
    const { position } = bodyOf(await setRate('AUD-JPY', '98.7654'));
    const before = Date.now();
    const reply = await makeQuote('100.00', 'AUD', 'JPY');
    const [least, most] = [before + 60_000, Date.now() + 60_000];
    expect(reply).toMatchObject({ status: 200 });
    const { quote, expiresAt, ...rest } = reply.body;
    expect(rest).toEqual({
      sell: { amount: '100.00', currency: 'AUD' },
      buy: { amount: '9876', currency: 'JPY' },
      rate: '98.7654',
    });
    expect(Date.parse(expiresAt)).toBeGreaterThanOrEqual(least);
    expect(Date.parse(expiresAt)).toBeLessThanOrEqual(most);
    expect(JSON.parse(Buffer.from(quote.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({
      rateId: position,
      expiresAt,
      buy: { minor: 9876, currency: 'JPY' },
    });
  });

  it('is at the rate that was set last, however far behind the view is', async () => {
    for (let tenths = 11; tenths <= 30; tenths += 1) {
      bodyOf(await setRate('AUD-NZD', String(tenths / 10)));
      expect(bodyOf(await makeQuote('1.00', 'AUD', 'NZD'))).toMatchObject({
        rate: String(tenths / 10),
        buy: { amount: (tenths / 10).toFixed(2), currency: 'NZD' },
      });
    }
  });

  it('leaves nothing behind', async () => {
    const count = async () => {
      const query = app.database.container('events').items.query<number>('SELECT VALUE COUNT(1) FROM c');
      return (await query.fetchAll()).resources[0];
    };
    bodyOf(await setRate('CHF-USD', '1.1'));
    const before = await count();
    bodyOf(await makeQuote('1.00', 'CHF', 'USD'));
    expect(await count()).toBe(before);
  });

  it('is refused where there is no rate in that direction, or it brings nothing, or too much', async () => {
    bodyOf(await setRate('KRW-USD', '0.0007'));
    expectProblem(await makeQuote('1.00', 'USD', 'KRW'), 422, 'NoRate');
    expectProblem(await makeQuote('14', 'KRW', 'USD'), 422, 'AmountTooSmall');
    expect(bodyOf(await makeQuote('15', 'KRW', 'USD')).buy.amount).toBe('0.01');
    bodyOf(await setRate('USD-KWD', '0.31'));
    expectProblem(await makeQuote('9999999999999.99', 'USD', 'KWD'), 422, 'BalanceLimitExceeded');
    expect(bodyOf(await makeQuote('3225806451612.89', 'USD', 'KWD')).buy.amount).toBe('999999999999.995');
  });

  it.each([
    ['1.00', 'USD', 'USD', {}, ['/buy']],
    ['-1', 'USD', 'USD', {}, ['/buy', '/sell/amount']],
    ['1.001', 'USD', 'EUR', {}, ['/sell/amount']],
    ['0.00', 'USD', 'EUR', {}, ['/sell/amount']],
    [1, 'USD', 'EUR', {}, ['/sell/amount']],
    ['1', 'XXX', 'eur', {}, ['/buy', '/sell/currency']],
    ['1', 'USD', undefined, {}, ['/buy']],
    ['1', 'USD', 'EUR', { sell: undefined }, ['/sell']],
    ['1', 'USD', 'EUR', { sell: { amount: '1', currency: 'USD', x: 1 }, rate: '1' }, ['/rate', '/sell/x']],
  ])('is refused: of %j %s for %s, and %j', async (amount, currency, buy, more, pointers) => {
    const { errors } = expectProblem(await makeQuote(amount, currency, buy, more), 400, 'InvalidRequest');
    expect(errors?.map(({ pointer }) => pointer).sort()).toEqual(pointers);
  });
});
