import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { account, type AccountCommand } from '../../domain/account/account.ts';
import { currency } from '../../domain/currency.ts';
import { customer } from '../../domain/customer/customer.ts';
import type { BankEvent } from '../../domain/registry.ts';
import { eventId, type Commit } from '../../eventSourcing/commit.ts';
import type { Decision } from '../../eventSourcing/decider.ts';
import { schemaVersionOf } from './bank.ts';

const step = fc.record({
  account: fc.nat(3),
  command: fc.constantFrom('open', 'open', 'deposit', 'deposit', 'deposit', 'withdraw'),
  minor: fc.oneof(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 499_999_999_999_999 })),
  reference: fc.option(fc.constantFrom('rent', 'salary'), { nil: undefined }),
  /** After the step before. */
  minutes: fc.integer({ min: 0, max: 900 }),
});

/** Steps of two customers with two accounts each, some of which they never open. */
export const plans = fc.record({
  customersFirst: fc.boolean(),
  currencies: fc.array(fc.constantFrom('EUR', 'JPY', 'USD'), { minLength: 4, maxLength: 4 }),
  steps: fc.array(step, { maxLength: 30 }),
});
type Plan = typeof plans extends fc.Arbitrary<infer Value> ? Value : never;

/** Carries a plan out by the bank's own rules, with new ids: the commits, in the order in which they were made. */
export const carryOut = ({ customersFirst, currencies, steps }: Plan): Commit[] => {
  const customerIds = [randomUUID(), randomUUID()];
  const accounts = currencies.map((code, index) => ({
    id: randomUUID(),
    customerId: customerIds[index % 2] ?? '',
    currency: currency.parse(code),
    state: account.initial,
  }));
  const versions = new Map<string, number>();
  let now = Date.UTC(2026, 0, 1);
  const instant = () => new Date(now).toISOString();

  const commitOf = (aggregate: string, aggregateId: string, decision: Decision<BankEvent, unknown>): Commit[] => {
    if (!decision.accepted) return [];
    const before = versions.get(aggregateId) ?? 0;
    const version = before + decision.events.length;
    versions.set(aggregateId, version);
    const events = decision.events.map(({ type, data }, index) => {
      const own = before + index + 1;
      return { id: eventId(aggregateId, own), type, schemaVersion: schemaVersionOf(type), version: own, data };
    });
    const ids = { commandId: `u:${randomUUID()}`, correlationId: 'c', causationId: 'c', traceparent: 't' };
    const occurredAt = instant();
    return [{ aggregate, aggregateId, version, events, occurredAt, fingerprint: 'f', actor: 'test', ...ids }];
  };

  const created = () =>
    customerIds.flatMap((id) => {
      const ada = { firstName: 'Ada', lastName: 'Lovelace', email: `${id}@Example.com` };
      return commitOf('customer', id, customer.decide({ type: 'CreateCustomer', ...ada }, customer.initial, instant()));
    });
  const moved = steps.flatMap(({ account: index, command, minor, reference, minutes }) => {
    now += minutes * 60_000;
    const own = accounts[index];
    if (!own) return [];
    const amount = { minor, currency: own.currency };
    const commands: Record<typeof command, AccountCommand> = {
      open: { type: 'OpenAccount', customerId: own.customerId, currency: own.currency },
      deposit: { type: 'DepositMoney', amount, reference },
      withdraw: { type: 'WithdrawMoney', amount, reference },
    };
    const decision = account.decide(commands[command], own.state, instant());
    if (decision.accepted)
      own.state = decision.events.reduce((state, event) => account.evolve(state, event, 1, instant()), own.state);
    return commitOf('account', own.id, decision);
  });
  return customersFirst ? [...created(), ...moved] : [...moved, ...created()];
};
