import { z } from 'zod';
import type { Aggregate } from '../../eventSourcing/aggregate.ts';
import { currency, type Currency } from '../currency.ts';
import { accept, reject } from '../../eventSourcing/decider.ts';
import { maximumMinor, minorUnits, type Money } from '../money.ts';
import { accountEvents, type AccountEvent } from './events.ts';

type Movement = { readonly amount: Money; readonly reference?: string | undefined };

export type AccountCommand =
  | { readonly type: 'OpenAccount'; readonly customerId: string; readonly currency: Currency }
  | ({ readonly type: 'DepositMoney' } & Movement)
  | ({ readonly type: 'WithdrawMoney' } & Movement);

export type AccountRejection =
  | { readonly code: 'AccountAlreadyOpen' }
  | { readonly code: 'AccountNotOpen' }
  | { readonly code: 'CurrencyMismatch'; readonly holds: Currency }
  | { readonly code: 'BalanceLimitExceeded' }
  | { readonly code: 'InsufficientFunds'; readonly available: Money };

const accountState = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('unopened') }),
  z.strictObject({ status: z.literal('open'), customerId: z.string(), currency, balance: minorUnits }),
]);
export type Account = z.infer<typeof accountState>;

export const account: Aggregate<AccountCommand, AccountEvent, Account, AccountRejection> = {
  name: 'account',
  label: 'an account',
  events: accountEvents,
  state: accountState,
  stateVersion: 1,
  initial: { status: 'unopened' },

  decide(command, state) {
    if (command.type === 'OpenAccount') {
      if (state.status === 'open') return reject({ code: 'AccountAlreadyOpen' });
      const { customerId, currency } = command;
      return accept({ type: 'AccountOpened', data: { customerId, currency } });
    }

    if (state.status !== 'open') return reject({ code: 'AccountNotOpen' });
    const { amount, reference } = command;
    if (amount.currency !== state.currency) return reject({ code: 'CurrencyMismatch', holds: state.currency });
    const moved = (balance: number) => ({ customerId: state.customerId, amount, balance, reference });

    switch (command.type) {
      case 'DepositMoney': {
        const balance = state.balance + amount.minor;
        if (balance > maximumMinor) return reject({ code: 'BalanceLimitExceeded' });
        return accept({ type: 'MoneyDeposited', data: moved(balance) });
      }
      case 'WithdrawMoney': {
        const available = { minor: state.balance, currency: state.currency };
        if (amount.minor > state.balance) return reject({ code: 'InsufficientFunds', available });
        return accept({ type: 'MoneyWithdrawn', data: moved(state.balance - amount.minor) });
      }
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'AccountOpened':
        return { status: 'open', customerId: event.data.customerId, currency: event.data.currency, balance: 0 };
      case 'MoneyDeposited':
        return settle(state, event.data.amount.minor);
      case 'MoneyWithdrawn':
        return settle(state, -event.data.amount.minor);
    }
  },
};

/** Folds the movement. The event's own balance is for others; a property test proves that the two agree. */
const settle = (state: Account, minor: number): Account =>
  state.status === 'open' ? { ...state, balance: state.balance + minor } : state;
