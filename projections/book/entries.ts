import type { AccountEvent } from '../../domain/account/events.ts';
import { eventId, type RecordedEvent } from '../../eventSourcing/commit.ts';
import type { KeyedEntry } from '../../eventSourcing/view.ts';
import { versionKey } from '../fields.ts';
import type { BookEntry, MonthEntry, TransactionEntry, TransferEntry } from './entry.ts';

type Event = RecordedEvent<AccountEvent>;
type EventOfType<Type extends AccountEvent['type']> = Extract<Event, { readonly type: Type }>;
type Added = readonly KeyedEntry<BookEntry>[];

const keys = {
  transaction: versionKey,
  mark: (version: number) => `reversed-${versionKey(version)}`,
  hold: (version: number) => `hold-${versionKey(version)}`,
  transfer: (version: number) => `transfer-${versionKey(version)}`,
  month: (month: string) => `month-${month}`,
};

/** What an event does to the entries of its account's book. */
export const entriesOf = (event: Event): Added => {
  const moved = transactionOf(event);
  return [...othersOf(event), ...(moved ? [{ key: keys.transaction(moved.version), entry: moved }] : [])];
};

export const monthAdded = (month: MonthEntry): KeyedEntry<BookEntry> => ({
  key: keys.month(month.month),
  entry: month,
});

/** The transaction that an event is, if it moves money. */
export const transactionOf = (event: Event): TransactionEntry | undefined => {
  const { aggregateId } = event;
  switch (event.type) {
    case 'AccountOpened':
    case 'AccountFrozen':
    case 'AccountUnfrozen':
    case 'AccountClosed':
    case 'HoldPlaced':
    case 'HoldReleased':
    case 'HoldExpired':
    case 'TransferDeclined':
    case 'TransferCompleted':
      return undefined;
    case 'MoneyDeposited':
      return transaction(event, { type: 'deposit', isIn: true, reference: event.data.reference });
    case 'MoneyWithdrawn':
      return transaction(event, { type: 'withdrawal', isIn: false, reference: event.data.reference });
    case 'TransactionReversed': {
      const { reverses, kind } = event.data;
      return transaction(event, {
        type: 'reversal',
        isIn: kind === 'withdrawal',
        reverses: eventId(aggregateId, reverses),
      });
    }
    case 'HoldCaptured': {
      const { to, reference } = event.data;
      return to === undefined ? transaction(event, { type: 'capture', isIn: false, reference }) : undefined;
    }
    case 'TransferSent': {
      const { to, reference } = event.data;
      return transaction(event, {
        type: 'transferOut',
        isIn: false,
        counterparty: to,
        transferId: event.id,
        reference,
      });
    }
    case 'TransferReceived': {
      const { from, transferId, reference } = event.data;
      return transaction(event, { type: 'transferIn', isIn: true, counterparty: from, transferId, reference });
    }
    case 'TransferReturned': {
      const { transfer, to, reference } = event.data;
      const transferId = eventId(aggregateId, transfer);
      return transaction(event, { type: 'transferReturned', isIn: true, counterparty: to, transferId, reference });
    }
  }
};

/** What an event does to the entries that are no transactions: marks, holds and transfers. */
const othersOf = (event: Event): Added => {
  const { occurredAt } = event;
  switch (event.type) {
    case 'AccountOpened':
    case 'AccountFrozen':
    case 'AccountUnfrozen':
    case 'AccountClosed':
    case 'MoneyDeposited':
    case 'MoneyWithdrawn':
    case 'TransferReceived':
    case 'TransferDeclined':
      return [];
    case 'TransactionReversed': {
      const { reverses } = event.data;
      return [{ key: keys.mark(reverses), entry: { reversed: reverses, reversedBy: event.id } }];
    }
    case 'HoldPlaced':
      return [placed(event)];
    case 'HoldCaptured':
      return [{ key: keys.hold(event.data.hold), change: { ending: 'captured', endedAt: occurredAt } }];
    case 'HoldExpired': {
      const { hold, expiresAt } = event.data;
      return [{ key: keys.hold(hold), change: { ending: 'expired', endedAt: expiresAt } }];
    }
    case 'HoldReleased':
      return [{ key: keys.hold(event.data.hold), change: { ending: 'released', endedAt: occurredAt } }];
    case 'TransferSent':
      return [{ key: keys.transfer(event.version), entry: transferOf(event), mayChange: true }];
    case 'TransferCompleted':
      return [{ key: keys.transfer(event.data.transfer), change: { status: 'completed', settledAt: occurredAt } }];
    case 'TransferReturned': {
      const { transfer, reason } = event.data;
      return [{ key: keys.transfer(transfer), change: { status: 'returned', reason, settledAt: occurredAt } }];
    }
  }
};

type Moving = Extract<Event, { readonly data: { readonly amount: unknown; readonly balance: number } }>;
type About = Omit<TransactionEntry, 'id' | 'amount' | 'balanceAfter' | 'occurredAt' | 'version' | 'reference'> & {
  readonly reference?: string | undefined;
};

const transaction = ({ id, version, occurredAt, data }: Moving, about: About): TransactionEntry => {
  const { amount, balance: balanceAfter } = data;
  return { id, amount, balanceAfter, occurredAt, version, ...about, reference: about.reference ?? null };
};

const placed = ({ id, version, occurredAt, data }: EventOfType<'HoldPlaced'>): KeyedEntry<BookEntry> => {
  const { amount, expiresAt, reference = null } = data;
  const entry = { id, hold: version, amount, reference, placedAt: occurredAt, expiresAt, ending: 'lapse' as const };
  return { key: keys.hold(version), entry, mayChange: true };
};

/** A transfer as its sender's account begins it. */
export const transferOf = ({
  id,
  aggregateId: sender,
  occurredAt: sentAt,
  data,
}: EventOfType<'TransferSent'>): TransferEntry => {
  const { to: receiver, amount: sent, received, rate, reference = null } = data;
  const exchanged = rate && { rate: rate.rate };
  return { id, sender, receiver, sent, received, ...exchanged, reference, status: 'inTransit', sentAt };
};
