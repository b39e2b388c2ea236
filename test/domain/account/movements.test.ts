import { describe, it } from 'vitest';
import { account } from '../../../domain/account/account.ts';
import type { AccountEventOf } from '../../../domain/account/events.ts';
import { maximumMinor } from '../../../domain/money.ts';
import { deposited, EUR, eur, frozen, JPY, opened, withdrawn } from '../../support/bank.ts';
import { given } from '../../support/given.ts';

describe('opening an account', () => {
  it('records whose it is, and what it holds', () =>
    given(account).when({ type: 'OpenAccount', customerId: 'c', currency: EUR }).yields(opened()));

  it('happens once', () =>
    given(account, opened())
      .when({ type: 'OpenAccount', customerId: 'c', currency: EUR })
      .rejects({ code: 'AccountAlreadyOpen' }));
});

describe('depositing money', () => {
  it('adds to the balance, and says what it is then', () =>
    given(account, opened(), deposited(10_00, 10_00))
      .when({ type: 'DepositMoney', amount: eur(5), reference: 'rent' })
      .yields({
        type: 'MoneyDeposited',
        data: { customerId: 'c', amount: eur(5), balance: 10_05, reference: 'rent' },
      }));

  it('needs an open account', () =>
    given(account)
      .when({ type: 'DepositMoney', amount: eur(1) })
      .rejects({ code: 'AccountNotOpen' }));

  it("takes the account's currency only", () =>
    given(account, opened())
      .when({ type: 'DepositMoney', amount: { minor: 1, currency: JPY } })
      .rejects({ code: 'CurrencyMismatch', holds: EUR }));

  it('fills the balance to its last digit', () =>
    given(account, opened(), deposited(maximumMinor - 1, maximumMinor - 1))
      .when({ type: 'DepositMoney', amount: eur(1) })
      .yields(deposited(1, maximumMinor)));

  it('never makes a balance of more than 15 digits', () =>
    given(account, opened(), deposited(maximumMinor, maximumMinor))
      .when({ type: 'DepositMoney', amount: eur(1) })
      .rejects({ code: 'BalanceLimitExceeded' }));
});

describe('withdrawing money', () => {
  it('takes the last cent', () =>
    given(account, opened(), deposited(10_00, 10_00))
      .when({ type: 'WithdrawMoney', amount: eur(10_00) })
      .yields(withdrawn(10_00, 0)));

  it('never takes the cent after it', () =>
    given(account, opened(), deposited(10_00, 10_00))
      .when({ type: 'WithdrawMoney', amount: eur(10_01) })
      .rejects({ code: 'InsufficientFunds', available: eur(10_00) }));

  it('needs an open account', () =>
    given(account)
      .when({ type: 'WithdrawMoney', amount: eur(1) })
      .rejects({ code: 'AccountNotOpen' }));

  it("takes the account's currency only", () =>
    given(account, opened())
      .when({ type: 'WithdrawMoney', amount: { minor: 1, currency: JPY } })
      .rejects({ code: 'CurrencyMismatch', holds: EUR }));
});

describe('reversing a transaction', () => {
  const original = (kind: 'deposit' | 'withdrawal', minor: number) => ({ kind, amount: eur(minor) });
  const reverse = (reverses: number, of?: ReturnType<typeof original>) =>
    ({ type: 'ReverseTransaction', reverses, original: of, reason: 'typing error' }) as const;

  it('takes a deposit back', () =>
    given(account, opened(), deposited(10_00, 10_00))
      .when(reverse(2, original('deposit', 10_00)))
      .yields(reversed({ reverses: 2, kind: 'deposit', amount: eur(10_00), balance: 0, available: 0 })));

  it('gives a withdrawal back', () =>
    given(account, opened(), deposited(10_00, 10_00), withdrawn(4_00, 6_00))
      .when(reverse(3, original('withdrawal', 4_00)))
      .yields(reversed({ reverses: 3, kind: 'withdrawal', amount: eur(4_00), balance: 10_00, available: 10_00 })));

  it('takes no more than is available', () =>
    given(account, opened(), deposited(10_00, 10_00), withdrawn(4_00, 6_00))
      .when(reverse(2, original('deposit', 10_00)))
      .rejects({ code: 'InsufficientFunds', available: eur(6_00) }));

  it('never makes a balance of more than 15 digits', () =>
    given(account, opened(), deposited(1, 1), withdrawn(1, 0), deposited(maximumMinor, maximumMinor))
      .when(reverse(3, original('withdrawal', 1)))
      .rejects({ code: 'BalanceLimitExceeded' }));

  it('is for deposits and withdrawals only', () =>
    given(account, opened()).when(reverse(1)).rejects({ code: 'NotReversible' }));

  it('is possible while the account is frozen', () =>
    given(account, opened(), deposited(1, 1), frozen())
      .when(reverse(2, original('deposit', 1)))
      .yields(reversed({ reverses: 2, kind: 'deposit', amount: eur(1), balance: 0, available: 0 })));
});

const reversed = (data: Omit<AccountEventOf<'TransactionReversed'>['data'], 'customerId' | 'reason'>) =>
  ({ type: 'TransactionReversed', data: { customerId: 'c', ...data, reason: 'typing error' } }) as const;
