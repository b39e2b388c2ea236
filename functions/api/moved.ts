import { z } from 'zod';
import { bankEventsOf } from '../../domain/registry.ts';
import { amount, amountOf, position, version } from '../../projections/fields.ts';
import type { Done } from '../http/commandEndpoint.ts';

const movedBody = z
  .object({ transactionId: position, version, position, balance: amount })
  .meta({ id: 'Moved', description: 'The transaction, and the balance after it' });

/** The answer to a movement of money. */
export const moved: Done = {
  body: movedBody,
  of: (commit) => {
    const event = bankEventsOf(commit).at(-1);
    if (event?.type !== 'MoneyDeposited' && event?.type !== 'MoneyWithdrawn') {
      throw new Error(`Commit ${commit.aggregateId}:${commit.version} moves no money`);
    }
    const { id, data } = event;
    const balance = amountOf(data.balance, data.amount.currency);
    return { body: { transactionId: id, version: event.version, position: id, balance } };
  },
};
