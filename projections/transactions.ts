import { z } from 'zod';
import { instant } from '../eventSourcing/commit.ts';
import { account } from '../domain/account/account.ts';
import { minorUnits, positiveMoney } from '../domain/money.ts';
import { amount, amountOf, instantQuery, position, toAmount, version } from './fields.ts';
import { defineView } from '../eventSourcing/view.ts';
import { entriesRoute } from '../eventSourcing/viewRoute.ts';

const transaction = z.strictObject({
  id: z.string(),
  type: z.enum(['deposit', 'withdrawal']),
  amount: positiveMoney,
  balanceAfter: minorUnits,
  reference: z.string().nullable(),
  occurredAt: instant,
  version: z.int(),
});
export type Transaction = z.infer<typeof transaction>;

const statement = z.strictObject({ customerId: z.string() });
type Statement = z.infer<typeof statement>;

/** The account's statement: one entry for each movement of money. */
export const transactions = defineView({
  name: 'transactions',
  version: 1,
  follows: [account],
  rowOf: (event) => event.aggregateId,
  row: statement,
  evolve: (row = { customerId: '' }, event) =>
    event.type === 'AccountOpened' ? { customerId: event.data.customerId } : row,
  entry: transaction,
  entryOf(event) {
    switch (event.type) {
      case 'MoneyDeposited':
      case 'MoneyWithdrawn':
        return {
          key: String(event.version).padStart(12, '0'),
          entry: {
            id: event.id,
            type: event.type === 'MoneyDeposited' ? 'deposit' : 'withdrawal',
            amount: event.data.amount,
            balanceAfter: event.data.balance,
            reference: event.data.reference ?? null,
            occurredAt: event.occurredAt,
            version: event.version,
          },
        };
      case 'AccountOpened':
        return undefined;
    }
  },
  index: { paths: ['entry.version', 'entry.occurredAt'] },
  routes: [
    entriesRoute({
      answers: 'entries',
      aggregate: account.name,
      id: 'listTransactions',
      route: 'accounts/{id}/transactions',
      summary: "An account's transactions, newest first",
      query: z.strictObject({
        from: instantQuery.describe('Only those that occurred at this instant or later').optional(),
        to: instantQuery.describe('Only those that occurred before this instant').optional(),
      }),
      item: z
        .object({
          id: position,
          type: z.enum(['deposit', 'withdrawal']),
          amount,
          balanceAfter: amount,
          reference: z.string().nullable(),
          occurredAt: z.iso.datetime(),
          version,
        })
        .meta({ id: 'Transaction' }),
      related: ({ customerId }: Statement) => [customerId],
      find: ({ from, to }, reached) => ({
        where: [
          ['entry.version', '<=', reached],
          ['entry.occurredAt', '>=', from],
          ['entry.occurredAt', '<', to],
        ],
        orderBy: [['entry.version', 'descending']],
      }),
      present: (entry: Transaction) => ({
        ...entry,
        amount: toAmount(entry.amount),
        balanceAfter: amountOf(entry.balanceAfter, entry.amount.currency),
      }),
    }),
  ],
});
