import { z } from 'zod';
import { money } from './money.ts';

/** The data of events that move money; other events have no such field. */
const movement = z.object({ amount: money });

/** The fields of an event's data by which subscribers may filter its messages, beside those that every message has. */
export const filterableOf = (data: unknown): Readonly<Record<string, string | number>> => {
  const moved = movement.safeParse(data).data?.amount;
  return moved ? { amountMinor: moved.minor, currency: moved.currency } : {};
};
