import { describe, expect, it } from 'vitest';
import { currency } from '../../domain/currency.ts';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, times, type Query, type Reply } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { money } from '../support/e2eMoney.ts';
import { expectProblem } from '../support/e2eProblem.ts';
import { ended, startRebuild } from '../support/e2eRebuild.ts';
import { copyAccount } from '../support/e2eStore.ts';
import { transfersIn } from '../support/e2eTransfers.ts';

type Columns = { readonly debit: string; readonly credit: string };
type TrialBalance = {
  readonly date: string;
  readonly items: readonly ({ readonly account: string; readonly currency: string } & Columns)[];
  readonly totals: readonly ({ readonly currency: string } & Columns)[];
};

const app = appOfThisFile();
const trialBalance = (query?: Query, headers?: Record<string, string>) =>
  app.bank.get('/ledger/trial-balance', query, headers) as Promise<Reply<TrialBalance>>;
const today = () => new Date().toISOString().slice(0, 10);

/** The balances in a currency: debits positive, credits negative, as they are written. */
const balancesIn = async (code: string, date?: string): Promise<Record<string, string>> => {
  const { items } = bodyOf(await trialBalance(date === undefined ? {} : { date }));
  const own = items.filter((item) => item.currency === code);
  return Object.fromEntries(
    own.map(({ account, debit, credit }) => [account, /[1-9]/.test(credit) ? `-${credit}` : debit]),
  );
};
const centsOf = (text: string) => Math.round(Number(text) * 100);

const expectBalanced = ({ items, totals }: TrialBalance): void => {
  for (const { currency: code, debit, credit } of totals) {
    expect(debit).toBe(credit);
    const sumOf = (side: keyof Columns) =>
      items.filter((item) => item.currency === code).reduce((sum, item) => sum + centsOf(item[side]), 0);
    expect([sumOf('debit'), sumOf('credit')]).toEqual([centsOf(debit), centsOf(credit)]);
  }
};

describe('the trial balance', { timeout: 240_000 }, () => {
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
    await eventually(() => balancesIn('DKK'), 20_000).toEqual({
      cash: '7.00',
      customers: '-82.50',
      inTransit: '0.00',
      exchange: '75.50',
    });
    await eventually(() => balancesIn('CHF')).toEqual({
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
    await eventually(async () => (await balancesIn('NOK')).cash).toBe('20.00');
    await copyAccount(app.database, id, '2020-02-29');
    await eventually(async () => (await balancesIn('NOK', '2020-02-29')).cash, 20_000).toBe('20.00');
    expect(await balancesIn('NOK', '2020-02-28')).toEqual({});
    expect((await balancesIn('NOK', '2024-06-30')).customers).toBe('-20.00');
    expect((await balancesIn('NOK')).customers).toBe('-40.00');
  });

  it('is exact beyond the digits of one balance', async () => {
    await times(30, () => newAccount(app.bank, '9999999999999.99', 'SEK'));
    await eventually(async () => (await balancesIn('SEK')).customers).toBe('-299999999999999.70');
  });

  it('balances in each of 200 answers while transfers run and the view is rebuilt, and no money is lost from sight', async () => {
    const accounts = (await times(10, () => newAccount(app.bank, '1000'))).map(({ id }) => id);
    await eventually(async () => (await balancesIn('EUR')).cash).toBe('10000.00');

    let isDone = false;
    let transfers = 0;
    const send = async (index: number) => {
      for (let at = index; !isDone; at += 1) {
        const [from = '', to = ''] = [accounts[at % 10], accounts[(at + 3) % 10]];
        bodyOf(await money(app.bank).transfer(from, to, `${1 + (at % 5)}.37`));
        transfers += 1;
        bodyOf(await app.bank.deposit(from, '1'));
        bodyOf(await app.bank.withdraw(from, '1'));
      }
    };
    const senders = times(2, send);
    const rebuilt = startRebuild(app.bank, 'dailyTotals').then((operation) => ended(app.bank, operation));
    let inTransit = 0;
    for (let reading = 0; reading < 200; reading += 1) {
      const answer = bodyOf(await trialBalance());
      expectBalanced(answer);
      const sideOf = (name: string, side: keyof Columns) =>
        centsOf(answer.items.find((item) => item.account === name && item.currency === 'EUR')?.[side] ?? '0');
      // Each of the two senders has one euro more in the bank for a moment.
      expect(sideOf('cash', 'debit')).toBeGreaterThanOrEqual(10_000_00);
      expect(sideOf('cash', 'debit')).toBeLessThanOrEqual(10_002_00);
      if (sideOf('inTransit', 'credit') + sideOf('inTransit', 'debit') > 0) inTransit += 1;
    }
    isDone = true;
    await senders;
    expect(await rebuilt).toMatchObject({ status: 'succeeded' });
    expect([transfers > 20, inTransit > 0]).toEqual([true, true]);
    await eventually(() => balancesIn('EUR'), 20_000).toEqual({
      cash: '10000.00',
      customers: '-10000.00',
      inTransit: '0.00',
      exchange: '0.00',
    });
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
