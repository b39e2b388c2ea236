import { describe, expect, it } from 'vitest';
import { currency } from '../../domain/currency.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, times, type Query } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { balancesIn, expectBalanced, trialBalanceOf } from '../support/e2eLedger.ts';
import { expectProblem } from '../support/e2eProblem.ts';
import { copyAccount } from '../support/e2eStore.ts';
import { transfersIn } from '../support/e2eTransfers.ts';

const app = appOfThisFile();
const trialBalance = (query?: Query, headers?: Record<string, string>) => trialBalanceOf(app.bank, query, headers);
const today = () => new Date().toISOString().slice(0, 10);

describe('the trial balance', () => {
  it('shows deposits, withdrawals, and transfers by way of exchange', async () => {
    const francs = await newAccount(app.bank, '100', 'CHF');
    const kroner = await newAccount(app.bank, '7', 'DKK');
    bodyOf(await app.bank.withdraw(francs.id, '0.01', { currency: 'CHF' }));
    const [chf, dkk] = ['CHF', 'DKK'].map((code) => currency.parse(code));
    if (!chf || !dkk) throw new Error('There are two');
    await transfersIn(app.database).send(
      francs.id,
      kroner.id,
      { minor: 10_00, currency: chf },
      { minor: 75_50, currency: dkk },
    );
    await eventually(() => balancesIn(app.bank, 'DKK')).toEqual({
      cash: '7.00',
      customers: '-82.50',
      inTransit: '0.00',
      exchange: '75.50',
    });
    await eventually(() => balancesIn(app.bank, 'CHF')).toEqual({
      cash: '99.99',
      customers: '-89.99',
      inTransit: '0.00',
      exchange: '-10.00',
    });
    const answer = bodyOf(await trialBalance());
    expect(answer.date).toBe(today());
    expectBalanced(answer);
  });

  it('carries the days that are over forward', async () => {
    const { id } = await newAccount(app.bank, '30', 'NOK');
    bodyOf(await app.bank.withdraw(id, '10', { currency: 'NOK' }));
    await eventually(async () => (await balancesIn(app.bank, 'NOK')).cash).toBe('20.00');
    await copyAccount(app.database, id, '2020-02-29');
    await eventually(async () => (await balancesIn(app.bank, 'NOK', '2020-02-29')).cash).toBe('20.00');
    expect(await balancesIn(app.bank, 'NOK', '2020-02-28')).toEqual({});
    expect((await balancesIn(app.bank, 'NOK', '2024-06-30')).customers).toBe('-20.00');
    expect((await balancesIn(app.bank, 'NOK')).customers).toBe('-40.00');
  });

  it('is exact beyond the digits of one balance', async () => {
    await times(30, () => newAccount(app.bank, '9999999999999.99', 'SEK'));
    await eventually(async () => (await balancesIn(app.bank, 'SEK')).customers).toBe('-299999999999999.70');
  });

  it('has an ETag that lasts as long as the answer', async () => {
    const etag = (await trialBalance({ date: '2019-01-01' })).headers.get('etag') ?? '';
    expect((await trialBalance({ date: '2019-01-01' }, { 'if-none-match': etag })).status).toBe(304);
  });

  it.each<[Query, string]>([
    [{ date: 'yesterday' }, '/query/date'],
    [{ date: '2026-02-30' }, '/query/date'],
    [{ date: new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10) }, '/query/date'],
    [{ day: '2026-01-01' }, '/query/day'],
  ])('%j is malformed', async (query, pointer) => {
    const { errors } = expectProblem(await trialBalance(query), 400, 'InvalidRequest', '/api/ledger/trial-balance');
    expect(errors?.map((error) => error.pointer)).toEqual([pointer]);
  });
});

it('the audit trail shows the postings of each event', async () => {
  const { id } = await newAccount(app.bank, '5');
  const { items } = bodyOf(await app.bank.events(id));
  const five = { amount: '5.00', currency: 'EUR' };
  expect(items.map((item) => (item as { postings?: unknown }).postings)).toEqual([
    [],
    [
      { account: 'cash', debit: five },
      { account: 'customers', credit: five },
    ],
  ]);
});
