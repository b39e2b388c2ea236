import { accept, reject, type Decision } from '../../eventSourcing/decider.ts';
import { isSameMoney, type Money } from '../money.ts';
import type {
  AccountDecision,
  AccountRejection,
  DecideTransfer,
  EndTransfer,
  Receiver,
  SendTransfer,
} from './commands.ts';
import type { DeclineReason } from './events.ts';
import type { Quote } from '../quote.ts';
import { canTake } from './movements.ts';
import { availableAt, maximumOpen, type OpenedAccount } from './state.ts';

/** The money leaves the account at once; its state knows the transfer until its end. */
export const sendTransfer = (command: SendTransfer, state: OpenedAccount, at: string): AccountDecision => {
  const { to, isSame, receiver, quote, amount, reference } = command;
  const { customerId, currency } = state;
  if (quote === 'foreign') return reject({ code: 'ForeignQuote' });
  if (state.status === 'closed') return reject({ code: 'AccountClosed' });
  if (state.status === 'frozen') return reject({ code: 'AccountFrozen' });
  if (isSame) return reject({ code: 'SameAccount' });
  if (amount.currency !== currency) return reject({ code: 'CurrencyMismatch', holds: currency });
  const refusal = refusalOfReceiver(receiver) ?? refusalOfQuote(quote, amount, receiver, at);
  if (refusal) return refusal;
  const available = availableAt(state, at);
  if (amount.minor > available.minor) return reject({ code: 'InsufficientFunds', available });
  if (state.transfers.length >= maximumOpen) return reject({ code: 'TooManyTransfers' });

  const after = { balance: state.balance - amount.minor, available: available.minor - amount.minor };
  const exchanged = quote && { rate: { rate: quote.rate, id: quote.rateId } };
  const received = quote?.buy ?? amount;
  return accept({
    type: 'TransferSent',
    data: { customerId, to, amount, received, ...exchanged, ...after, reference },
  });
};

type Refusal = Decision<never, AccountRejection> | undefined;

/** Why money cannot be sent to an account, as far as the sender can see. */
export const refusalOfReceiver = (receiver: Receiver): Refusal => {
  if (!receiver) return reject({ code: 'UnknownAccount' });
  return receiver.isClosed ? reject({ code: 'ReceiverClosed' }) : undefined;
};

const refusalOfQuote = (quote: Quote | undefined, amount: Money, receiver: Receiver, at: string): Refusal => {
  const needsQuote = receiver?.currency !== amount.currency;
  if (!quote) return needsQuote ? reject({ code: 'QuoteRequired' }) : undefined;
  if (quote.expiresAt <= at) return reject({ code: 'QuoteExpired' });
  const { sell, buy } = quote;
  const fits = isSameMoney(sell, amount) && buy.currency === receiver?.currency;
  return needsQuote && fits ? undefined : reject({ code: 'QuoteMismatch' });
};

/** The verdict of an account on money that was sent to it: never refused, so that the first verdict stands. */
export const decideTransfer = (command: DecideTransfer, state: OpenedAccount): AccountDecision => {
  const { transferId, from, sent, received, rate, sentBy, reference } = command;
  const { customerId } = state;
  const verdict = { customerId, transferId, from, sent, sentBy, amount: received };
  const reason = whyNot(state, received);
  if (reason) return accept({ type: 'TransferDeclined', data: { ...verdict, reason } });
  const balance = state.balance + received.minor;
  return accept({ type: 'TransferReceived', data: { ...verdict, ...(rate && { rate }), balance, reference } });
};

const whyNot = (state: OpenedAccount, received: Money): DeclineReason | undefined => {
  if (state.status === 'closed') return 'receiverClosed';
  return received.currency === state.currency && canTake(state, received.minor) ? undefined : 'receiverCannotTake';
};

/** The money that comes back always fits, since limits count what is on its way; a freeze does not stop it. */
export const endTransfer = (
  { transfer, to, returnedFor, reference }: EndTransfer,
  state: OpenedAccount,
): AccountDecision => {
  const { customerId, currency } = state;
  const open = state.transfers.find(([version]) => version === transfer);
  // It has ended before.
  if (!open) return accept();
  const [, minor] = open;
  const end = { customerId, transfer, to, amount: { minor, currency } };
  if (returnedFor === undefined) return accept({ type: 'TransferCompleted', data: end });
  const returned = { ...end, balance: state.balance + minor, reason: returnedFor, reference };
  return accept({ type: 'TransferReturned', data: returned });
};
