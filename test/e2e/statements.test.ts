import { randomUUID } from 'node:crypto';
import { SaxesParser } from 'saxes';
import { beforeAll, describe, expect, it } from 'vitest';
import { plusMonths } from '../../projections/months.ts';
import { closed, deposited, frozen, opened, withdrawn } from '../support/bank.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, newCustomer, type Amount, type Transaction } from '../support/e2eBank.ts';
import { eventually, viewHas } from '../support/e2eEventually.ts';
import { appendPast } from '../support/e2ePast.ts';
import { expectProblem } from '../support/e2eProblem.ts';

type Line = {
  readonly month: string;
  readonly opening: Amount;
  readonly closing: Amount;
  readonly lines: number;
  readonly provisional?: true;
};
type Statement = Omit<Line, 'lines'> & {
  readonly accountId: string;
  readonly currency: string;
  readonly in: Amount;
  readonly out: Amount;
  readonly lines: readonly Transaction[];
};

const app = appOfThisFile();

const thisMonth = () => new Date().toISOString().slice(0, 7);
const eur = (amount: string) => ({ amount, currency: 'EUR' });
const list = async (id: string, query = {}) =>
  (bodyOf(await app.bank.get(`/accounts/${id}/statements`, query)) as { items: Line[] }).items;
const statement = async (id: string, month: string, query = {}) =>
  bodyOf(await app.bank.get(`/accounts/${id}/statements/${month}`, query)) as Statement;

let id: string;
let version: number;
let customerId: string;

beforeAll(async () => {
  customerId = bodyOf(await app.bank.createCustomer({ firstName: 'Ωμέγα', lastName: '"<&>"' })).id;
  ({ id, version } = await appendPast(app.database, [
    ['2026-01-31T22:00:00.000Z', opened(customerId)],
    ['2026-01-31T23:59:59.999Z', deposited(10_00, 10_00, customerId)],
    ['2026-02-01T00:00:00.000Z', withdrawn(2_50, 7_50, customerId), frozen()],
    ['2026-02-28T23:59:59.999Z', { type: 'AccountUnfrozen', data: { customerId, reason: 'over' } }],
    ['2026-02-28T23:59:59.999Z', deposited(1, 7_51, customerId)],
    ['2026-05-10T10:00:00.000Z', withdrawn(7_51, 0, customerId)],
    ['2026-05-10T10:00:00.000Z', closed()],
  ]));
  bodyOf(await app.bank.account(id, { atLeast: version }));
});

describe('the statements of an account', () => {
  it('are of all months from the opening to the present one, newest first', async () => {
    const items = await list(id, { atLeast: version });
    const [present] = items;
    expect(present).toEqual({
      month: thisMonth(),
      opening: eur('0.00'),
      closing: eur('0.00'),
      lines: 0,
      provisional: true,
    });
    const still = { opening: eur('7.51'), closing: eur('7.51'), lines: 0 };
    expect(items.slice(-5)).toEqual([
      { month: '2026-05', opening: eur('7.51'), closing: eur('0.00'), lines: 1 },
      { month: '2026-04', ...still },
      { month: '2026-03', ...still },
      { month: '2026-02', opening: eur('10.00'), closing: eur('7.51'), lines: 2 },
      { month: '2026-01', opening: eur('0.00'), closing: eur('10.00'), lines: 1 },
    ]);
    expect(items.map(({ month }) => month)).toEqual(items.map((_, index) => plusMonths(thisMonth(), -index)));
  });

  it('reflect what the caller has just done', async () => {
    const own = await newAccount(app.bank, '5');
    for (let amount = 1; amount <= 3; amount += 1) {
      const { version: reached, position } = bodyOf(await app.bank.deposit(own.id, '1'));
      const closing = eur(`${5 + amount}.00`);
      expect(await list(own.id, { atLeast: position })).toMatchObject([{ closing, lines: 1 + amount }]);
      expect(await statement(own.id, thisMonth(), { atLeast: reached })).toMatchObject({ closing, provisional: true });
    }
  });

  it('are 404 where there is no account, and 409 of a version that never comes', async () => {
    for (const path of ['statements', `statements/${thisMonth()}`, 'balances']) {
      for (const unknown of [randomUUID(), await newCustomer(app.bank)]) {
        expectProblem(await app.bank.get(`/accounts/${unknown}/${path}`), 404, 'NotFound');
      }
      const late = await app.bank.get(`/accounts/${id}/${path}`, { atLeast: 99 });
      expectProblem(late, 409, 'VersionNotReached');
      const foreign = await app.bank.get(`/accounts/${id}/${path}`, { atLeast: `${randomUUID()}:1` });
      expect(expectProblem(foreign, 400, 'InvalidRequest').errors).toMatchObject([{ pointer: '/query/atLeast' }]);
    }
  });
});

