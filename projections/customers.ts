import { z } from 'zod';
import { instant, type RecordedEvent } from '../domain/commit.ts';
import { currency } from '../domain/currency.ts';
import { normalizeEmailAddress } from '../domain/emailAddress.ts';
import { minorUnits } from '../domain/money.ts';
import type { Projection } from './projection.ts';

const customerRow = z.strictObject({
  /** Null while only events of the customer's accounts have arrived: there is no customer to show yet. */
  customer: z
    .strictObject({
      firstName: z.string(),
      lastName: z.string(),
      email: z.string(),
      normalizedEmail: z.string(),
      createdAt: instant,
    })
    .nullable(),
  accounts: z.record(
    z.string(),
    z.strictObject({ currency, balance: minorUnits, version: z.int(), openedAt: instant }),
  ),
});
export type CustomerRow = z.infer<typeof customerRow>;

/** One row for each customer, with their accounts. */
export const customers: Projection<CustomerRow> = {
  name: 'customers',
  version: 1,
  aggregates: ['customer', 'account'],
  rowOf: (event) => (event.type === 'CustomerCreated' ? event.aggregateId : event.data.customerId),
  row: customerRow,
  evolve(row = { customer: null, accounts: {} }, event) {
    switch (event.type) {
      case 'CustomerCreated':
        return {
          ...row,
          customer: {
            ...event.data,
            normalizedEmail: normalizeEmailAddress(event.data.email),
            createdAt: event.occurredAt,
          },
        };
      case 'AccountOpened':
        return withAccount(row, event, {
          currency: event.data.currency,
          balance: 0,
          version: event.version,
          openedAt: event.occurredAt,
        });
      case 'MoneyDeposited':
      case 'MoneyWithdrawn':
        return withAccount(row, event, {
          ...existing(row, event),
          balance: event.data.balance,
          version: event.version,
        });
    }
  },
};

type AccountOfCustomer = CustomerRow['accounts'][string];

const withAccount = (row: CustomerRow, { aggregateId }: RecordedEvent, account: AccountOfCustomer): CustomerRow => ({
  ...row,
  accounts: { ...row.accounts, [aggregateId]: account },
});

const existing = (row: CustomerRow, { aggregateId, id, type }: RecordedEvent): AccountOfCustomer => {
  const account = row.accounts[aggregateId];
  if (!account) throw new Error(`${type} ${id} is not the first event of an account`);
  return account;
};
