import { z } from 'zod';
import { currency } from '../../domain/currency.ts';
import { pastRow } from '../../application/queries/pastRow.ts';
import { accounts, type AccountRow } from '../../projections/accounts.ts';
import { customers, type CustomerRow } from '../../projections/customers.ts';
import { aggregateId, amount, amountOf, version } from '../../projections/fields.ts';
import { eventStore, freshRows } from '../composition.ts';
import { serve } from '../http/endpoint.ts';
import { describe } from '../http/operation.ts';
import { notFound } from '../http/problem.ts';
import { answerQuery, answerWithoutRow, sourceHeader } from '../http/query.ts';
import { atLeast, idRoute, pastInstant, pastVersion, positionsFor, queryHeaders } from '../http/schemas.ts';

const operation = describe({
  id: 'getAccount',
  method: 'GET',
  route: 'accounts/{id}',
  access: 'ownQuery',
  summary: 'An account, as it is or as it was at a version or an instant',
  params: idRoute,
  query: z
    .strictObject({ atLeast: atLeast.optional(), version: pastVersion.optional(), at: pastInstant.optional() })
    .refine((query) => Object.values(query).filter((value) => value !== undefined).length <= 1, {
      error: 'atLeast, version and at exclude each other',
    }),
  headers: queryHeaders,
  answer: {
    status: 200,
    headers: { ETag: "The account's version", ...sourceHeader },
    body: z
      .object({
        id: aggregateId,
        customerId: aggregateId,
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

serve(operation, async ({ params: { id }, query: { atLeast: asked, version: wanted, at }, headers, caller }) => {
  const past = wanted === undefined ? at && { at } : { version: wanted };
  if (past) {
    // Of another customer's account not even the length is told.
    if (caller.onlyFor !== undefined) {
      const present = await freshRows.read(accounts, 'account', id, [], caller.onlyFor);
      if (!('source' in present)) return answerWithoutRow(present);
    }
    const found = await pastRow(eventStore, accounts, id, past);
    if (!found) return notFound();
    const owner = await freshRows.read(customers, 'customer', found.row.customerId, []);
    if (!('source' in owner)) return answerWithoutRow(owner);
    return answerAccount(id, found.row, found.version, owner.found.row, 'events', headers['if-none-match']);
  }

  const positions = positionsFor(id, asked);
  const own = positions.filter(({ aggregateId }) => aggregateId === id);
  const row = await freshRows.read(accounts, 'account', id, own, caller.onlyFor);
  if (!('source' in row)) return answerWithoutRow(row);
  const { row: account, positions: reached } = row.found;

  // Whatever else was asked for can only be about the customer.
  const others = positions.filter(({ aggregateId }) => aggregateId !== id);
  const ofCustomer = await freshRows.read(customers, 'customer', account.customerId, others, caller.onlyFor);
  if (!('source' in ofCustomer)) return answerWithoutRow(ofCustomer);
  const source = row.source === 'view' ? ofCustomer.source : row.source;
  return answerAccount(id, account, reached[id] ?? 0, ofCustomer.found.row, source, headers['if-none-match']);
});

const answerAccount = (
  id: string,
  account: AccountRow,
  reached: number,
  { customer }: CustomerRow,
  source: 'view' | 'events',
  ifNoneMatch: string | undefined,
) => {
  const body = {
    id,
    customerId: account.customerId,
    customerName: customer ? `${customer.firstName} ${customer.lastName}` : '',
    currency: account.currency,
    balance: amountOf(account.balance, account.currency),
    version: reached,
    openedAt: account.openedAt,
    updatedAt: account.updatedAt,
  };
  return answerQuery(body, ifNoneMatch, { etag: `"${reached}"`, source });
};
