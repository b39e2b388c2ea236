import type { Currency } from '../currency.ts';
import type { Money } from '../money.ts';
import type { Quote } from '../quote.ts';
import type { Decision } from '../../eventSourcing/decider.ts';
import type { AccountEvent, DeclineReason } from './events.ts';

type Movement = { readonly amount: Money; readonly reference?: string | undefined };

/** What the sender's bank knows of the account that shall get money; undefined where there is no such account. */
export type Receiver = { readonly currency: Currency; readonly isClosed: boolean } | undefined;

export type SendTransfer = {
  readonly type: 'SendTransfer';
  readonly to: string;
  readonly isSame: boolean;
  readonly receiver: Receiver;
  /** 'foreign': the bank never made it. */
  readonly quote?: Quote | 'foreign' | undefined;
} & Movement;

export type CaptureHold = {
  readonly type: 'CaptureHold';
  /** The version of the HoldPlaced. */
  readonly hold: number;
  /** All of it where it does not say. */
  readonly amount?: Money | undefined;
  readonly reference?: string | undefined;
  /** The account that gets the money; without one the money leaves the bank. */
  readonly to?: { readonly id: string; readonly isSame: boolean; readonly receiver: Receiver } | undefined;
};

/** Asks the receiver of a transfer for its verdict. */
export type DecideTransfer = {
  readonly type: 'DecideTransfer';
  readonly transferId: string;
  readonly from: string;
  readonly sent: Money;
  readonly received: Money;
  readonly rate?: { readonly rate: string; readonly id: string } | undefined;
  /** The id of the sender's command. */
  readonly sentBy: string;
  readonly reference?: string | undefined;
};

/** Tells the sender of a transfer how it ended. */
export type EndTransfer = {
  readonly type: 'EndTransfer';
  /** The version of its TransferSent. */
  readonly transfer: number;
  readonly to: string;
  /** Why the money comes back; undefined where the receiver has it. */
  readonly returnedFor?: DeclineReason | undefined;
  readonly reference?: string | undefined;
};

export type ReverseTransaction = {
  readonly type: 'ReverseTransaction';
  /** The version of the event. */
  readonly reverses: number;
  /** Undefined where the event is neither a deposit nor a withdrawal. */
  readonly original?: { readonly kind: 'deposit' | 'withdrawal'; readonly amount: Money } | undefined;
  readonly reason: string;
};

export type AccountCommand =
  | { readonly type: 'OpenAccount'; readonly customerId: string; readonly currency: Currency }
  | ({ readonly type: 'DepositMoney' } & Movement)
  | ({ readonly type: 'WithdrawMoney' } & Movement)
  | ReverseTransaction
  | { readonly type: 'FreezeAccount'; readonly reason: string }
  | { readonly type: 'UnfreezeAccount'; readonly reason: string }
  /** `byOwner`: the account's own customer asks, and no teller. */
  | { readonly type: 'CloseAccount'; readonly reason?: string | undefined; readonly byOwner?: boolean }
  | ({ readonly type: 'PlaceHold'; readonly expiresAt?: string | undefined } & Movement)
  | CaptureHold
  | { readonly type: 'ReleaseHold'; readonly hold: number }
  /** Records that holds have expired. */
  | { readonly type: 'ExpireHolds' }
  | SendTransfer
  | DecideTransfer
  | EndTransfer
  /** Brings a transfer, by the version of its TransferSent, to its end: commands to both accounts, which are not this one's to decide. */
  | { readonly type: 'SettleTransfer'; readonly transfer: number };

type Plain<Code extends string> = { readonly code: Code };

export type AccountRejection =
  | Plain<'AccountAlreadyOpen' | 'AccountNotOpen' | 'AccountClosed' | 'AccountFrozen'>
  | { readonly code: 'CurrencyMismatch'; readonly holds: Currency }
  | Plain<'BalanceLimitExceeded'>
  | { readonly code: 'InsufficientFunds'; readonly available: Money }
  | Plain<'NotReversible'>
  | Plain<'TransfersInTransit' | 'HoldsOpen'>
  | { readonly code: 'BalanceNotZero'; readonly balance: Money }
  | Plain<'ExpiryOutOfRange' | 'HoldEnded' | 'CaptureExceedsHold' | 'TooManyHolds'>
  | Plain<'SameAccount' | 'UnknownAccount' | 'ReceiverClosed' | 'TooManyTransfers'>
  | Plain<'ForeignQuote' | 'QuoteRequired' | 'QuoteExpired' | 'QuoteMismatch'>;

export type AccountDecision = Decision<AccountEvent, AccountRejection>;
export type AccountCommandOf<Type extends AccountCommand['type']> = Extract<AccountCommand, { readonly type: Type }>;
