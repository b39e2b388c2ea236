import { z } from 'zod';
import { account } from '../../domain/account/account.ts';
import { entriesRoute } from '../../eventSourcing/viewRoute.ts';
import { aggregateId, amount, amountOf, instantQuery, position, toAmount, version } from '../fields.ts';
import { transactionType, type Book, type ReversalMark, type TransactionEntry } from './entry.ts';

/** A transaction as the API shows it. */
export const transactionAnswer = z
  .object({
    id: position,
    type: transactionType,
    amount,
    balanceAfter: amount,
    reference: z.string().nullable(),
    occurredAt: z.iso.datetime(),
    version,
    counterparty: aggregateId.optional().meta({ description: 'Of a transfer: the account on the other side' }),
    transferId: position.optional(),
    reverses: position.optional().meta({ description: 'Of a reversal: the transaction that it reverses' }),
    reversedBy: position.optional().meta({ description: 'The reversal of this transaction' }),
  })
  .meta({ id: 'Transaction' });

export const presentTransaction = ({ isIn, ...entry }: TransactionEntry): z.infer<typeof transactionAnswer> => ({
  ...entry,
  amount: toAmount(entry.amount),
  balanceAfter: amountOf(entry.balanceAfter, entry.amount.currency),
});

/** An account's transactions, newest first. */
export const transactionsRoute = entriesRoute({
  answers: 'entries',
  aggregate: account.name,
  id: 'listTransactions',
  route: 'accounts/{id}/transactions',
  summary: "An account's transactions, newest first",
  query: z.strictObject({
    from: instantQuery.describe('Only those that occurred at this instant or later').optional(),
    to: instantQuery.describe('Only those that occurred before this instant').optional(),
  }),
  item: transactionAnswer,
  related: ({ customerId }: Book) => [customerId],
  find: ({ from, to }, { version: reached }) => ({
    where: [
      ['entry.version', '<=', reached],
      ['entry.occurredAt', '>=', from],
      ['entry.occurredAt', '<', to],
    ],
    orderBy: [['entry.version', 'descending']],
  }),
  present: (entry: TransactionEntry) => presentTransaction(entry),
  marks: {
    /** Most accounts have no reversal, and no account many. */
    find: (row, shown) => (row.reversals === 0 ? undefined : withinVersions(shown as readonly TransactionEntry[])),
    present(item, marks) {
      const { version: own } = item as z.infer<typeof transactionAnswer>;
      const mark = (marks as readonly ReversalMark[]).find(({ reversed }) => reversed === own);
      return mark ? { ...item, reversedBy: mark.reversedBy } : item;
    },
  },
});

const withinVersions = (shown: readonly TransactionEntry[]) => {
  const versions = shown.map(({ version: own }) => own);
  return {
    where: [
      ['entry.reversed', '>=', Math.min(...versions)] as const,
      ['entry.reversed', '<=', Math.max(...versions)] as const,
    ],
    orderBy: [['entry.reversed', 'descending'] as const],
  };
};
