import { z } from 'zod';
import { currency } from '../currency.ts';
import { defineEvent, type EventOf } from '../../eventSourcing/event.ts';
import { minorUnitsIn, positiveMoney } from '../money.ts';
import { instant } from '../../eventSourcing/commit.ts';

/** It names a row of a view, and Azure bounds the length of a partition key. */
const customerId = z.string().min(1).max(255);

/** The version of an event of the same account. */
const version = z.int().min(1);

/** The part of the state after the event that views, statements and repeated answers need: they read nothing else. */
const withBalance = { balance: minorUnitsIn('amount', 'currency') };
/** `available`: the balance less what is held at the instant of the event. */
const withAvailable = { ...withBalance, available: minorUnitsIn('amount', 'currency') };
const reference = z.string().optional();

const accountOpened = defineEvent({
  type: 'AccountOpened',
  schemaVersion: 1,
  data: z.strictObject({ customerId, currency }),
});

const movement = z.strictObject({ customerId, amount: positiveMoney, ...withBalance, reference });
const moneyDeposited = defineEvent({ type: 'MoneyDeposited', schemaVersion: 1, data: movement });
const moneyWithdrawn = defineEvent({ type: 'MoneyWithdrawn', schemaVersion: 1, data: movement });

/** A correction of a deposit or a withdrawal: moves the same amount the other way. */
const transactionReversed = defineEvent({
  type: 'TransactionReversed',
  schemaVersion: 1,
  data: z.strictObject({
    customerId,
    /** The event that it reverses. */
    reverses: version,
    kind: z.enum(['deposit', 'withdrawal']),
    amount: positiveMoney,
    ...withAvailable,
    reason: z.string(),
  }),
});

/** What a frozen account no longer does. */
const scope = z.enum(['debits']);
const accountFrozen = defineEvent({
  type: 'AccountFrozen',
  schemaVersion: 1,
  data: z.strictObject({ customerId, scope, reason: z.string() }),
});
const accountUnfrozen = defineEvent({
  type: 'AccountUnfrozen',
  schemaVersion: 1,
  data: z.strictObject({ customerId, reason: z.string() }),
});
const accountClosed = defineEvent({
  type: 'AccountClosed',
  schemaVersion: 1,
  data: z.strictObject({ customerId, reason: z.string().optional() }),
});

const holdPlaced = defineEvent({
  type: 'HoldPlaced',
  schemaVersion: 1,
  data: z.strictObject({
    customerId,
    amount: positiveMoney,
    ...withAvailable,
    /** From this instant on it holds nothing. */
    expiresAt: instant,
    reference,
  }),
});
/** The hold that an event ends, by the version of its HoldPlaced, and all that it held. */
const endOfHold = { customerId, hold: version, held: minorUnitsIn('amount', 'currency') };
const holdCaptured = defineEvent({
  type: 'HoldCaptured',
  schemaVersion: 1,
  data: z.strictObject({
    ...endOfHold,
    /** All of it or less; the rest is free again. */
    amount: positiveMoney,
    ...withAvailable,
    /** The account that gets the money by the TransferSent which follows; without one the money leaves the bank with this event. */
    to: z.string().optional(),
    reference,
  }),
});
const ended = z.strictObject({ ...endOfHold, amount: positiveMoney, ...withAvailable });
const holdReleased = defineEvent({ type: 'HoldReleased', schemaVersion: 1, data: ended });
const holdExpired = defineEvent({
  type: 'HoldExpired',
  schemaVersion: 1,
  data: ended.extend({ expiresAt: instant }),
});

/** The rate of an exchange, and the event that set it. */
const rate = z.strictObject({ rate: z.string(), id: z.string() }).optional();

const transferSent = defineEvent({
  type: 'TransferSent',
  schemaVersion: 1,
  data: z.strictObject({
    customerId,
    /** The account that gets the money. */
    to: z.string(),
    amount: positiveMoney,
    /** What arrives there. */
    received: positiveMoney,
    rate,
    ...withAvailable,
    reference,
  }),
});

/** The receiver's verdict on a transfer: what was sent, by which command, and from where. */
const verdict = {
  customerId,
  transferId: z.string(),
  from: z.string(),
  sent: positiveMoney,
  /** The id of the sender's command. After a restore another transfer may have the same id: this tells them apart. */
  sentBy: z.string(),
};
const transferReceived = defineEvent({
  type: 'TransferReceived',
  schemaVersion: 1,
  data: z.strictObject({ ...verdict, amount: positiveMoney, rate, ...withBalance, reference }),
});

/** Why a receiver did not take the money: it was closed, or it could not. */
export const declineReason = z.enum(['receiverClosed', 'receiverCannotTake']);
export type DeclineReason = z.infer<typeof declineReason>;
const transferDeclined = defineEvent({
  type: 'TransferDeclined',
  schemaVersion: 1,
  data: z.strictObject({ ...verdict, amount: positiveMoney, reason: declineReason }),
});

/** The end of a transfer at the sender, by the version of its TransferSent. */
const endOfTransfer = { customerId, transfer: version, to: z.string(), amount: positiveMoney };
const transferCompleted = defineEvent({
  type: 'TransferCompleted',
  schemaVersion: 1,
  data: z.strictObject(endOfTransfer),
});
const transferReturned = defineEvent({
  type: 'TransferReturned',
  schemaVersion: 1,
  data: z.strictObject({ ...endOfTransfer, ...withBalance, reason: declineReason, reference }),
});

export const accountEvents = [
  ...[accountOpened, moneyDeposited, moneyWithdrawn, transactionReversed],
  ...[accountFrozen, accountUnfrozen, accountClosed],
  ...[holdPlaced, holdCaptured, holdReleased, holdExpired],
  ...[transferSent, transferReceived, transferDeclined, transferCompleted, transferReturned],
] as const;
export type AccountEvent = EventOf<(typeof accountEvents)[number]>;
export type AccountEventOf<Type extends AccountEvent['type']> = Extract<AccountEvent, { readonly type: Type }>;

/** The balance after an event, in minor units; undefined for an event that leaves it as it was and does not tell it. */
export const balanceAfter = ({ data }: AccountEvent): number | undefined =>
  'balance' in data ? data.balance : undefined;

const statuses = { AccountFrozen: 'frozen', AccountUnfrozen: 'open', AccountClosed: 'closed' } as const;

/** The status of the account after an event; undefined for an event that leaves it as it was. */
export const statusAfter = ({ type }: AccountEvent): (typeof statuses)[keyof typeof statuses] | undefined =>
  Object.hasOwn(statuses, type) ? statuses[type as keyof typeof statuses] : undefined;
