import { maximumMinor } from '../../domain/money.ts';

/**
 * The rules of accounts once more, as somebody would reckon with a pencil: they share no decision with the domain, so that a
 * program of commands can be compared with them.
 */
export type ReckonedAccount = {
  status: 'open' | 'frozen' | 'closed';
  version: number;
  /** When its newest event was, in ms. */
  newest: number;
  balance: number;
  /** Open holds, and transfers without an end, by version. */
  readonly holds: Map<number, { readonly minor: number; readonly expiresAt: number }>;
  readonly transit: Map<number, { readonly minor: number; readonly to: number }>;
  /** The versions of all holds and transfers that there ever were. */
  readonly placed: number[];
  readonly sent: number[];
  /** What somebody may try to reverse, by version: how much it brought; 0 for what cannot be reversed. */
  readonly entries: Map<number, { readonly moved: number; readonly isReversed: boolean }>;
};

/** A command on the account at an index, with versions that the account has. */
export type Step = {
  readonly kind: Kind;
  readonly on: number;
  /** An index that no account has is one that the bank does not know. */
  readonly to: number;
  readonly minor: number;
  /** The version of the hold or of the entry that it means. */
  readonly which: number;
  readonly expiresAt: number;
};

export type Answer =
  | { readonly refused: string; readonly available: number }
  | 'unchanged'
  /** What there is after its events, and their instant. */
  | { readonly version: number; readonly balance: number; readonly available: number; readonly at: number };

/** How the instance that answers sees the world. */
export type Sight = {
  readonly clock: number;
  /** Whether it still takes a receiver for open that another instance has closed: the money then comes back. */
  readonly isBehind: boolean;
};

/** An account whose first event opened it and whose second one brought money. */
export const newlyOpened = (newest: number, balance: number): ReckonedAccount => ({
  ...{ status: 'open', version: 2, newest, balance },
  ...{ holds: new Map(), transit: new Map(), placed: [], sent: [] },
  entries: new Map([1, 2].map((version) => [version, { moved: version === 1 ? 0 : balance, isReversed: false }])),
});

const sum = (entries: ReckonedAccount['holds' | 'transit']): number => {
  let total = 0;
  for (const { minor } of entries.values()) total += minor;
  return total;
};
export const inTransitOf = ({ transit }: ReckonedAccount): number => sum(transit);
const availableOf = ({ balance, holds }: ReckonedAccount): number => balance - sum(holds);
const fits = (own: ReckonedAccount, minor: number): boolean => own.balance + inTransitOf(own) + minor <= maximumMinor;

const expire = (own: ReckonedAccount, at: number): void => {
  for (const [version, { expiresAt }] of own.holds) {
    if (expiresAt > at) continue;
    own.holds.delete(version);
    own.version += 1;
  }
};

/** Carries a step out on these accounts, or leaves them as they are. */
export const reckon = (accounts: ReckonedAccount[], step: Step, { clock, isBehind }: Sight): Answer => {
  const before = accounts[step.on];
  if (!before) throw new Error('There is such an account');
  const own = structuredClone(before);
  const at = Math.max(clock, own.newest);
  expire(own, at);
  const status = accounts[step.to]?.status;
  const receiver = status === 'closed' && isBehind ? 'open' : status;
  const refused = refusals[step.kind]({ own, step, at, receiver }).find(([, applies]) => applies)?.[0];
  if (refused !== undefined) return { refused, available: availableOf(own) };
  if (isSoAlready(own, before, step)) return 'unchanged';
  moves[step.kind](own, step);
  accounts[step.on] = { ...own, newest: at };
  return { version: own.version, balance: own.balance, available: availableOf(own), at };
};

type Case = {
  readonly own: ReckonedAccount;
  readonly step: Step;
  readonly at: number;
  readonly receiver: ReckonedAccount['status'] | undefined;
};
type Reason = readonly [refused: string, applies: boolean];

const closed = ({ own }: Case): Reason => ['AccountClosed', own.status === 'closed'];
const frozen = ({ own }: Case): Reason => ['AccountFrozen', own.status === 'frozen'];
const noHold = ({ own, step }: Case): Reason => ['HoldEnded', !own.holds.has(step.which)];
const tooLittle = ({ own }: Case, wanted: number): Reason => ['InsufficientFunds', wanted > availableOf(own)];
const tooMuch = ({ own }: Case, minor: number): Reason => ['BalanceLimitExceeded', !fits(own, minor)];
const noReceiver = ({ step, receiver }: Case): readonly Reason[] => [
  ['SameAccount', step.to === step.on],
  ['UnknownAccount', receiver === undefined],
  ['ReceiverClosed', receiver === 'closed'],
];
const heldBy = ({ holds }: ReckonedAccount, { which }: Step): number => holds.get(which)?.minor ?? 0;
const movedBy = ({ entries }: ReckonedAccount, { which }: Step): number => entries.get(which)?.moved ?? 0;

