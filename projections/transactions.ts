import { account } from '../domain/account/account.ts';
import { defineView } from '../eventSourcing/view.ts';
import { entriesOf } from './book/entries.ts';
import { book, bookEntry } from './book/entry.ts';
import { holdsRoute } from './book/holds.ts';
import { transactionsRoute } from './book/transactions.ts';
import { newestTransfersFirst, transfersRoute } from './book/transfers.ts';

/**
 * The account's book: an entry for each movement of money, for each hold, and for each transfer that it sent. One view keeps all three,
 * since every event costs each view the write of a row.
 */
export const transactions = defineView({
  name: 'transactions',
  version: 2,
  follows: [account],
  rowOf: (event) => event.aggregateId,
  row: book,
  evolve(row = { customerId: '', reversals: 0 }, event) {
    if (event.type === 'AccountOpened') return { ...row, customerId: event.data.customerId };
    return event.type === 'TransactionReversed' ? { ...row, reversals: row.reversals + 1 } : row;
  },
  entry: bookEntry,
  entriesOf,
  index: {
    paths: [
      ...(['entry.version', 'entry.occurredAt', 'entry.reversed'] as const),
      ...(['entry.hold', 'entry.ending', 'entry.expiresAt'] as const),
      ...(['entry.sentAt', 'entry.id', 'entry.status', 'entry.sender', 'entry.receiver'] as const),
    ],
    orders: [newestTransfersFirst],
  },
  routes: [transactionsRoute, holdsRoute, transfersRoute],
});
