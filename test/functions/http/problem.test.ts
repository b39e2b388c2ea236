import { describe, expect, it } from 'vitest';
import { account } from '../../../domain/account/account.ts';
import type { AccountCommand } from '../../../domain/account/commands.ts';
import type { Account } from '../../../domain/account/state.ts';
import { currency } from '../../../domain/currency.ts';
import { problem, problemCodes } from '../../../functions/http/problem.ts';
import { rejected } from '../../../functions/http/rejection.ts';

const eur = currency.parse('EUR');
const ofAccount: Account = { status: 'open', customerId: 'ada', currency: eur, balance: 500, holds: [], transfers: [] };
const rejectionOf = (command: AccountCommand, state: Account) => {
  const decision = account.decide(command, state, '2026-11-20T10:00:00.000Z');
  if (decision.accepted) throw new Error('It was accepted');
  return decision.rejection;
};

describe('a problem', () => {
  it.each(problemCodes)('says more in its detail than in its title: %s', (code) => {
    const { title, detail } = problem(code).body as { title: string; detail: string };
    expect(detail).toMatch(/^\S.*\.$/);
    expect(detail.toLowerCase()).not.toContain(title.toLowerCase());
  });
});

describe('a rejection', () => {
  it('is the problem of the same code', () =>
    expect(rejected({ code: 'EmailTaken' })).toMatchObject({ status: 409, body: { code: 'EmailTaken' } }));

  it('tells amounts as the API does', () => {
    const amount = { minor: 501, currency: eur };
    const rejection = rejectionOf({ type: 'WithdrawMoney', amount }, ofAccount);
    expect(rejected(rejection)).toMatchObject({
      status: 422,
      body: { code: 'InsufficientFunds', available: { amount: '5.00', currency: 'EUR' } },
    });
  });

  it('tells other members as they are', () => {
    const amount = { minor: 1, currency: currency.parse('USD') };
    const rejection = rejectionOf({ type: 'DepositMoney', amount }, ofAccount);
    expect(rejected(rejection)).toMatchObject({ status: 422, body: { code: 'CurrencyMismatch', holds: 'EUR' } });
  });

  it('of a command to an account that is none is 404', () => {
    const amount = { minor: 1, currency: eur };
    const rejection = rejectionOf({ type: 'DepositMoney', amount }, { status: 'unopened' });
    expect(rejected(rejection)).toMatchObject({ status: 404, body: { code: 'NotFound' } });
  });

  it.each(['Unheard', 'toString'])('without a status is a bug: %s', (code) =>
    expect(() => rejected({ code })).toThrow(code),
  );
});
