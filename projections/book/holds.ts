import { z } from 'zod';
import { account } from '../../domain/account/account.ts';
import { entriesRoute, type Search } from '../../eventSourcing/viewRoute.ts';
import { amount, position, toAmount } from '../fields.ts';
import type { Book, HoldEntry } from './entry.ts';

export const holdStatus = z.enum(['open', 'captured', 'released', 'expired']);

/** The status of a hold at an instant. */
export const holdStatusAt = ({ ending, expiresAt }: HoldEntry, now: string): z.infer<typeof holdStatus> => {
  if (ending !== 'lapse') return ending;
  return expiresAt > now ? 'open' : 'expired';
};

const conditionsOf = (status: z.infer<typeof holdStatus> | undefined, now: string): NonNullable<Search['where']> => {
  switch (status) {
    case undefined:
      return [];
    case 'captured':
    case 'released':
      return [['entry.ending', '=', status]];
    case 'open':
      return [
        ['entry.ending', '=', 'lapse'],
        ['entry.expiresAt', '>', now],
      ];
    case 'expired': {
      // Before an event says so, time does.
      const lapsed = { allOf: [['entry.ending', '=', 'lapse'] as const, ['entry.expiresAt', '<=', now] as const] };
      return [{ anyOf: [['entry.ending', '=', 'expired'], lapsed] }];
    }
  }
};

/** The holds of an account, newest first, as they are at the instant asked. */
export const holdsRoute = entriesRoute({
  answers: 'entries',
  aggregate: account.name,
  id: 'listHolds',
  route: 'accounts/{id}/holds',
  summary: 'The holds of an account, newest first',
  query: z.strictObject({ status: holdStatus.describe('Only holds of this status').optional() }),
  item: z
    .object({
      id: position,
      amount,
      status: holdStatus,
      reference: z.string().nullable(),
      placedAt: z.iso.datetime(),
      expiresAt: z.iso.datetime(),
      endedAt: z.iso.datetime().optional().meta({ description: 'Of an expired hold: when it expired' }),
    })
    .meta({ id: 'Hold' }),
  related: ({ customerId }: Book) => [customerId],
  find: ({ status }, { version: reached, now }) => ({
    where: [['entry.hold', '<=', reached], ...conditionsOf(status, now)],
    orderBy: [['entry.hold', 'descending']],
  }),
  present(entry: HoldEntry, now) {
    const { id, amount: held, reference, placedAt, expiresAt } = entry;
    const status = holdStatusAt(entry, now);
    const endedAt = status === 'expired' ? expiresAt : entry.endedAt;
    return { id, amount: toAmount(held), status, reference, placedAt, expiresAt, ...(endedAt && { endedAt }) };
  },
});
