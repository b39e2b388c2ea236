import { z } from 'zod';
import type { AccountEvent } from '../../domain/account/events.ts';
import type { Money } from '../../domain/money.ts';
import { bankEventsOf, type BankEvent } from '../../domain/registry.ts';
import type { Commit, RecordedEvent } from '../../eventSourcing/commit.ts';
import { amount, amountOf, position, version } from '../../projections/fields.ts';
import type { Done } from '../http/commandEndpoint.ts';

const movedBody = z
  .object({ transactionId: position, version, position, balance: amount })
  .meta({ id: 'Moved', description: 'The transaction, and the balance after it' });

/** The answer to a movement of money. */
export const moved: Done = {
  body: movedBody,
  of: (commit) => ({ body: movedIn(lastEventOf(commit, ['MoneyDeposited', 'MoneyWithdrawn'])) }),
};

/** The same, with what is available after it. */
export const movedWithin: Done = {
  body: movedBody.extend({ available: amount }).meta({ id: 'MovedWithin' }),
  of(commit) {
    const event = lastEventOf(commit, ['HoldCaptured', 'TransactionReversed']);
    return { body: { ...movedIn(event), ...balancesIn(event.data) } };
  },
};

type Balances = { readonly amount: Money; readonly balance: number; readonly available: number };

/** The balance after an event, and what is available of it. */
export const balancesIn = ({ amount: { currency }, balance, available }: Balances) => ({
  balance: amountOf(balance, currency),
  available: amountOf(available, currency),
});

type Moving = Extract<AccountEvent, { readonly data: { readonly amount: unknown; readonly balance: number } }>;

const movedIn = ({ id, version: reached, data }: RecordedEvent<Moving>) => ({
  transactionId: id,
  version: reached,
  position: id,
  balance: amountOf(data.balance, data.amount.currency),
});

/** The last event of a commit, which is of one of these types. */
export const lastEventOf = <const Type extends BankEvent['type']>(
  commit: Commit,
  types: readonly Type[],
): RecordedEvent<Extract<BankEvent, { readonly type: Type }>> => {
  const event = bankEventsOf(commit).at(-1);
  const isOne = (found: typeof event): found is RecordedEvent<Extract<BankEvent, { readonly type: Type }>> =>
    types.some((type) => type === found?.type);
  if (!isOne(event)) throw new Error(`Commit ${commit.aggregateId}:${commit.version} does not end as it should`);
  return event;
};
