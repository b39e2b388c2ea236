import { z } from 'zod';
import { currency } from '../domain/currency.ts';
import { accounts } from '../projections/accounts.ts';
import { customers } from '../projections/customers.ts';
import { freshRows } from './composition.ts';
import { serve } from './http/endpoint.ts';
import { describe } from './http/operation.ts';
import { answerQuery, answerWithoutRow } from './http/query.ts';
import { amount, amountOf, atLeast, idRoute, positionsFor, queryHeaders, uuid, version } from './http/schemas.ts';

const operation = describe({
  id: 'getAccount',
  method: 'GET',
  route: 'accounts/{id}',
  access: 'function',
  summary: 'An account',
  params: idRoute,
  query: z.strictObject({ atLeast: atLeast.optional() }),
  headers: queryHeaders,
  answer: {
    status: 200,
    headers: { ETag: "The account's version" },
    body: z
      .object({
        id: uuid,
        customerId: uuid,
        customerName: z.string(),
        currency,
        balance: amount,
        version,
        openedAt: z.iso.datetime(),
        updatedAt: z.iso.datetime(),
      })
      .meta({ id: 'Account' }),
  },
  problems: ['NotFound', 'VersionNotReached'],
});

serve(operation, async ({ params: { id }, query, headers }) => {
  const positions = positionsFor(id, query.atLeast);
  const own = positions.filter(({ aggregateId }) => aggregateId === id);
  const row = await freshRows.read(accounts, 'account', id, own);
  if (!('source' in row)) return answerWithoutRow(row);
  const { row: account, positions: reached } = row.found;

  // Whatever else was asked for can only be about the customer.
  const others = positions.filter(({ aggregateId }) => aggregateId !== id);
  const ofCustomer = await freshRows.read(customers, 'customer', account.customerId, others);
  if (!('source' in ofCustomer)) return answerWithoutRow(ofCustomer);
  const { customer } = ofCustomer.found.row;

  const body = {
    id,
    customerId: account.customerId,
    customerName: customer ? `${customer.firstName} ${customer.lastName}` : '',
    currency: account.currency,
    balance: amountOf(account.balance, account.currency),
    version: reached[id],
    openedAt: account.openedAt,
    updatedAt: account.updatedAt,
  };
  const source = row.source === 'view' ? ofCustomer.source : row.source;
  return answerQuery(body, headers['if-none-match'], { etag: `"${reached[id] ?? 0}"`, source });
});
