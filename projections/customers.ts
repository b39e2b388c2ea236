import { z } from 'zod';
import { instant, type RecordedEvent } from '../eventSourcing/commit.ts';
import { account } from '../domain/account/account.ts';
import { balanceAfter, statusAfter } from '../domain/account/events.ts';
import { accountStatus } from '../domain/account/state.ts';
import { currency, type Currency } from '../domain/currency.ts';
import { customer } from '../domain/customer/customer.ts';
import { normalizeEmailAddress } from '../domain/emailAddress.ts';
import { minorUnits } from '../domain/money.ts';
import { foldCase, line } from '../domain/text.ts';
import { aggregateId, amount, amountOf, count, version } from './fields.ts';
import { defineView } from '../eventSourcing/view.ts';
import { beginsWith, rowsRoute, type Order } from '../eventSourcing/viewRoute.ts';

const customerRow = z.strictObject({
  /** Null while the view has only events of the customer's accounts: there is no customer to show yet. */
  customer: z
    .strictObject({
      firstName: z.string(),
      lastName: z.string(),
      email: z.string(),
      normalizedEmail: z.string(),
      normalizedFirstName: z.string(),
      normalizedLastName: z.string(),
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
            ...withNormalizedName(event.data.person),
            ...withNormalizedEmail(event.data.person),
            createdAt: event.occurredAt,
          },
        };
      case 'CustomerRenamed':
        return withPerson(row, event, withNormalizedName(event.data.person));
      case 'CustomerEmailChanged':
        return withPerson(row, event, withNormalizedEmail(event.data.person));
      case 'EmailClaimLapsed':
      case 'NotificationsChosen':
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
  index: {
    paths: [
      ...(['row.customer.createdAt', 'row.customer.normalizedEmail', 'key'] as const),
      ...(['row.customer.normalizedFirstName', 'row.customer.normalizedLastName'] as const),
    ],
    orders: [newestFirst],
  },
  routes: [
    rowsRoute({
      answers: 'rows',
      id: 'listCustomers',
      route: 'customers',
      summary: 'Customers, newest first',
      query: z.strictObject({
        email: z.string().max(254).describe('The whole address, in any spelling of it').optional(),
        name: line(100).describe('The beginning of the first or the last name, in any case').optional(),
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
      find: ({ email, name }) => ({
        where: [
          ['row.customer.normalizedEmail', '=', email === undefined ? undefined : normalizeEmailAddress(email)],
          ...(name === undefined ? [] : [{ anyOf: nameBegins(foldCase(name)) }]),
        ],
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

/** As it is stored for searches: the beginning of a folded name is the folded beginning of the name. */
const withNormalizedName = ({ firstName, lastName }: { readonly firstName: string; readonly lastName: string }) => ({
  ...{ firstName, lastName },
  normalizedFirstName: foldCase(firstName),
  normalizedLastName: foldCase(lastName),
});

const withNormalizedEmail = ({ email }: { readonly email: string }) => ({
  email,
  normalizedEmail: normalizeEmailAddress(email),
});

const nameBegins = (name: string) => [
  beginsWith('row.customer.normalizedFirstName', name),
  beginsWith('row.customer.normalizedLastName', name),
];

const withPerson = (
  row: CustomerRow,
  { id, type }: RecordedEvent,
  person: Partial<CustomerRow['customer']>,
): CustomerRow => {
  if (!row.customer) throw new Error(`${type} ${id} is not the first event of a customer`);
  return { ...row, customer: { ...row.customer, ...person } };
};

/** The whole name; undefined while there is no customer to show. */
export const fullNameOf = ({ customer }: CustomerRow): string | undefined =>
  customer ? `${customer.firstName} ${customer.lastName}` : undefined;

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