/** Why not: the first reason that applies counts. */
const refusals = {
  deposit: (of) => [closed(of), tooMuch(of, of.step.minor)],
  withdraw: (of) => [closed(of), frozen(of), tooLittle(of, of.step.minor)],
  reverse(of) {
    const moved = movedBy(of.own, of.step);
    const isReversed = of.own.entries.get(of.step.which)?.isReversed === true;
    const before: readonly Reason[] = [['AlreadyReversed', isReversed], closed(of), ['NotReversible', moved === 0]];
    return [...before, tooLittle(of, moved), tooMuch(of, -moved)];
  },
  freeze: (of) => [closed(of)],
  unfreeze: (of) => [closed(of)],
  close: ({ own }) => [
    ['TransfersInTransit', own.transit.size > 0],
    ['HoldsOpen', own.holds.size > 0],
    ['BalanceNotZero', own.balance > 0],
  ],
  hold: (of) => [
    ['ExpiryOutOfRange', of.step.expiresAt <= of.at],
    closed(of),
    frozen(of),
    tooLittle(of, of.step.minor),
  ],
  capture: (of) => [closed(of), noHold(of), ['CaptureExceedsHold', of.step.minor > heldBy(of.own, of.step)]],
  captureAll: (of) => [closed(of), noHold(of)],
  captureTo: (of) => [closed(of), noHold(of), ...noReceiver(of)],
  release: (of) => [closed(of), noHold(of)],
  expire: () => [],
  transfer: (of) => [closed(of), frozen(of), ...noReceiver(of), tooLittle(of, of.step.minor)],
} as const satisfies Record<string, (of: Case) => readonly Reason[]>;

type Kind = keyof typeof refusals;
export const kinds = Object.keys(refusals) as readonly Kind[];

const isSoAlready = (own: ReckonedAccount, before: ReckonedAccount, { kind }: Step): boolean => {
  if (kind === 'expire') return own.version === before.version;
  return { freeze: 'frozen', unfreeze: 'open', close: 'closed' }[kind as string] === own.status;
};

const enter = (own: ReckonedAccount, moved: number): void => {
  own.version += 1;
  own.balance += moved;
  own.entries.set(own.version, { moved, isReversed: false });
};
const become = (own: ReckonedAccount, status: ReckonedAccount['status']): void => {
  own.version += 1;
  own.status = status;
};
const endHold = (own: ReckonedAccount, { which }: Step, captured: number): void => {
  own.version += 1;
  own.balance -= captured;
  own.holds.delete(which);
};
const send = (own: ReckonedAccount, { to }: Step, minor: number): void => {
  own.version += 1;
  own.balance -= minor;
  own.transit.set(own.version, { minor, to });
  own.sent.push(own.version);
};

const moves: Readonly<Record<Kind, (own: ReckonedAccount, step: Step) => void>> = {
  deposit: (own, { minor }) => enter(own, minor),
  withdraw: (own, { minor }) => enter(own, -minor),
  reverse(own, step) {
    const moved = movedBy(own, step);
    own.version += 1;
    own.balance -= moved;
    own.entries.set(step.which, { moved, isReversed: true });
  },
  freeze: (own) => become(own, 'frozen'),
  unfreeze: (own) => become(own, 'open'),
  close: (own) => become(own, 'closed'),
  hold(own, { minor, expiresAt }) {
    own.version += 1;
    own.holds.set(own.version, { minor, expiresAt });
    own.placed.push(own.version);
  },
  capture: (own, step) => endHold(own, step, step.minor),
  captureAll: (own, step) => endHold(own, step, heldBy(own, step)),
  captureTo(own, step) {
    const held = heldBy(own, step);
    endHold(own, step, 0);
    send(own, step, held);
  },
  release: (own, step) => endHold(own, step, 0),
  // Those that have expired are gone already.
  expire: () => undefined,
  transfer: (own, step) => send(own, step, step.minor),
};

/** Brings a transfer to its end, unless it has one; `at`: when the receiver had its verdict, and when the sender heard of it. */
export const settle = (
  from: ReckonedAccount,
  to: ReckonedAccount,
  version: number,
  at: { readonly verdict: number; readonly end: number },
): void => {
  const minor = from.transit.get(version)?.minor;
  if (minor === undefined) return;
  expire(to, at.verdict);
  const isTaken = to.status !== 'closed' && fits(to, minor);
  if (isTaken) to.balance += minor;
  expire(from, at.end);
  from.transit.delete(version);
  if (!isTaken) from.balance += minor;
  for (const [account, newest] of [[to, at.verdict] as const, [from, at.end] as const]) {
    Object.assign(account, { version: account.version + 1, newest });
  }
};
