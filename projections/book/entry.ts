import { z } from 'zod';
import { instant } from '../../eventSourcing/commit.ts';
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
const holdEnding = z.enum(['captured', 'released', 'lapse']);
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

/** The row of an account's book. */
export const book = z.strictObject({
  customerId: z.string(),
  /** How many of its transactions are reversed. */
  reversals: z.int().min(0),
});
export type Book = z.infer<typeof book>;

/** An entry of an account's book. Each kind has a member that no other kind has, by which searches find it. */
export const bookEntry = z.union([transactionEntry, reversalMark, holdEntry, transferEntry]);
export type BookEntry = z.infer<typeof bookEntry>;
