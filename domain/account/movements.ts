import { accept, reject } from '../../eventSourcing/decider.ts';
import { maximumMinor } from '../money.ts';
import type { AccountCommandOf, AccountDecision, ReverseTransaction } from './commands.ts';
import { availableAt, inTransitOf, type OpenedAccount } from './state.ts';

/** Whether the account can take an amount. What is on its way may come back, and has to fit, too. */
export const canTake = (state: OpenedAccount, minor: number): boolean =>
  state.balance + inTransitOf(state) + minor <= maximumMinor;

export const depositMoney = (
  { amount, reference }: AccountCommandOf<'DepositMoney'>,
  state: OpenedAccount,
): AccountDecision => {
  const { customerId } = state;
  if (state.status === 'closed') return reject({ code: 'AccountClosed' });
  if (amount.currency !== state.currency) return reject({ code: 'CurrencyMismatch', holds: state.currency });
  if (!canTake(state, amount.minor)) return reject({ code: 'BalanceLimitExceeded' });
  const balance = state.balance + amount.minor;
  return accept({ type: 'MoneyDeposited', data: { customerId, amount, balance, reference } });
};

export const withdrawMoney = (
  { amount, reference }: AccountCommandOf<'WithdrawMoney'>,
  state: OpenedAccount,
  at: string,
): AccountDecision => {
  const { customerId } = state;
  if (state.status === 'closed') return reject({ code: 'AccountClosed' });
  if (state.status === 'frozen') return reject({ code: 'AccountFrozen' });
  if (amount.currency !== state.currency) return reject({ code: 'CurrencyMismatch', holds: state.currency });
  const available = availableAt(state, at);
  if (amount.minor > available.minor) return reject({ code: 'InsufficientFunds', available });
  const balance = state.balance - amount.minor;
  return accept({ type: 'MoneyWithdrawn', data: { customerId, amount, balance, reference } });
};

/** Its command id derives from what it reverses, so that a second reversal is impossible. A freeze does not stop it. */
export const reverseTransaction = (
  { reverses, original, reason }: ReverseTransaction,
  state: OpenedAccount,
  at: string,
): AccountDecision => {
  if (state.status === 'closed') return reject({ code: 'AccountClosed' });
  if (!original) return reject({ code: 'NotReversible' });
  const { kind, amount } = original;
  const available = availableAt(state, at);
  if (kind === 'deposit' && amount.minor > available.minor) return reject({ code: 'InsufficientFunds', available });
  if (kind === 'withdrawal' && !canTake(state, amount.minor)) return reject({ code: 'BalanceLimitExceeded' });
  const moved = kind === 'withdrawal' ? amount.minor : -amount.minor;
  const after = { balance: state.balance + moved, available: available.minor + moved };
  const { customerId } = state;
  return accept({ type: 'TransactionReversed', data: { customerId, reverses, kind, amount, ...after, reason } });
};
