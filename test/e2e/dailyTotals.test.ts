import { describe, expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, type Amount, type Query, type Reply } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { expectProblem } from '../support/e2eProblem.ts';
import { copyAccount } from '../support/e2eStore.ts';

type Total = { day: string; currency: string; deposits: Amount; withdrawals: Amount; count: number };
type Totals = { from: string; to: string; timeZone: string; items: readonly Total[] };

const app = appOfThisFile();
const daily = (query?: Query, headers?: Record<string, string>) =>
  app.bank.get('/analytics/daily', query, headers) as Promise<Reply<Totals>>;
const itemsOf = async (query: Query) => bodyOf(await daily(query)).items;
const total = (day: string, currency: string, deposits: string, withdrawals: string, count: number): Total => ({
  day,
  currency,
  deposits: { amount: deposits, currency },
  withdrawals: { amount: withdrawals, currency },
  count,
});
/** How many movements of that day the view has, whatever the app has cached. */
const countOn = async (day: string): Promise<number> => {
  const query = {
    query: 'SELECT VALUE SUM(c.entry.count) FROM c WHERE c.entry.day = @day',
    parameters: [{ name: '@day', value: day }],
  };
  return (await app.database.container('dailyTotals').items.query<number>(query).fetchAll()).resources[0] ?? 0;
};

describe('daily totals', () => {
  it('sum up what all accounts moved, in each currency', async () => {
    const [one, other, yen] = [
      await newAccount(app.bank, '100'),
      await newAccount(app.bank, '0.05'),
      await newAccount(app.bank, '500', 'JPY'),
    ];
    bodyOf(await app.bank.withdraw(one.id, '30.50'));
    bodyOf(await app.bank.withdraw(other.id, '0.01'));
    for (const { id } of [one, other, yen]) await copyAccount(app.database, id, '2020-02-29');
    await copyAccount(app.database, one.id, '2020-03-02');
    await eventually(() => countOn('2020-02-29')).toBe(5);
    await eventually(() => countOn('2020-03-02')).toBe(2);

    const eur = total('2020-02-29', 'EUR', '100.05', '30.51', 4);
    const jpy = total('2020-02-29', 'JPY', '500', '0', 1);
    const later = total('2020-03-02', 'EUR', '100.00', '30.50', 2);
    const query = { from: '2020-02-28', to: '2020-03-02' };
    expect(bodyOf(await daily(query))).toEqual({ ...query, timeZone: 'UTC', items: [eur, jpy, later] });
    expect(bodyOf(await daily({ ...query, currency: 'JPY' }))).toEqual({ ...query, timeZone: 'UTC', items: [jpy] });
    expect(await itemsOf({ from: '2020-03-01', to: '2020-03-01' })).toEqual([]);
  });

  it('show today as it grows, for the last thirty days if nothing else is said', async () => {
    const today = new Date().toISOString().slice(0, 10);
    const { id } = await newAccount(app.bank, '7', 'CHF');
    await eventually(() => itemsOf({ currency: 'CHF' })).toEqual([total(today, 'CHF', '7.00', '0.00', 1)]);
    bodyOf(await app.bank.withdraw(id, '2', { currency: 'CHF' }));
    await eventually(() => itemsOf({ from: today, currency: 'CHF' })).toEqual([total(today, 'CHF', '7.00', '2.00', 2)]);
    const { from, to } = bodyOf(await daily());
    expect([Date.parse(to) - Date.parse(from), to]).toEqual([30 * 86_400_000, today]);
  });

  it('are exact beyond the digits of one balance', async () => {
    const most = '9999999999999.99';
    await Promise.all(Array.from({ length: 30 }, () => newAccount(app.bank, most, 'SEK')));
    // 30 times 999,999,999,999,999: more than a double can count exactly.
    await eventually(() => itemsOf({ currency: 'SEK' })).toMatchObject([
      { deposits: { amount: '299999999999999.70' }, count: 30 },
    ]);
  });

  it('have an ETag that lasts as long as the answer', async () => {
    const query = { from: '2010-01-01', to: '2010-12-31' };
    const etag = (await daily(query)).headers.get('etag') ?? '';
    expect((await daily(query, { 'if-none-match': etag })).status).toBe(304);
  });

  it('are as old as the sums that the app has kept', async () => {
    const ageOf = async (from: string, to: string) => Number((await daily({ from, to })).headers.get('age') ?? NaN);
    expect(await ageOf('2011-01-01', '2011-01-31')).toBe(0);
    await eventually(() => ageOf('2011-01-01', '2011-02-28')).toBeGreaterThanOrEqual(1);
    // Beside no day that was asked for before.
    expect(await ageOf('2011-03-10', '2011-03-31')).toBe(0);
    const today = new Date().toISOString().slice(0, 10);
    expect(await ageOf(today, today)).toBeLessThan(60);
  });

  it('take 366 days at most', async () => {
    expect((await daily({ from: '2024-01-01', to: '2024-12-31' })).status).toBe(200);
    expect((await daily({ from: '2023-12-31', to: '2024-12-31' })).status).toBe(400);
    const { from, to } = bodyOf(await daily({ from: '2001-01-01' }));
    expect([from, to]).toEqual(['2001-01-01', '2002-01-01']);
  });

  it.each<[Query, string]>([
    [{ from: 'yesterday' }, '/query/from'],
    [{ from: '2026-02-30' }, '/query/from'],
    [{ from: '0000-01-01' }, '/query/from'],
    [{ to: '9999-12-31' }, '/query/to'],
    [{ to: '2026-01-01T00:00:00Z' }, '/query/to'],
    [{ from: '2026-01-02', to: '2026-01-01' }, '/query/to'],
    [{ currency: 'XYZ' }, '/query/currency'],
    [{ day: '2026-01-01' }, '/query/day'],
  ])('%j is malformed', async (query, pointer) => {
    const { errors } = expectProblem(await daily(query), 400, 'InvalidRequest', '/api/analytics/daily');
    expect(errors?.map((error) => error.pointer)).toEqual([pointer]);
  });
});
