import { z } from 'zod';
import { normalizeEmailAddress } from '../domain/emailAddress.ts';
import { customers } from '../projections/customers.ts';
import { generationOf } from '../projections/projection.ts';
import { cursors, listings } from './composition.ts';
import { serve } from './http/endpoint.ts';
import { describe } from './http/operation.ts';
import { answerQuery } from './http/query.ts';
import { pageOf, pageQuery, queryHeaders, aggregateId } from './http/schemas.ts';

const operation = describe({
  id: 'listCustomers',
  method: 'GET',
  route: 'customers',
  access: 'function',
  summary: 'Customers, newest first',
  query: pageQuery.extend({ email: z.string().max(254).optional() }),
  headers: queryHeaders,
  answer: {
    status: 200,
    body: pageOf(
      z
        .object({
          id: aggregateId,
          firstName: z.string(),
          lastName: z.string(),
          email: z.string(),
          accounts: z.int().meta({ description: 'How many' }),
        })
        .meta({ id: 'CustomerLine' }),
    ).meta({ id: 'CustomersPage' }),
  },
  problems: ['CursorExpired'],
});

const keyOfLast = z.strictObject({ createdAt: z.string(), key: z.string() });

serve(operation, async ({ query: { email, limit, cursor }, headers }) => {
  const normalized = email === undefined ? undefined : normalizeEmailAddress(email);
  const scope = { list: `customers?email=${normalized ?? ''}`, generation: generationOf(customers) };
  const from = cursors.read(scope, keyOfLast, cursor);
  if ('refusal' in from) return from.refusal;

  const found = await listings.customers({ email: normalized, after: from.key, limit: limit + 1 });
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const items = page.flatMap(({ key, row: { customer, accounts } }) => {
    if (!customer) return [];
    const { firstName, lastName, email: address } = customer;
    return [{ id: key, firstName, lastName, email: address, accounts: Object.keys(accounts).length }];
  });
  const next = { createdAt: last?.row.customer?.createdAt, key: last?.key };
  const nextCursor = found.length > limit ? cursors.write(scope, next) : undefined;
  return answerQuery({ items, nextCursor }, headers['if-none-match']);
});
