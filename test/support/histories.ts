import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { account } from '../../domain/account/account.ts';
import type { AccountCommand, Receiver } from '../../domain/account/commands.ts';
import type { AccountEventOf } from '../../domain/account/events.ts';
import type { Account } from '../../domain/account/state.ts';
import { currency, type Currency } from '../../domain/currency.ts';
import { customer, type Customer, type CustomerCommand } from '../../domain/customer/customer.ts';
import { rate } from '../../domain/rate/rate.ts';
import type { BankEvent } from '../../domain/registry.ts';
import { eventId, type Commit } from '../../eventSourcing/commit.ts';
import type { Decision } from '../../eventSourcing/decider.ts';
import { EUR, schemaVersionOf } from './bank.ts';

const commands = [
  ...(['open', 'open', 'deposit', 'deposit', 'deposit', 'withdraw', 'reverse'] as const),
  ...(['freeze', 'unfreeze', 'close'] as const),
  ...(['hold', 'hold', 'capture', 'captureInto', 'release', 'expire'] as const),
  ...(['transfer', 'transfer', 'settle'] as const),
  ...(['rename', 'readdress', 'lapse', 'choose'] as const),
];

const step = fc.record({
  account: fc.nat(3),
  command: fc.constantFrom(...commands),
  minor: fc.oneof(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 499_999_999_999_999 })),
  reference: fc.option(fc.constantFrom('rent', 'salary'), { nil: undefined }),
  /** After the step before, which may be in another month. */
  minutes: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 900 }) }, fc.integer({ min: 0, max: 60_000 })),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const on = (index: number, command: Step['command'], minutes = 1): Step => ({
  account: index,
  command,
  minor: command === 'deposit' ? 400 : 10,
  reference: 'rent',
  minutes,
});

const rateStep = fc.record({
  pair: fc.nat(1),
  hundredths: fc.integer({ min: 1, max: 99_999 }),
  source: fc.constantFrom('ECB', 'desk'),
  minutes: fc.integer({ min: 0, max: 900 }),
});
type RateStep = typeof rateStep extends fc.Arbitrary<infer Value> ? Value : never;

/** Steps of two customers with two accounts each, some of which they never open; and rates of two pairs. */
export const plans = fc.record({
  customersFirst: fc.boolean(),
  currencies: fc.array(fc.constantFrom('EUR', 'JPY', 'USD'), { minLength: 4, maxLength: 4 }),
  steps: fc.array(step, { maxLength: 40, size: 'large' }),
  rates: fc.array(rateStep, { maxLength: 6 }),
});
export type Plan = typeof plans extends fc.Arbitrary<infer Value> ? Value : never;

/** A plan that leads to every event of the bank. */
export const wholeLife: Plan = {
  customersFirst: true,
  currencies: ['EUR', 'JPY', 'EUR', 'USD'],
  steps: [
    ...(['open', 'deposit', 'withdraw', 'reverse', 'freeze', 'unfreeze'] as const).map((command) => on(0, command)),
    ...(['hold', 'capture', 'hold', 'release', 'hold'] as const).map((command) => on(0, command)),
    ...[on(0, 'expire', 601), on(3, 'open'), on(3, 'deposit'), on(3, 'transfer'), on(3, 'settle')],
    ...[on(3, 'hold'), on(3, 'captureInto'), on(3, 'settle')],
    ...[on(1, 'open'), on(0, 'transfer'), on(1, 'close'), on(0, 'settle')],
    ...(['rename', 'readdress', 'lapse', 'choose'] as const).map((command) => on(0, command)),
  ],
  rates: [{ pair: 0, hundredths: 108, source: 'ECB', minutes: 1 }],
};

type PlannedCustomer = { readonly id: string; state: Customer; version: number };
type PlannedAccount = {
  readonly id: string;
  readonly customerId: string;
  readonly currency: ReturnType<typeof currency.parse>;
  state: Account;
  version: number;
};
type Sent = {
  readonly version: number;
  readonly commandId: string;
  readonly data: AccountEventOf<'TransferSent'>['data'];
};

