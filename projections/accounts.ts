import { z } from 'zod';
import { instant, type RecordedEvent } from '../eventSourcing/commit.ts';
import { account } from '../domain/account/account.ts';
import type { AccountEvent } from '../domain/account/events.ts';
import { accountStatus, openedAccount, type Account } from '../domain/account/state.ts';
import { currency } from '../domain/currency.ts';
import { aggregateId, amount, amountOf, uuid, version } from './fields.ts';
import { defineView } from '../eventSourcing/view.ts';
import { rowsRoute, type Order } from '../eventSourcing/viewRoute.ts';

/** The account's own state, and when it came about. */
const accountRow = openedAccount.extend({ version, openedAt: instant, updatedAt: instant });
export type AccountRow = z.infer<typeof accountRow>;

const newestFirst: readonly Order[] = [
  ['row.openedAt', 'descending'],
  ['key', 'descending'],
];

/** One row for each account. */
export const accounts = defineView({
  name: 'accounts',
  version: 3,
  follows: [account],
  rowOf: (event) => event.aggregateId,
  row: accountRow,
  evolve(row, event) {
    const state = account.evolve(row ?? account.initial, event, event.version, event.occurredAt);
    return rowFrom(state, row?.openedAt ?? event.occurredAt, event);
  },
  rowFrom: ({ state, beginning, last }) => rowFrom(state, beginning.occurredAt, last),
  index: { paths: ['row.customerId', 'row.status', 'row.openedAt', 'key'], orders: [newestFirst] },
  routes: [
    rowsRoute({
      answers: 'rows',
      id: 'listAccounts',
      route: 'accounts',
      summary: 'Accounts, newest first; a customer finds only their own',
      query: z.strictObject({
        customerId: uuid.describe('Only accounts of this customer').optional(),
        status: accountStatus.describe('Only accounts of this status').optional(),
      }),
      ownBy: 'row.customerId',
      item: z
        .object({
          id: aggregateId,
          customerId: aggregateId,
          currency,
          balance: amount,
          status: accountStatus,
          version,
          openedAt: z.iso.datetime(),
        })
        .meta({ id: 'AccountLine' }),
      find: ({ customerId, status }) => ({
        where: [
          ['row.customerId', '=', customerId],
          ['row.status', '=', status],
        ],
        orderBy: newestFirst,
      }),
      present: (id, { customerId, currency, balance, status, version, openedAt }: AccountRow) => ({
        id,
        customerId,
        currency,
        balance: amountOf(balance, currency),
        status,
        version,
        openedAt,
      }),
    }),
  ],
});

const rowFrom = (
  state: Account,
  openedAt: string,
  { id, type, version, occurredAt: updatedAt }: RecordedEvent<AccountEvent>,
): AccountRow => {
  if (state.status === 'unopened') throw new Error(`${type} ${id} is not the first event of an account`);
  return { ...state, version, openedAt, updatedAt };
};
