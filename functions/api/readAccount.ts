import { z } from 'zod';
import { isRecorded, type EventStore, type Past } from '../../application/eventStore.ts';
import { pastRow } from '../../application/queries/pastRow.ts';
import { present } from '../../application/clock.ts';
import { account } from '../../domain/account/account.ts';
import { accountStatus, availableAt, heldAt, inTransitOf } from '../../domain/account/state.ts';
import { currency } from '../../domain/currency.ts';
import { customer } from '../../domain/customer/customer.ts';
import { accounts, type AccountRow } from '../../projections/accounts.ts';
import { customers, fullNameOf, type CustomerRow } from '../../projections/customers.ts';
import { aggregateId, amount, amountOf, toAmount, version } from '../../projections/fields.ts';
import type { Answer } from '../http/answer.ts';
import type { Received } from '../http/endpoint.ts';
import { badRequest, notFound } from '../http/problem.ts';
import { answerQuery, answerWithoutRow } from '../http/query.ts';
import { atLeast, pastInstant, pastVersion, positionsFor, type idRoute, type queryHeaders } from '../http/schemas.ts';
import type { Services } from '../services.ts';

export const accountQuery = z
  .strictObject({ atLeast: atLeast.optional(), version: pastVersion.optional(), at: pastInstant.optional() })
  .refine((query) => Object.values(query).filter((value) => value !== undefined).length <= 1, {
    error: 'atLeast, version and at exclude each other',
  });

export const accountBody = z
  .object({
    id: aggregateId,
    customerId: aggregateId,
    customerName: z.string(),
    currency,
    balance: amount,
    status: accountStatus,
    held: amount.meta({ description: 'What open holds hold at that instant' }),
    available: amount.meta({ description: 'The balance less what is held' }),
    inTransit: amount.meta({ description: 'Sent, and its end not confirmed yet' }),
    version,
    openedAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Account' });

type Asked = Received<typeof idRoute, typeof accountQuery, typeof queryHeaders>;

/** Answers with an account and the name of its customer, which comes from another view. */
export const readAccount = (services: Services, received: Asked): Promise<Answer> => {
  const { version, at } = received.query;
  if (version !== undefined) return readPast(services, received, { version });
  return at === undefined ? readPresent(services, received) : readPast(services, received, { at });
};

const readPast = async (
  { eventStore, history, freshRows, clock }: Services,
  { params: { id }, headers, caller }: Asked,
  past: Past,
): Promise<Answer> => {
  const isToCome = 'at' in past && past.at > present(clock);
  // A customer is not even told how long the history of another customer's account is.
  if (caller.onlyFor !== undefined) {
    const own = await freshRows.read(accounts, account.name, id, [], caller.onlyFor);
    if (!('source' in own)) return isToCome ? toCome() : answerWithoutRow(own);
  }
  // Another instance's clock may be ahead of this one's: what has an event is not to come.
  if (isToCome && !(await hasEventFrom(eventStore, id, past.at))) return toCome();
  const found = await pastRow({ eventStore, history }, accounts, account, id, past);
  if (!found) return notFound();
  const owner = await freshRows.read(customers, customer.name, found.row.customerId, []);
  if (!('source' in owner)) return answerWithoutRow(owner);
  const at = 'at' in past ? past.at : found.row.updatedAt;
  const body = bodyOf(id, found.row, found.version, owner.found.row, at);
  return answerQuery(body, headers['if-none-match'], { version: body.version, source: 'events' });
};

const toCome = (): Answer => badRequest({ pointer: '/query/at', message: 'must not be in the future' });

const hasEventFrom = async (
  eventStore: Pick<EventStore, 'loadNewest'>,
  id: string,
  instant: string,
): Promise<boolean> => {
  const newest = await eventStore.loadNewest(id);
  return isRecorded(newest) && newest.occurredAt >= instant;
};

const readPresent = async ({ freshRows, clock }: Services, received: Asked): Promise<Answer> => {
  const { params, query, headers, caller } = received;
  const { id } = params;
  const positions = positionsFor(id, query.atLeast);
  const own = positions.filter(({ aggregateId }) => aggregateId === id);
  const row = await freshRows.read(accounts, account.name, id, own, caller.onlyFor);
  if (!('source' in row)) return answerWithoutRow(row);
  const { row: found, positions: reached } = row.found;

  // Any other position can only be the customer's.
  const others = positions.filter(({ aggregateId }) => aggregateId !== id);
  const owner = await freshRows.read(customers, customer.name, found.customerId, others, caller.onlyFor);
  if (!('source' in owner)) return answerWithoutRow(owner);
  const [now, { updatedAt }] = [present(clock), found];
  const body = bodyOf(id, found, reached[id] ?? 0, owner.found.row, now > updatedAt ? now : updatedAt);
  const source = row.source === 'view' ? owner.source : row.source;
  return answerQuery(body, headers['if-none-match'], { version: body.version, source });
};

/** The account as it is at an instant: by then, holds may have expired. */
const bodyOf = (id: string, row: AccountRow, reached: number, owner: CustomerRow, at: string) => ({
  id,
  customerId: row.customerId,
  customerName: fullNameOf(owner) ?? '',
  currency: row.currency,
  balance: amountOf(row.balance, row.currency),
  status: row.status,
  held: amountOf(heldAt(row.holds, at), row.currency),
  available: toAmount(availableAt(row, at)),
  inTransit: amountOf(inTransitOf(row), row.currency),
  version: reached,
  openedAt: row.openedAt,
  updatedAt: row.updatedAt,
});
