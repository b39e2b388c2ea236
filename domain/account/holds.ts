import { accept, reject } from '../../eventSourcing/decider.ts';
import type { AccountCommandOf, AccountDecision, CaptureHold } from './commands.ts';
import type { AccountEventOf } from './events.ts';
import { availableAt, hasExpired, maximumOpen, type OpenedAccount, type OpenHold } from './state.ts';
import { refusalOfReceiver } from './transfers.ts';

const dayMs = 24 * 60 * 60_000;
const defaultMs = 7 * dayMs;
const longestMs = 31 * dayMs;

/** The events for the holds that have expired at an instant, oldest first, and the account without those holds. */
export const expireHolds = (
  state: OpenedAccount,
  at: string,
): { readonly expired: readonly AccountEventOf<'HoldExpired'>[]; readonly left: OpenedAccount } => {
  const { customerId, currency, balance } = state;
  const holds = state.holds.filter((hold) => !hasExpired(hold, at));
  if (holds.length === state.holds.length) return { expired: [], left: state };
  const left = { ...state, holds };
  const available = availableAt(left, at).minor;
  const expired = state.holds
    .filter((hold) => hasExpired(hold, at))
    .map(([hold, held, expiresAt]) => ({
      type: 'HoldExpired' as const,
      data: {
        ...{ customerId, hold, held, amount: { minor: held, currency }, balance, available },
        expiresAt: new Date(expiresAt).toISOString(),
      },
    }));
  return { expired, left };
};

export const placeHold = (
  { amount, expiresAt, reference }: AccountCommandOf<'PlaceHold'>,
  state: OpenedAccount,
  at: string,
): AccountDecision => {
  const { customerId, balance, currency } = state;
  const now = Date.parse(at);
  const end = expiresAt === undefined ? now + defaultMs : Date.parse(expiresAt);
  // Text that is no instant is not within it, either.
  if (!(end > now && end <= now + longestMs)) return reject({ code: 'ExpiryOutOfRange' });
  if (state.status === 'closed') return reject({ code: 'AccountClosed' });
  if (state.status === 'frozen') return reject({ code: 'AccountFrozen' });
  if (amount.currency !== currency) return reject({ code: 'CurrencyMismatch', holds: currency });
  const available = availableAt(state, at);
  if (amount.minor > available.minor) return reject({ code: 'InsufficientFunds', available });
  if (state.holds.length >= maximumOpen) return reject({ code: 'TooManyHolds' });
  const after = { balance, available: available.minor - amount.minor, expiresAt: new Date(end).toISOString() };
  return accept({ type: 'HoldPlaced', data: { customerId, amount, ...after, reference } });
};

/** A freeze does not stop it: the money was promised before. */
export const captureHold = (
  { hold, amount, to, reference }: CaptureHold,
  state: OpenedAccount,
  at: string,
): AccountDecision => {
  const { customerId, currency, balance } = state;
  if (state.status === 'closed') return reject({ code: 'AccountClosed' });
  const open = openHoldOf(state, hold);
  if (!open) return reject({ code: 'HoldEnded' });
  const [, held] = open;
  if (to?.isSame) return reject({ code: 'SameAccount' });
  if (amount && amount.currency !== currency) return reject({ code: 'CurrencyMismatch', holds: currency });
  if (to?.receiver && to.receiver.currency !== currency) return reject({ code: 'CurrencyMismatch', holds: currency });
  const refusal = to && refusalOfReceiver(to.receiver);
  if (refusal) return refusal;
  const captured = amount ?? { minor: held, currency };
  if (captured.minor > held) return reject({ code: 'CaptureExceedsHold' });
  if (to && state.transfers.length >= maximumOpen) return reject({ code: 'TooManyTransfers' });

  const free = availableAt(state, at).minor + held;
  const rest = free - captured.minor;
  const end = { customerId, hold, held, amount: captured, reference };
  const after = { balance: balance - captured.minor, available: rest };
  if (!to) return accept({ type: 'HoldCaptured', data: { ...end, ...after } });
  const sent = { customerId, to: to.id, amount: captured, received: captured, ...after, reference };
  return accept(
    { type: 'HoldCaptured', data: { ...end, balance, available: free, to: to.id } },
    { type: 'TransferSent', data: sent },
  );
};

export const releaseHold = (
  { hold }: AccountCommandOf<'ReleaseHold'>,
  state: OpenedAccount,
  at: string,
): AccountDecision => {
  const { customerId, currency, balance } = state;
  if (state.status === 'closed') return reject({ code: 'AccountClosed' });
  const open = openHoldOf(state, hold);
  if (!open) return reject({ code: 'HoldEnded' });
  const [, held] = open;
  const available = availableAt(state, at).minor + held;
  const data = { customerId, hold, held, amount: { minor: held, currency }, balance, available };
  return accept({ type: 'HoldReleased', data });
};

const openHoldOf = ({ holds }: OpenedAccount, hold: number): OpenHold | undefined =>
  holds.find(([version]) => version === hold);
