import { z } from 'zod';
import { currency, type Currency } from '../domain/currency.ts';
import { customers, type CustomerRow } from '../projections/customers.ts';
import { freshRows } from './composition.ts';
import { serve } from './http/endpoint.ts';
import { describe } from './http/operation.ts';
import { notFound } from './http/problem.ts';
import { answerQuery, answerWithoutRow } from './http/query.ts';
import {
  aggregateId,
  amount,
  amountOf,
  atLeast,
  idRoute,
  positionsFor,
  queryHeaders,
  version,
} from './http/schemas.ts';

const operation = describe({
  id: 'getCustomer',
  method: 'GET',
  route: 'customers/{id}',
  access: 'function',
  summary: 'A customer with accounts and totals',
  params: idRoute,
  query: z.strictObject({ atLeast: atLeast.optional() }),
  headers: queryHeaders,
  answer: {
    status: 200,
    body: z
      .object({
        id: aggregateId,
        firstName: z.string(),
        lastName: z.string(),
        email: z.string(),
        version,
        accounts: z.array(z.object({ id: aggregateId, currency, balance: amount, version })),
        totals: z.array(amount),
      })
      .meta({ id: 'Customer' }),
  },
  problems: ['NotFound', 'VersionNotReached'],
});

serve(operation, async ({ params: { id }, query, headers }) => {
  const row = await freshRows.read(customers, 'customer', id, positionsFor(id, query.atLeast));
  if (!('source' in row)) return answerWithoutRow(row);
  const { customer, accounts } = row.found.row;
  if (!customer) return notFound();
  const { firstName, lastName, email } = customer;
  const body = {
    id,
    firstName,
    lastName,
    email,
    version: row.found.positions[id],
    accounts: inOrder(accounts).map(([accountId, held]) => ({
      id: accountId,
      currency: held.currency,
      balance: amountOf(held.balance, held.currency),
      version: held.version,
    })),
    totals: totalsOf(accounts),
  };
  return answerQuery(body, headers['if-none-match'], { source: row.source });
});

const inOrder = (accounts: CustomerRow['accounts']) =>
  Object.entries(accounts).sort(([a, { openedAt: x }], [b, { openedAt: y }]) =>
    x === y ? compare(a, b) : compare(x, y),
  );

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What each currency's accounts hold together. A sum may have more digits than one balance may: it stays exact. */
const totalsOf = (accounts: CustomerRow['accounts']) => {
  const totals = new Map<Currency, bigint>();
  for (const { currency: code, balance } of Object.values(accounts)) {
    totals.set(code, (totals.get(code) ?? 0n) + BigInt(balance));
  }
  return [...totals].sort(([a], [b]) => compare(a, b)).map(([code, minor]) => amountOf(minor, code));
};
