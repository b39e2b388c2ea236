import { describe, expect, it } from 'vitest';
import { trialBalanceOf } from '../../console/pages/home/trialBalance.ts';

const balance = (account: string, currency: string, debit: string, credit: string) => ({
  ...{ account, currency, debit, credit },
});

describe('the trial balance', () => {
  it('adds each currency up by itself, to the last digit, with as many decimals as it has', () => {
    const lines = trialBalanceOf([
      balance('cash', 'EUR', '9007199254740993.01', '0.00'),
      balance('exchange', 'EUR', '0.02', '0.00'),
      balance('customers', 'EUR', '0.00', '9007199254740993.03'),
      balance('cash', 'JPY', '5', '0'),
      balance('customers', 'KWD', '0.000', '0.001'),
    ]);
    expect(lines.filter(({ account }) => account === undefined)).toEqual([
      { currency: 'EUR', debit: '9007199254740993.03', credit: '9007199254740993.03' },
      { currency: 'JPY', debit: '5', credit: '0' },
      { currency: 'KWD', debit: '0.000', credit: '0.001' },
    ]);
  });

  it('shows a side of an account only where there is something', () => {
    expect(trialBalanceOf([balance('cash', 'EUR', '1.00', '0.00')])[1]).toEqual({
      ...{ account: 'cash', currency: 'EUR', debit: '1.00', credit: undefined },
    });
  });

  it('leaves out accounts without a balance, and currencies without such accounts', () => {
    expect(trialBalanceOf([balance('cash', 'EUR', '0.00', '0.00')])).toEqual([]);
  });
});
