import type { AccountRejection } from '../../domain/account/account.ts';
import { toAmount } from '../../projections/fields.ts';
import type { ProblemCode } from './problem.ts';

/** What callers are told of each rejection; a new one does not compile until somebody has decided. */
export const accountProblems: Readonly<Record<AccountRejection['code'], ProblemCode>> = {
  AccountAlreadyOpen: 'AccountAlreadyOpen',
  AccountNotOpen: 'NotFound',
  CurrencyMismatch: 'CurrencyMismatch',
  BalanceLimitExceeded: 'BalanceLimitExceeded',
  InsufficientFunds: 'InsufficientFunds',
};

export const accountProblemMembers = (rejection: AccountRejection) => {
  if (rejection.code === 'InsufficientFunds') return { available: toAmount(rejection.available) };
  if (rejection.code === 'CurrencyMismatch') return { holds: rejection.holds };
  return undefined;
};