/** Carries a plan out by the bank's own rules, with new ids: the commits, in the order in which they were made. */
export const carryOut = ({ customersFirst, currencies, steps, rates }: Plan): Commit[] => {
  const customers = [randomUUID(), randomUUID()].map((id): PlannedCustomer => ({
    ...{ id, state: customer.initial, version: 0 },
  }));
  const accounts = currencies.map((code, index): PlannedAccount => ({
    id: randomUUID(),
    customerId: customers[index % 2]?.id ?? '',
    currency: currency.parse(code),
    state: account.initial,
    version: 0,
  }));
  let now = Date.UTC(2026, 0, 1);
  const instant = () => new Date(now).toISOString();

  const ofCustomer = (own: PlannedCustomer, command: CustomerCommand): Commit[] => {
    const decision = customer.decide(command, own.state, instant());
    const commits = commitOf('customer', own.id, own.version, decision, instant());
    if (!decision.accepted) return commits;
    for (const event of decision.events) own.state = customer.evolve(own.state, event, (own.version += 1), instant());
    return commits;
  };
  const create = () =>
    customers.flatMap((own) => {
      const ada = { firstName: 'Ada', lastName: 'Lovelace', email: `${own.id}@Example.com` };
      return ofCustomer(own, { type: 'CreateCustomer', ...ada });
    });

  const execute = (own: PlannedAccount, command: AccountCommand): Commit[] => {
    const decision = account.decide(command, own.state, instant());
    const commits = commitOf('account', own.id, own.version, decision, instant());
    if (!decision.accepted) return commits;
    for (const event of decision.events) own.state = account.evolve(own.state, event, (own.version += 1), instant());
    return commits;
  };
  const commits = customersFirst ? create() : [];
  for (const each of steps) {
    now += each.minutes * 60_000;
    const own = accounts[each.account];
    const other = accounts[(each.account + 1) % accounts.length];
    const owner = customers[each.account % 2];
    if (!own || !other || !owner) continue;
    const toCustomer = customerCommandOf(each, owner.state, instant());
    if (toCustomer) commits.push(...ofCustomer(owner, toCustomer));
    else if (each.command === 'settle') commits.push(...settle(own, accounts, commits, execute));
    else commits.push(...execute(own, commandOf(each, own, other, commits, now)));
  }
  const set = ratesSet(rates, now);
  return customersFirst ? [...commits, ...set] : [...set, ...commits, ...create()];
};

/** Each pair has a new id, too: the store of a test is that of many plans. */
const ratesSet = (steps: readonly RateStep[], begun: number): Commit[] => {
  const pairs = ['EUR-USD', 'USD-EUR'].map((pair) => {
    const [base, quote] = pair.split('-').map((code) => currency.parse(code)) as [Currency, Currency];
    return { id: randomUUID(), base, quote, version: 0 };
  });
  let now = begun;
  return steps.flatMap(({ pair: index, hundredths, source, minutes }) => {
    now += minutes * 60_000;
    const at = new Date(now).toISOString();
    const pair = pairs[index];
    if (!pair) return [];
    const { id, base, quote, version } = pair;
    pair.version += 1;
    const command = { type: 'SetRate', base, quote, rate: String(hundredths / 100), source } as const;
    return commitOf('rate', id, version, rate.decide(command, rate.initial, at), at);
  });
};

const commitOf = (
  aggregate: string,
  aggregateId: string,
  before: number,
  decision: Decision<BankEvent, unknown>,
  occurredAt: string,
): Commit[] => {
  if (!decision.accepted || decision.events.length === 0) return [];
  const events = decision.events.map(({ type, data }, index) => {
    const own = before + index + 1;
    return { id: eventId(aggregateId, own), type, schemaVersion: schemaVersionOf(type), version: own, data };
  });
  const version = before + events.length;
  const ids = { commandId: `u:${randomUUID()}`, correlationId: 'c', causationId: 'c', traceparent: 't' };
  return [{ aggregate, aggregateId, version, events, occurredAt, fingerprint: 'f', actor: 'test', ...ids }];
};

/** Undefined for a command to an account. */
const customerCommandOf = ({ command, minor }: Step, state: Customer, at: string): CustomerCommand | undefined => {
  const claimEpoch = state.status === 'known' ? state.claimEpoch : 0;
  switch (command) {
    case 'rename':
      return { type: 'RenameCustomer', firstName: 'Ada', lastName: 'King' };
    case 'readdress':
      return { type: 'ChangeEmail', email: `${minor}@Example.com`, claimEpoch };
    case 'lapse':
      return { type: 'LapseEmailClaim', claimEpoch, claimedAt: at };
    case 'choose':
      return { type: 'ChooseNotifications', types: ['MoneyDeposited'], above: { minor, currency: EUR } };
    default:
      return undefined;
  }
};

