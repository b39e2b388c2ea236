import { z } from 'zod';
import { currency } from '../currency.ts';
import { defineEvent, type EventOf } from '../event.ts';
import { minorUnits, positiveMoney } from '../money.ts';

/** Names a row, whose partition key Azure bounds. */
const customerId = z.string().min(1).max(255);

const accountOpened = defineEvent({
  type: 'AccountOpened',
  schemaVersion: 1,
  data: z.strictObject({ customerId, currency }),
});

/** What moved, and what others need of the state after it: views, statements and repeated answers read nothing else. */
const movement = z.strictObject({
  customerId,
  amount: positiveMoney,
  /** In the account's currency, after this event. */
  balance: minorUnits,
  reference: z.string().optional(),
});

const moneyDeposited = defineEvent({ type: 'MoneyDeposited', schemaVersion: 1, data: movement });
const moneyWithdrawn = defineEvent({ type: 'MoneyWithdrawn', schemaVersion: 1, data: movement });

export const accountEvents = [accountOpened, moneyDeposited, moneyWithdrawn] as const;
export type AccountEvent = EventOf<(typeof accountEvents)[number]>;
