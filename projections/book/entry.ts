import { z } from 'zod';
import { instant } from '../../eventSourcing/commit.ts';
import { currency } from '../../domain/currency.ts';
import { declineReason } from '../../domain/account/events.ts';
import { minorUnits, positiveMoney } from '../../domain/money.ts';

export const transactionType = z.enum([
  ...(['deposit', 'withdrawal', 'capture', 'reversal'] as const),
  ...(['transferOut', 'transferIn', 'transferReturned'] as const),
]);

/** A movement of money. */
export const transactionEntry = z.strictObject({
  id: z.string(),
  type: transactionType,
  /** Whether it adds to the balance. */
  isIn: z.boolean(),
  amount: positiveMoney,
  balanceAfter: minorUnits,
  reference: z.string().nullable(),
  occurredAt: instant,
  version: z.int(),
  /** Of transfers: the account on the other side, and the transfer. */
  counterparty: z.string().optional(),
  transferId: z.string().optional(),
  /** Of a reversal: the transaction that it reverses. */
  reverses: z.string().optional(),
});
export type TransactionEntry = z.infer<typeof transactionEntry>;

/** Says of a transaction that it is reversed. Entries of transactions are final, so that it is one of its own. */
export const reversalMark = z.strictObject({
  /** The version of the transaction. */
  reversed: z.int(),
  reversedBy: z.string(),
});
export type ReversalMark = z.infer<typeof reversalMark>;

/** How a hold ends: by an event, or, whatever events say, once its time is over. */
const holdEnding = z.enum(['captured', 'released', 'expired', 'lapse']);
export const holdEntry = z.strictObject({
  id: z.string(),
  /** The version of its HoldPlaced. */
  hold: z.int(),
  amount: positiveMoney,
  reference: z.string().nullable(),
  placedAt: instant,
  expiresAt: instant,
  ending: holdEnding,
  endedAt: instant.optional(),
});
export type HoldEntry = z.infer<typeof holdEntry>;

export const transferStatus = z.enum(['inTransit', 'completed', 'returned']);
export const transferEntry = z.strictObject({
  id: z.string(),
  /** Not `from`: queries know that word as their own. */
  sender: z.string(),
  receiver: z.string(),
  sent: positiveMoney,
  received: positiveMoney,
  rate: z.string().optional(),
  reference: z.string().nullable(),
  status: transferStatus,
  reason: declineReason.optional(),
  sentAt: instant,
  settledAt: instant.optional(),
});
export type TransferEntry = z.infer<typeof transferEntry>;

/**
 * What moved in a month of the bank's time zone, from which its statement is made however long the account's history is. Months without
 * a transaction have no entry.
 */
export const monthEntry = z.strictObject({
  /** Such as 2026-11. */
  month: z.string(),
  /** The versions of its first and its last transaction. */
  first: z.int(),
  last: z.int(),
  opening: minorUnits,
  closing: minorUnits,
  /** The number of its transactions. */
  lines: z.int().min(1),
  /** The sum of what came in, in minor units: it may have more digits than a number holds. What went out follows from the balances. */
  in: z.string().regex(/^\d+$/),
});
export type MonthEntry = z.infer<typeof monthEntry>;

/** The row of an account's book. */
export const book = z.strictObject({
  customerId: z.string(),
  currency,
  openedAt: instant,
  /** The zone of its months; empty where the setting changed between two of its transactions. */
  timeZone: z.string(),
  /** The month of its last transaction, which further ones may still change; null before the first. */
  month: monthEntry.nullable(),
  /** How many of its transactions are reversed. */
  reversals: z.int().min(0),
});
export type Book = z.infer<typeof book>;

/** An entry of an account's book. Each kind has a member that no other kind has, by which searches find it. */
export const bookEntry = z.union([transactionEntry, reversalMark, holdEntry, transferEntry, monthEntry]);
export type BookEntry = z.infer<typeof bookEntry>;
