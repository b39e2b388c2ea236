import { accept, reject } from '../../eventSourcing/decider.ts';
import type { AccountCommandOf, AccountDecision } from './commands.ts';
import type { OpenedAccount } from './state.ts';

/** A frozen account gives nothing away but what it holds for others. */
export const freezeAccount = ({ reason }: AccountCommandOf<'FreezeAccount'>, state: OpenedAccount): AccountDecision => {
  const { customerId } = state;
  if (state.status === 'closed') return reject({ code: 'AccountClosed' });
  if (state.status === 'frozen') return accept();
  return accept({ type: 'AccountFrozen', data: { customerId, scope: 'debits', reason } });
};

export const unfreezeAccount = (
  { reason }: AccountCommandOf<'UnfreezeAccount'>,
  state: OpenedAccount,
): AccountDecision => {
  const { customerId } = state;
  if (state.status === 'closed') return reject({ code: 'AccountClosed' });
  if (state.status === 'open') return accept();
  return accept({ type: 'AccountUnfrozen', data: { customerId, reason } });
};

/** A closed account is empty, and nothing that is under way can change it later. Only a teller closes a frozen one. */
export const closeAccount = (
  { reason, byOwner = false }: AccountCommandOf<'CloseAccount'>,
  state: OpenedAccount,
): AccountDecision => {
  const { customerId, balance, currency } = state;
  if (state.status === 'closed') return accept();
  if (state.status === 'frozen' && byOwner) return reject({ code: 'AccountFrozen' });
  if (state.transfers.length > 0) return reject({ code: 'TransfersInTransit' });
  if (state.holds.length > 0) return reject({ code: 'HoldsOpen' });
  if (balance > 0) return reject({ code: 'BalanceNotZero', balance: { minor: balance, currency } });
  return accept({ type: 'AccountClosed', data: { customerId, reason } });
};
