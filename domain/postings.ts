import type { AccountEventOf } from './account/events.ts';
import type { Money } from './money.ts';
import type { BankEvent } from './registry.ts';

/** The accounts of the bank's own books. */
export const ledgerAccounts = ['cash', 'customers', 'inTransit', 'exchange'] as const;
export type LedgerAccount = (typeof ledgerAccounts)[number];

/** One side of a posting. */
export type Posting = { readonly account: LedgerAccount; readonly side: 'debit' | 'credit'; readonly amount: Money };

const move = (amount: Money, from: LedgerAccount, to: LedgerAccount): readonly Posting[] => [
  { account: from, side: 'debit', amount },
  { account: to, side: 'credit', amount },
];

/**
 * The postings of an event, which sum to zero in every currency; none where no money moves. What the bank owes stands on the right:
 * a customer's money is a credit of `customers`, and a debit of `cash`, where it came in.
 */
export const postingsOf = (event: BankEvent): readonly Posting[] => {
  switch (event.type) {
    case 'MoneyDeposited':
      return move(event.data.amount, 'cash', 'customers');
    case 'MoneyWithdrawn':
      return move(event.data.amount, 'customers', 'cash');
    case 'TransactionReversed': {
      const { kind, amount } = event.data;
      return kind === 'deposit' ? move(amount, 'customers', 'cash') : move(amount, 'cash', 'customers');
    }
    case 'HoldCaptured':
      // With a receiver, the TransferSent that follows moves the money.
      return event.data.to === undefined ? move(event.data.amount, 'customers', 'cash') : [];
    case 'TransferSent':
      return move(event.data.amount, 'customers', 'inTransit');
    case 'TransferReceived':
      return received(event.data);
    case 'TransferReturned':
      return move(event.data.amount, 'inTransit', 'customers');
    default:
      // A new event does not compile until it stands there or here.
      return nothing[event.type];
  }
};

/** Where no money moves. */
const nothing = {
  ...{ CustomerCreated: [], CustomerRenamed: [], CustomerEmailChanged: [], EmailClaimLapsed: [] },
  ...{ NotificationsChosen: [], RateSet: [] },
  ...{ AccountOpened: [], AccountFrozen: [], AccountUnfrozen: [], AccountClosed: [] },
  ...{ HoldPlaced: [], HoldReleased: [], HoldExpired: [] },
  ...{ TransferDeclined: [], TransferCompleted: [] },
};

const received = ({ sent, amount }: AccountEventOf<'TransferReceived'>['data']): readonly Posting[] =>
  sent.currency === amount.currency
    ? move(amount, 'inTransit', 'customers')
    : [...move(sent, 'inTransit', 'exchange'), ...move(amount, 'exchange', 'customers')];
