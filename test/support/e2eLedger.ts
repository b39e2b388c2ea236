import { expect } from 'vitest';
import { bodyOf, type BankClient, type Query, type Reply } from './e2eBank.ts';

export type Columns = { readonly debit: string; readonly credit: string };
export type TrialBalance = {
  readonly date: string;
  readonly items: readonly ({ readonly account: string; readonly currency: string } & Columns)[];
  readonly totals: readonly ({ readonly currency: string } & Columns)[];
};

export const trialBalanceOf = (bank: BankClient, query?: Query, headers?: Record<string, string>) =>
  bank.get('/ledger/trial-balance', query, headers) as Promise<Reply<TrialBalance>>;

/** The balances in a currency: debits positive, credits negative, as they are written. */
export const balancesIn = async (bank: BankClient, code: string, date?: string): Promise<Record<string, string>> => {
  const { items } = bodyOf(await trialBalanceOf(bank, date === undefined ? {} : { date }));
  const own = items.filter((item) => item.currency === code);
  return Object.fromEntries(
    own.map(({ account, debit, credit }) => [account, /[1-9]/.test(credit) ? `-${credit}` : debit]),
  );
};
export const centsOf = (text: string) => Math.round(Number(text) * 100);

export const expectBalanced = ({ items, totals }: TrialBalance): void => {
  for (const { currency: code, debit, credit } of totals) {
    expect(debit).toBe(credit);
    const sumOf = (side: keyof Columns) =>
      items.filter((item) => item.currency === code).reduce((sum, item) => sum + centsOf(item[side]), 0);
    expect([sumOf('debit'), sumOf('credit')]).toEqual([centsOf(debit), centsOf(credit)]);
  }
};
