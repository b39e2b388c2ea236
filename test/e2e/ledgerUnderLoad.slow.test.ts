import { expect, it } from 'vitest';
import { appOfThisFile } from '../support/e2eApp.ts';
import { bodyOf, newAccount, times } from '../support/e2eBank.ts';
import { eventually } from '../support/e2eEventually.ts';
import { balancesIn, centsOf, expectBalanced, trialBalanceOf, type Columns } from '../support/e2eLedger.ts';
import { money } from '../support/e2eMoney.ts';
import { ended, startRebuild } from '../support/e2eRebuild.ts';

const app = appOfThisFile();

it('the trial balance balances in each of 200 answers while transfers run and the view is rebuilt, and no money is lost from sight', async () => {
  const accounts = (await times(10, () => newAccount(app.bank, '1000'))).map(({ id }) => id);
  await eventually(async () => (await balancesIn(app.bank, 'EUR')).cash).toBe('10000.00');

  let isDone = false;
  let transfers = 0;
  const send = async (index: number) => {
    for (let at = index; !isDone; at += 1) {
      const [from = '', to = ''] = [accounts[at % 10], accounts[(at + 3) % 10]];
      // Each account gets what it sends, so that none runs dry.
      bodyOf(await money(app.bank).transfer(from, to, '3.37'));
      transfers += 1;
    }
  };
  /** In one account, of which the view shows what has happened in order: never more than one of its deposits without the withdrawal. */
  const payInAndOut = async (index: number) => {
    const own = accounts[index] ?? '';
    while (!isDone) {
      bodyOf(await app.bank.deposit(own, '1'));
      bodyOf(await app.bank.withdraw(own, '1'));
    }
  };
  // As many as keep the machine busy; how many transfers a second that makes is a matter of the bench.
  const senders = Promise.all([times(16, send), times(2, payInAndOut)]);
  const rebuilt = startRebuild(app.bank, 'dailyTotals').then((operation) => ended(app.bank, operation));
  let inTransit = 0;
  for (let reading = 0; reading < 200; reading += 1) {
    const answer = bodyOf(await trialBalanceOf(app.bank));
    expectBalanced(answer);
    const sideOf = (name: string, side: keyof Columns) =>
      centsOf(answer.items.find((item) => item.account === name && item.currency === 'EUR')?.[side] ?? '0');
    // Each of the two who pay in and out has one euro more in the bank for a moment.
    expect(sideOf('cash', 'debit')).toBeGreaterThanOrEqual(10_000_00);
    expect(sideOf('cash', 'debit')).toBeLessThanOrEqual(10_002_00);
    if (sideOf('inTransit', 'credit') + sideOf('inTransit', 'debit') > 0) inTransit += 1;
  }
  isDone = true;
  await senders;
  expect(await rebuilt).toMatchObject({ status: 'succeeded' });
  expect([transfers > 200, inTransit > 0]).toEqual([true, true]);
  await eventually(() => balancesIn(app.bank, 'EUR')).toEqual({
    cash: '10000.00',
    customers: '-10000.00',
    inTransit: '0.00',
    exchange: '0.00',
  });
}, 240_000);
