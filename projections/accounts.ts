import { z } from 'zod';
import { instant, type RecordedEvent } from '../eventSourcing/commit.ts';
import { account } from '../domain/account/account.ts';
import type { AccountEvent } from '../domain/account/events.ts';
import { currency } from '../domain/currency.ts';
import { minorUnits } from '../domain/money.ts';
import { aggregateId, amount, amountOf, uuid, version } from './fields.ts';
import { defineView } from '../eventSourcing/view.ts';
import { rowsRoute, type Order } from '../eventSourcing/viewRoute.ts';

const accountRow = z.strictObject({
  customerId: z.string(),
  currency,
  balance: minorUnits,
  version,
  openedAt: instant,
  updatedAt: instant,
});
export type AccountRow = z.infer<typeof accountRow>;

const newestFirst: readonly Order[] = [
  ['row.openedAt', 'descending'],
  ['key', 'descending'],
];

/** One row for each account. */
export const accounts = defineView({
  name: 'accounts',
  version: 2,
  follows: [account],
  rowOf: (event) => event.aggregateId,
  row: accountRow,
  evolve(row, event) {
    switch (event.type) {
      case 'AccountOpened':
        return opened(event);
      case 'MoneyDeposited':
      case 'MoneyWithdrawn':
        return {
          ...existing(row, event),
          balance: event.data.balance,
          version: event.version,
          updatedAt: event.occurredAt,
        };
    }
  },
  rowFrom({ state, beginning, last }) {
    if (state.status !== 'open') throw new Error(`${last.id} leaves no open account`);
    const { customerId, currency, balance } = state;
    const { version, occurredAt: updatedAt } = last;
    return { customerId, currency, balance, version, openedAt: beginning.occurredAt, updatedAt };
  },
  index: { paths: ['row.customerId', 'row.openedAt', 'key'], orders: [newestFirst] },
  routes: [
    rowsRoute({
      answers: 'rows',
      id: 'listAccounts',
      route: 'accounts',
      summary: 'Accounts, newest first; a customer finds only their own',
      query: z.strictObject({ customerId: uuid.describe('Only accounts of this customer').optional() }),
      ownBy: 'row.customerId',
      item: z
        .object({
          id: aggregateId,
          customerId: aggregateId,
          currency,
          balance: amount,
          version,
          openedAt: z.iso.datetime(),
        })
        .meta({ id: 'AccountLine' }),
      find: ({ customerId }) => ({ where: [['row.customerId', '=', customerId]], orderBy: newestFirst }),
      present: (id, { customerId, currency, balance, version, openedAt }: AccountRow) => ({
        id,
        customerId,
        currency,
        balance: amountOf(balance, currency),
        version,
        openedAt,
      }),
    }),
  ],
});

const opened = ({
  data,
  version,
  occurredAt,
}: RecordedEvent<Extract<AccountEvent, { type: 'AccountOpened' }>>): AccountRow => ({
  customerId: data.customerId,
  currency: data.currency,
  balance: 0,
  version,
  openedAt: occurredAt,
  updatedAt: occurredAt,
});

const existing = (row: AccountRow | undefined, { id, type }: RecordedEvent): AccountRow => {
  if (!row) throw new Error(`${type} ${id} is not the first event of an account`);
  return row;
};
