import { z } from 'zod';
import { instant } from '../domain/commit.ts';
import { minorUnits, positiveMoney } from '../domain/money.ts';
import type { Projection } from './projection.ts';

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

/** The account's statement: one line for each movement of money. */
export const transactions: Projection<z.infer<typeof statement>, Transaction> = {
  name: 'transactions',
  version: 1,
  aggregates: ['account'],
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
          id: event.id,
          type: event.type === 'MoneyDeposited' ? 'deposit' : 'withdrawal',
          amount: event.data.amount,
          balanceAfter: event.data.balance,
          reference: event.data.reference ?? null,
          occurredAt: event.occurredAt,
          version: event.version,
        };
      case 'AccountOpened':
      case 'CustomerCreated':
        return undefined;
    }
  },
};
