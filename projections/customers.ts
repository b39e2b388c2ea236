import { z } from 'zod';
import { instant, type RecordedEvent } from '../eventSourcing/commit.ts';
import { account } from '../domain/account/account.ts';
import { balanceAfter, statusAfter } from '../domain/account/events.ts';
import { accountStatus } from '../domain/account/state.ts';
import { currency, type Currency } from '../domain/currency.ts';
import { customer } from '../domain/customer/customer.ts';
import { normalizeEmailAddress } from '../domain/emailAddress.ts';
import { minorUnits } from '../domain/money.ts';
import { aggregateId, amount, amountOf, count, version } from './fields.ts';
import { defineView } from '../eventSourcing/view.ts';
import { rowsRoute, type Order } from '../eventSourcing/viewRoute.ts';

const customerRow = z.strictObject({
  /** Null while the view has only events of the customer's accounts: there is no customer to show yet. */
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
    z.strictObject({ currency, balance: minorUnits, status: accountStatus, version: z.int(), openedAt: instant }),
  ),
});
export type CustomerRow = z.infer<typeof customerRow>;

const newestFirst: readonly Order[] = [
  ['row.customer.createdAt', 'descending'],
  ['key', 'descending'],
];

/** One row for each customer, with their accounts. */
export const customers = defineView({
  name: 'customers',
  version: 4,
  follows: [customer, account],
  rowOf: (event) => ('customerId' in event.data ? event.data.customerId : event.aggregateId),
  row: customerRow,
  evolve(row = { customer: null, accounts: {} }, event) {
    switch (event.type) {
      case 'CustomerCreated':
        return {
          ...row,
          customer: {
            ...event.data.person,
            normalizedEmail: normalizeEmailAddress(event.data.person.email),
            createdAt: event.occurredAt,
          },
        };
      case 'CustomerRenamed':
        return withPerson(row, event, event.data.person);
      case 'CustomerEmailChanged': {
        const { email } = event.data.person;
        return withPerson(row, event, { email, normalizedEmail: normalizeEmailAddress(email) });
      }
      case 'EmailClaimLapsed':
        return row;
      case 'AccountOpened':
        return withAccount(row, event, {
          currency: event.data.currency,
          balance: 0,
          status: 'open',
          version: event.version,
          openedAt: event.occurredAt,
        });
      default: {
        const former = existing(row, event);
        const [balance, status] = [balanceAfter(event) ?? former.balance, statusAfter(event) ?? former.status];
        return withAccount(row, event, { ...former, balance, status, version: event.version });
      }
    }
  },
  index: { paths: ['row.customer.createdAt', 'row.customer.normalizedEmail', 'key'], orders: [newestFirst] },
  routes: [
    rowsRoute({
      answers: 'rows',
      id: 'listCustomers',
      route: 'customers',
      summary: 'Customers, newest first',
      query: z.strictObject({
        email: z.string().max(254).describe('The whole address, in any spelling of it').optional(),
      }),
      item: z
        .object({
          id: aggregateId,
          firstName: z.string(),
          lastName: z.string(),
          email: z.string(),
          accounts: count.meta({ description: 'How many' }),
        })
        .meta({ id: 'CustomerLine' }),
      find: ({ email }) => ({
        where: [['row.customer.normalizedEmail', '=', email === undefined ? undefined : normalizeEmailAddress(email)]],
        orderBy: newestFirst,
      }),
      present(id, { customer, accounts }: CustomerRow) {
        return { id, ...nameOf(customer), accounts: Object.keys(accounts).length };
      },
    }),
    {
      answers: 'row',
      aggregate: customer.name,
      id: 'getCustomer',
      route: 'customers/{id}',
      summary: 'A customer with accounts and totals',
      body: z
        .object({
          id: aggregateId,
          firstName: z.string(),
          lastName: z.string(),
          email: z.string(),
          version,
          accounts: z.array(z.object({ id: aggregateId, currency, balance: amount, status: accountStatus, version })),
          totals: z.array(amount),
        })
        .meta({ id: 'Customer' }),
      present(id, { customer, accounts }, reached) {
        if (!customer) return undefined;
        const held = inOrder(accounts).map(([accountId, account]) => ({
          id: accountId,
          currency: account.currency,
          balance: amountOf(account.balance, account.currency),
          status: account.status,
          version: account.version,
        }));
        return { id, ...nameOf(customer), version: reached, accounts: held, totals: totalsOf(accounts) };
      },
    },
  ],
});

const withPerson = (
  row: CustomerRow,
  { id, type }: RecordedEvent,
  person: Partial<CustomerRow['customer']>,
): CustomerRow => {
  if (!row.customer) throw new Error(`${type} ${id} is not the first event of a customer`);
  return { ...row, customer: { ...row.customer, ...person } };
};

const nameOf = (customer: CustomerRow['customer']) => ({
  firstName: customer?.firstName,
  lastName: customer?.lastName,
  email: customer?.email,
});

const inOrder = (accounts: CustomerRow['accounts']) =>
  Object.entries(accounts).sort(([a, { openedAt: x }], [b, { openedAt: y }]) =>
    x === y ? compare(a, b) : compare(x, y),
  );

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The sum of each currency's accounts. It may have more digits than one balance may, and stays exact. */
const totalsOf = (accounts: CustomerRow['accounts']) => {
  const totals = new Map<Currency, bigint>();
  for (const { currency: code, balance } of Object.values(accounts)) {
    totals.set(code, (totals.get(code) ?? 0n) + BigInt(balance));
  }
  return [...totals].sort(([a], [b]) => compare(a, b)).map(([code, minor]) => amountOf(minor, code));
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