const commandOf = (
  { command, minor, reference }: Step,
  own: PlannedAccount,
  other: PlannedAccount,
  commits: readonly Commit[],
  now: number,
): AccountCommand => {
  const amount = { minor, currency: own.currency };
  const [hold = 1] = own.state.status === 'unopened' ? [] : (own.state.holds[0] ?? []);
  const receiver = receiverOf(other.state);
  switch (command) {
    case 'open':
      return { type: 'OpenAccount', customerId: own.customerId, currency: own.currency };
    case 'deposit':
      return { type: 'DepositMoney', amount, reference };
    case 'withdraw':
      return { type: 'WithdrawMoney', amount, reference };
    case 'reverse':
      return { type: 'ReverseTransaction', reason: 'an error', ...lastMovement(own, commits) };
    case 'freeze':
      return { type: 'FreezeAccount', reason: 'a suspicion' };
    case 'unfreeze':
      return { type: 'UnfreezeAccount', reason: 'no suspicion' };
    case 'close':
      return { type: 'CloseAccount' };
    case 'hold': {
      const expiresAt = new Date(now + 600 * 60_000).toISOString();
      return { type: 'PlaceHold', amount, expiresAt, reference };
    }
    case 'capture':
      return { type: 'CaptureHold', hold, reference };
    case 'captureInto':
      return { type: 'CaptureHold', hold, to: { id: other.id, isSame: false, receiver } };
    case 'release':
      return { type: 'ReleaseHold', hold };
    case 'expire':
      return { type: 'ExpireHolds' };
    default: {
      const expiresAt = new Date(now + 60_000).toISOString();
      const buy = { minor, currency: other.currency };
      const quote = { sell: amount, buy, rate: '1', rateId: 'r:1', expiresAt };
      const needsQuote = other.currency !== own.currency;
      return {
        ...{ type: 'SendTransfer', to: other.id, isSame: false, receiver, amount, reference },
        ...(needsQuote && { quote }),
      };
    }
  }
};

const receiverOf = (state: Account): Receiver =>
  state.status === 'unopened' ? undefined : { currency: state.currency, isClosed: state.status === 'closed' };

const lastMovement = ({ id }: PlannedAccount, commits: readonly Commit[]) => {
  const events = commits.filter(({ aggregateId }) => aggregateId === id).flatMap((commit) => commit.events);
  const last = events.findLast(({ type }) => type === 'MoneyDeposited' || type === 'MoneyWithdrawn');
  if (!last) return { reverses: 1 };
  const kind = last.type === 'MoneyDeposited' ? ('deposit' as const) : ('withdrawal' as const);
  const { amount } = last.data as AccountEventOf<'MoneyDeposited'>['data'];
  return { reverses: last.version, original: { kind, amount } };
};

/** Settles the oldest transfer of an account that is on its way. */
const settle = (
  own: PlannedAccount,
  accounts: readonly PlannedAccount[],
  commits: readonly Commit[],
  execute: (own: PlannedAccount, command: AccountCommand) => Commit[],
): Commit[] => {
  const [transfer] = own.state.status === 'unopened' ? [] : (own.state.transfers[0] ?? []);
  const sent = commits
    .filter(({ aggregateId }) => aggregateId === own.id)
    .flatMap(({ commandId, events }) => events.map(({ version, data }) => ({ version, commandId, data }) as Sent))
    .find(({ version }) => version === transfer);
  const receiver = accounts.find(({ id }) => id === sent?.data.to);
  if (!sent || !receiver || transfer === undefined) return [];
  const { amount, received, rate, reference } = sent.data;
  const verdict = execute(receiver, {
    ...{ type: 'DecideTransfer', transferId: eventId(own.id, transfer), from: own.id, sent: amount, received, rate },
    ...{ sentBy: sent.commandId, reference },
  });
  const [event] = verdict.flatMap(({ events }) => events).filter(({ type }) => type.startsWith('Transfer'));
  const returnedFor = (event?.data as { reason?: AccountEventOf<'TransferDeclined'>['data']['reason'] }).reason;
  return [...verdict, ...execute(own, { type: 'EndTransfer', transfer, to: receiver.id, returnedFor, reference })];
};