describe('a statement', () => {
  it('has the lines of its month, oldest first, and what they come to', async () => {
    expect(await statement(id, '2026-02')).toEqual({
      accountId: id,
      month: '2026-02',
      currency: 'EUR',
      opening: eur('10.00'),
      closing: eur('7.51'),
      in: eur('0.01'),
      out: eur('2.50'),
      lines: [
        expect.objectContaining({ version: 3, type: 'withdrawal', balanceAfter: eur('7.50') }) as unknown,
        expect.objectContaining({ version: 6, type: 'deposit', balanceAfter: eur('7.51') }) as unknown,
      ],
    });
  });

  it('has the same lines as the list of transactions', async () => {
    const { items } = bodyOf(await app.bank.transactions(id));
    const months = await Promise.all(['2026-01', '2026-02', '2026-05'].map((month) => statement(id, month)));
    expect(months.flatMap(({ lines }) => lines)).toEqual(items.toReversed());
  });

  it('of a month without a transaction has the balance before it', async () => {
    const still = { opening: eur('7.51'), closing: eur('7.51'), in: eur('0.00'), out: eur('0.00'), lines: [] };
    expect(await statement(id, '2026-03')).toMatchObject(still);
  });

  it.each(['2025-12', '1970-01', plusMonths(thisMonth(), 2), '9999-12'])(
    'is 404 before the opening, and after the present month: %s',
    async (month) => {
      expectProblem(await app.bank.get(`/accounts/${id}/statements/${month}`), 404, 'NotFound');
    },
  );

  it.each(['2026-13', '2026-00', '2026-1', '2026', 'x', '2026-01-01', '02026-01'])(
    'is 400 where that is no month: %s',
    async (month) => {
      const reply = await app.bank.get(`/accounts/${id}/statements/${month}`);
      expect(expectProblem(reply, 400, 'InvalidRequest').errors).toMatchObject([{ pointer: '/path/month' }]);
    },
  );

  const inForm = (accept: string, month = '2026-02', headers = {}) =>
    app.bank.get(`/accounts/${id}/statements/${month}`, {}, { accept, ...headers });

  it.each([
    ['*/*', 'application/json', 'json'],
    ['text/csv', 'text/csv; charset=utf-8; header=present', 'csv'],
    ['application/pdf', 'application/pdf', 'pdf'],
    ['text/html, application/xml;q=0.9', 'application/xml; charset=utf-8', 'xml'],
  ])('comes in the form that the caller accepts, and not again to one who has it: %s', async (accept, type, name) => {
    const reply = await inForm(accept);
    expect(reply.status).toBe(200);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': type,
      'content-disposition': `inline; filename="${id}-2026-02.${name}"`,
      vary: 'Accept',
      'daybook-source': 'view',
    });
    const etag = reply.headers.get('etag') ?? '';
    expect(await inForm(accept, '2026-02', { 'if-none-match': etag })).toMatchObject({ status: 304, text: '' });
    expect((await inForm('image/png, */*;q=0.1', '2026-02', { 'if-none-match': etag })).status).toBe(
      name === 'json' ? 304 : 200,
    );
  });

  it('is 406 in a form that it does not have', async () => {
    expectProblem(await inForm('image/png'), 406, 'NotAcceptable');
  });

  it('as CSV is a table of its lines', async () => {
    const [, withdrawal] = (await inForm('text/csv')).text.split('\r\n');
    expect(withdrawal).toBe(`2026-02-01T00:00:00.000Z,3,${id}:3,withdrawal,,2.50,7.50,EUR,,,,`);
    expect((await inForm('text/csv', '2026-03')).text).toMatch(/^occurredAt,version,.*\r\n$/);
  });

  it('as camt.053 is well-formed, and names the owner', async () => {
    const { text } = await inForm('application/xml');
    const parser = new SaxesParser({ xmlns: true });
    parser.on('error', (error) => expect.unreachable(error.message));
    parser.write(text).close();
    expect(text).toContain('<Nm>Ωμέγα &quot;&lt;&amp;&gt;&quot;</Nm>');
    expect(text).toContain('<NtryRef>6</NtryRef><Amt Ccy="EUR">0.01</Amt><CdtDbtInd>CRDT</CdtDbtInd>');
  });

  it('as PDF is one, and of a provisional month the name says so', async () => {
    const own = await newAccount(app.bank, '1');
    await viewHas(app.bank, own.id, 2);
    const path = `/accounts/${own.id}/statements/${thisMonth()}`;
    const reply = await app.bank.get(path, { atLeast: 2 }, { accept: 'application/pdf' });
    expect(reply.text).toMatch(/^%PDF-1\.\d/);
    expect(reply.headers.get('content-disposition')).toContain(`${thisMonth()}-provisional.pdf`);
  });

  it('as PDF is 422 over 10,000 lines, which it has in all other forms', async () => {
    const count = 10_001;
    const { id: own } = await appendPast(app.database, [
      ['2026-02-01T00:00:00.000Z', opened(customerId)],
      ...Array.from(
        { length: count },
        (_, index) => ['2026-02-02T00:00:00.000Z', deposited(1, index + 1, customerId)] as const,
      ),
    ]);
    const path = `/accounts/${own}/statements/2026-02`;
    // The view needs a while to fold so many.
    const statements = () => app.bank.get(`/accounts/${own}/statements`, { atLeast: count + 1 });
    await eventually(async () => (await statements()).status, 90_000).toBe(200);
    expect((await list(own)).at(-1)).toMatchObject({ lines: count, closing: eur('100.01') });
    expectProblem(await app.bank.get(path, {}, { accept: 'application/pdf' }), 422, 'StatementTooLong');
    const { lines } = await statement(own, '2026-02');
    expect(lines.map((line) => line.version)).toEqual(Array.from({ length: count }, (_, index) => index + 2));
    for (const accept of ['text/csv', 'application/xml']) {
      expect((await app.bank.get(path, {}, { accept })).status).toBe(200);
    }
    const balances = await app.bank.get(`/accounts/${own}/balances`, { points: 200 });
    expect(bodyOf(balances)).toMatchObject({ items: { length: 200 } });
    // The row, a hundred points each time, and now and then the alias of the view.
    expect(balances.headers.get('server-timing')).toMatch(/trips;desc="[34]"/);
  });
});

describe('the balances of an account', () => {
  const balances = async (points?: number) =>
    (
      bodyOf(await app.bank.get(`/accounts/${id}/balances`, points === undefined ? {} : { points })) as {
        items: { version: number; at: string; balance: Amount }[];
      }
    ).items;

  it('are as the account was after each of its events', async () => {
    const items = await balances();
    expect(items.map((point) => point.version)).toEqual(Array.from({ length: version }, (_, index) => index + 1));
    for (const point of items) {
      const { balance, updatedAt } = bodyOf(await app.bank.account(id, { version: point.version }));
      expect(point).toEqual({ version: point.version, at: updatedAt, balance });
    }
  });

  it('are evenly spread, the newest among them', async () => {
    expect((await balances(2)).map((point) => point.version)).toEqual([1, version]);
    expect((await balances(3)).map((point) => point.version)).toEqual([1, 5, version]);
  });

  it.each(['1', '201', '0', '-2', '2.5', 'x', ''])('are 400 for so many points: "%s"', async (points) => {
    const reply = await app.bank.get(`/accounts/${id}/balances`, { points });
    expect(expectProblem(reply, 400, 'InvalidRequest').errors).toMatchObject([{ pointer: '/query/points' }]);
  });
});
