import { z } from 'zod';
import { instant, type RecordedEvent } from '../eventSourcing/commit.ts';
import { account } from '../domain/account/account.ts';
import type { AccountEvent } from '../domain/account/events.ts';
import { currency } from '../domain/currency.ts';
import { minorUnits } from '../domain/money.ts';
import { defineView } from '../eventSourcing/view.ts';

const accountRow = z.strictObject({
  customerId: z.string(),
  currency,
  balance: minorUnits,
  openedAt: instant,
  updatedAt: instant,
});
export type AccountRow = z.infer<typeof accountRow>;

/** One row for each account. */
export const accounts = defineView({
  name: 'accounts',
  version: 1,
  follows: [account],
  rowOf: (event) => event.aggregateId,
  row: accountRow,
  evolve(row, event) {
    switch (event.type) {
      case 'AccountOpened':
        return opened(event);
      case 'MoneyDeposited':
      case 'MoneyWithdrawn':
        return { ...existing(row, event), balance: event.data.balance, updatedAt: event.occurredAt };
    }
  },
  rowFrom({ state, beginning, last }) {
    if (state.status !== 'open') throw new Error(`${last.id} leaves no open account`);
    const { customerId, currency, balance } = state;
    return { customerId, currency, balance, openedAt: beginning.occurredAt, updatedAt: last.occurredAt };
  },
});

const opened = ({ data, occurredAt }: RecordedEvent<Extract<AccountEvent, { type: 'AccountOpened' }>>): AccountRow => ({
  customerId: data.customerId,
  currency: data.currency,
  balance: 0,
  openedAt: occurredAt,
  updatedAt: occurredAt,
});

const existing = (row: AccountRow | undefined, { id, type }: RecordedEvent): AccountRow => {
  if (!row) throw new Error(`${type} ${id} is not the first event of an account`);
  return row;
};
