import type { AccountEvent } from './events.ts';
import type { Account, OpenedAccount } from './state.ts';

/**
 * Folds amounts, and not the balances that events carry: those are for others. A property test proves that the two agree. An event
 * never comes before AccountOpened.
 */
export const evolve = (state: Account, event: AccountEvent, version: number, at: string): Account => {
  if (event.type === 'AccountOpened') {
    const { customerId, currency } = event.data;
    return { status: 'open', customerId, currency, balance: 0, holds: [], transfers: [] };
  }
  return state.status === 'unopened' ? state : evolveOpened(state, event, version, at);
};

const evolveOpened = (
  state: OpenedAccount,
  event: Exclude<AccountEvent, { type: 'AccountOpened' }>,
  version: number,
  at: string,
): OpenedAccount => {
  switch (event.type) {
    case 'MoneyDeposited':
    case 'TransferReceived':
      return { ...state, balance: state.balance + event.data.amount.minor };
    case 'MoneyWithdrawn':
      return { ...state, balance: state.balance - event.data.amount.minor };
    case 'TransactionReversed': {
      const { kind, amount } = event.data;
      return { ...state, balance: state.balance + (kind === 'withdrawal' ? amount.minor : -amount.minor) };
    }
    case 'AccountFrozen':
      return { ...state, status: 'frozen' };
    case 'AccountUnfrozen':
      return { ...state, status: 'open' };
    case 'AccountClosed':
      return { ...state, status: 'closed' };
    case 'HoldPlaced': {
      const { amount, expiresAt } = event.data;
      return { ...state, holds: [...state.holds, [version, amount.minor, Date.parse(expiresAt)]] };
    }
    case 'HoldCaptured': {
      const { hold, amount, to } = event.data;
      const balance = to === undefined ? state.balance - amount.minor : state.balance;
      return { ...withoutHold(state, hold), balance };
    }
    case 'HoldReleased':
    case 'HoldExpired':
      return withoutHold(state, event.data.hold);
    case 'TransferSent': {
      const { minor } = event.data.amount;
      const transfers: OpenedAccount['transfers'] = [...state.transfers, [version, minor, Date.parse(at)]];
      return { ...state, balance: state.balance - minor, transfers };
    }
    case 'TransferDeclined':
      return state;
    case 'TransferCompleted':
      return withoutTransfer(state, event.data.transfer);
    case 'TransferReturned': {
      const { transfer, amount } = event.data;
      return { ...withoutTransfer(state, transfer), balance: state.balance + amount.minor };
    }
  }
};

const withoutHold = (state: OpenedAccount, hold: number): OpenedAccount => ({
  ...state,
  holds: state.holds.filter(([version]) => version !== hold),
});

const withoutTransfer = (state: OpenedAccount, transfer: number): OpenedAccount => ({
  ...state,
  transfers: state.transfers.filter(([version]) => version !== transfer),
});
