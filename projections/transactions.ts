import { account } from '../domain/account/account.ts';
import type { AccountEvent } from '../domain/account/events.ts';
import type { RecordedEvent } from '../eventSourcing/commit.ts';
import { defineView } from '../eventSourcing/view.ts';
import { entriesOf, monthAdded, transactionOf } from './book/entries.ts';
import { book, bookEntry, type Book } from './book/entry.ts';
import { holdsRoute } from './book/holds.ts';
import { endedMonth, withTransaction } from './book/months.ts';
import { transactionsRoute } from './book/transactions.ts';
import { bankCalendar, type Calendar } from './bankTimeZone.ts';
import { newestTransfersFirst, transfersRoute } from './book/transfers.ts';

/**
 * The account's book: an entry for each movement of money, for each month that has one and is over, for each hold, and for each transfer
 * that it sent. One view keeps them all, since every event costs each view the write of a row.
 */
export const transactionsBy = (calendar: Calendar) =>
  defineView({
    name: 'transactions',
    version: 3,
    follows: [account],
    rowOf: (event) => event.aggregateId,
    row: book,
    evolve(before, event) {
      const row = before ?? opened(event, calendar);
      const moved = transactionOf(event);
      if (!moved) return row;
      const counted = moved.type === 'reversal' ? { ...row, reversals: row.reversals + 1 } : row;
      return withTransaction(counted, calendar, moved);
    },
    entry: bookEntry,
    entriesOf(event, before, row) {
      const ended = endedMonth(before, row);
      return [...(ended ? [monthAdded(ended)] : []), ...entriesOf(event)];
    },
    index: {
      paths: [
        ...(['entry.version', 'entry.occurredAt', 'entry.reversed', 'entry.month'] as const),
        ...(['entry.hold', 'entry.ending', 'entry.expiresAt'] as const),
        ...(['entry.sentAt', 'entry.id', 'entry.status', 'entry.sender', 'entry.receiver'] as const),
      ],
      orders: [newestTransfersFirst],
    },
    routes: [transactionsRoute, holdsRoute, transfersRoute],
  });

const opened = ({ type, id, data, occurredAt }: RecordedEvent<AccountEvent>, { timeZone }: Calendar): Book => {
  if (type !== 'AccountOpened') throw new Error(`${type} ${id} is not the first event of an account`);
  const { customerId, currency } = data;
  return { customerId, currency, openedAt: occurredAt, timeZone, month: null, reversals: 0 };
};

export const transactions = transactionsBy(bankCalendar);
