import { z } from 'zod';
import { generationOf } from '../projections/projection.ts';
import { transactions } from '../projections/transactions.ts';
import { cursors, freshRows, listings } from './composition.ts';
import { serve } from './http/endpoint.ts';
import { describe } from './http/operation.ts';
import { answerQuery, answerWithoutRow } from './http/query.ts';
import * as schemas from './http/schemas.ts';

const operation = describe({
  id: 'listTransactions',
  method: 'GET',
  route: 'accounts/{id}/transactions',
  access: 'function',
  summary: "An account's transactions, newest first",
  params: schemas.idRoute,
  query: schemas.pageQuery.extend({
    from: schemas.instantQuery.optional(),
    to: schemas.instantQuery.optional(),
    atLeast: schemas.atLeast.optional(),
  }),
  headers: schemas.queryHeaders,
  answer: {
    status: 200,
    body: schemas
      .pageOf(
        z
          .object({
            id: schemas.position,
            type: z.enum(['deposit', 'withdrawal']),
            amount: schemas.amount,
            balanceAfter: schemas.amount,
            reference: z.string().nullable(),
            occurredAt: z.iso.datetime(),
            version: schemas.version,
          })
          .meta({ id: 'Transaction' }),
      )
      .meta({ id: 'TransactionsPage' }),
  },
  problems: ['NotFound', 'VersionNotReached', 'CursorExpired'],
});

serve(operation, async ({ params: { id }, query: { limit, cursor, from, to, atLeast }, headers }) => {
  const scope = { list: `transactions of ${id}`, generation: generationOf(transactions) };
  const after = cursors.read(scope, z.int(), cursor);
  if ('refusal' in after) return after.refusal;
  const positions = schemas.positionsFor(id, atLeast);
  const own = positions.filter(({ aggregateId }) => aggregateId === id);
  const row = await freshRows.read(transactions, 'account', id, own);
  if (!('source' in row)) return answerWithoutRow(row);
  // Transactions say nothing of the customer, who is there if the account is: any other position is a mistake.
  const foreign = positions.find(({ aggregateId }) => ![id, row.found.row.customerId].includes(aggregateId));
  if (foreign) return answerWithoutRow({ found: 'foreign', position: foreign });

  const found = await listings.entries(transactions, id, { before: after.key, from, to, limit: limit + 1 });
  const page = found.slice(0, limit);
  const items = page.map((line) => ({
    ...line,
    amount: schemas.toAmount(line.amount),
    balanceAfter: schemas.amountOf(line.balanceAfter, line.amount.currency),
  }));
  const nextCursor = found.length > limit ? cursors.write(scope, page.at(-1)?.version) : undefined;
  return answerQuery({ items, nextCursor }, headers['if-none-match'], { source: row.source });
});
