import { z } from 'zod';
import { currency } from '../currency.ts';
import { defineEvent, type EventOf } from '../../eventSourcing/event.ts';
import { minorUnitsIn, positiveMoney } from '../money.ts';

/** It names a row of a view, and Azure bounds the length of a partition key. */
const customerId = z.string().min(1).max(255);

const accountOpened = defineEvent({
  type: 'AccountOpened',
  schemaVersion: 1,
  data: z.strictObject({ customerId, currency }),
});

/** The movement, and the part of the state after it that views, statements and repeated answers need: they read nothing else. */
const movement = z.strictObject({
  customerId,
  amount: positiveMoney,
  /** The balance after this event. */
  balance: minorUnitsIn('amount', 'currency'),
  reference: z.string().optional(),
});

const moneyDeposited = defineEvent({ type: 'MoneyDeposited', schemaVersion: 1, data: movement });
const moneyWithdrawn = defineEvent({ type: 'MoneyWithdrawn', schemaVersion: 1, data: movement });

export const accountEvents = [accountOpened, moneyDeposited, moneyWithdrawn] as const;
export type AccountEvent = EventOf<(typeof accountEvents)[number]>;
