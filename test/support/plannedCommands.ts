import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Outcome } from '../../application/commands/commandRequest.ts';
import type { AccountCommand } from '../../domain/account/commands.ts';
import { maximumMinor, type Money } from '../../domain/money.ts';
import { eur } from './bank.ts';
import { kinds, type Answer, type ReckonedAccount, type Sight, type Step } from './reckonedBank.ts';

/** What an account has at first, in cents. */
export const beginning = 100;

/** The outcome of a command, and the clock of the instance that answered. */
type Reply = {
  readonly outcome: Outcome<{ readonly code: string; readonly available?: Money }>;
  readonly clock: number;
};

/** What the application answers, in the words of the reckoned accounts; without what its events do not tell. */
export const answerOf = ({ outcome }: Reply): Partial<Exclude<Answer, string>> | 'unchanged' => {
  if (outcome.outcome === 'unchanged') return 'unchanged';
  if (outcome.outcome === 'rejected') {
    const { rejection } = outcome;
    const { code: refused } = rejection;
    return { refused, ...('available' in rejection && { available: rejection.available.minor }) };
  }
  if (outcome.outcome !== 'done') throw new Error(outcome.outcome);
  const { version, occurredAt, events } = outcome.commit;
  const data = events.at(-1)?.data as { readonly balance?: number; readonly available?: number };
  const { balance, available } = data;
  return {
    ...{ version, at: Date.parse(occurredAt) },
    ...(balance !== undefined && { balance }),
    ...(available !== undefined && { available }),
  };
};

/** By which clock it answered, as far as one can tell. */
export const sightOf = ({ outcome, clock }: Reply): Sight =>
  outcome.outcome === 'done'
    ? { clock: Date.parse(outcome.commit.occurredAt), isBehind: true }
    : { clock, isBehind: false };

export const commandOf = ({ kind, on, to, minor, which, expiresAt }: Step, ids: readonly string[]): AccountCommand => {
  const amount = eur(minor);
  const receiver = { isSame: to === on, receiver: undefined };
  const id = ids[to] ?? unknownAccount;
  switch (kind) {
    case 'deposit':
      return { type: 'DepositMoney', amount };
    case 'withdraw':
      return { type: 'WithdrawMoney', amount };
    case 'reverse':
      return { type: 'ReverseTransaction', reverses: which, reason: 'a mistake' };
    case 'freeze':
      return { type: 'FreezeAccount', reason: 'a suspicion' };
    case 'unfreeze':
      return { type: 'UnfreezeAccount', reason: 'none left' };
    case 'close':
      return { type: 'CloseAccount' };
    case 'hold':
      return { type: 'PlaceHold', amount, expiresAt: new Date(expiresAt).toISOString() };
    case 'capture':
      return { type: 'CaptureHold', hold: which, amount };
    case 'captureAll':
      return { type: 'CaptureHold', hold: which };
    case 'captureTo':
      return { type: 'CaptureHold', hold: which, to: { id, ...receiver } };
    case 'release':
      return { type: 'ReleaseHold', hold: which };
    case 'expire':
      return { type: 'ExpireHolds' };
    case 'transfer':
      return { type: 'SendTransfer', to: id, amount, ...receiver };
  }
};
const unknownAccount = randomUUID();

const endsHold = (kind: Step['kind']): boolean => kind.startsWith('capture') || kind === 'release';
const frequent = [
  ...kinds.filter((kind) => kind !== 'freeze' && kind !== 'close'),
  ...(['hold', 'hold', 'transfer', 'transfer', 'deposit'] as const),
];
/** A command of a program; `pick` chooses among the holds or entries of the account, `first` the instance. */
export const planned = fc.record({
  // What ends an account's life comes seldom.
  kind: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...frequent) },
    { weight: 1, arbitrary: fc.constantFrom('freeze', 'close') },
  ),
  on: fc.nat(2),
  to: fc.oneof({ weight: 9, arbitrary: fc.nat(2) }, fc.constant(3)),
  minor: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 40 }) },
    { weight: 1, arbitrary: fc.constantFrom(beginning, maximumMinor - beginning) },
  ),
  pick: fc.nat(5),
  holdsForMs: fc.oneof({ weight: 5, arbitrary: fc.constant(600_000) }, fc.constantFrom(-1, 7_000, 60_000)),
  first: fc.nat(1),
});
export type Planned = typeof planned extends fc.Arbitrary<infer Value> ? Value : never;
/** What it meets: the seed of faults, and the time since the command before. */
export const common = fc.record({ seed: fc.nat(1_000_000), afterMs: fc.constantFrom(0, 0, 900, 2_000, 7_000) });
export type Common = typeof common extends fc.Arbitrary<infer Value> ? Value : never;

export const nth = <Item>(items: Iterable<Item>, index: number): Item | undefined => {
  const all = [...items];
  return all[index % all.length];
};
export const stepOf = (
  accounts: readonly ReckonedAccount[],
  { pick, holdsForMs, ...step }: Planned,
  now: number,
): Step => {
  const own = accounts[step.on];
  const versions = endsHold(step.kind) ? own?.placed : own?.entries.keys();
  return { ...step, which: nth(versions ?? [], pick) ?? 1, expiresAt: now + holdsForMs };
};
export const isPossible = (accounts: readonly ReckonedAccount[], { kind, on }: Planned): boolean =>
  !endsHold(kind) || (accounts[on]?.placed.length ?? 0) > 0;

/** Whether an answer of the application is the reckoned one. */
export const agree = (real: ReturnType<typeof answerOf>, model: Answer | undefined): boolean =>
  typeof real === 'string' || typeof model !== 'object'
    ? real === model
    : Object.entries(real).every(([name, value]) => model[name as keyof typeof model] === value);
