import type { AccountEvent } from '../../domain/account/events.ts';
import { currency } from '../../domain/currency.ts';
import type { CustomerEvent } from '../../domain/customer/events.ts';
import type { Money } from '../../domain/money.ts';
import { bankAggregates, type BankEvent } from '../../domain/registry.ts';
import { commit, eventId, type Commit } from '../../eventSourcing/commit.ts';
import type { EventDefinition } from '../../eventSourcing/event.ts';

export const EUR = currency.parse('EUR');
export const JPY = currency.parse('JPY');
export const eur = (minor: number): Money => ({ minor, currency: EUR });

export const created = {
  type: 'CustomerCreated',
  data: { person: { firstName: 'Ada', lastName: 'Lovelace', email: 'Ada@example.com' } },
} as const satisfies CustomerEvent;
export const opened = (customerId = 'c'): AccountEvent => ({
  type: 'AccountOpened',
  data: { customerId, currency: EUR },
});
export const deposited = (minor: number, balance: number, customerId = 'c'): AccountEvent => ({
  type: 'MoneyDeposited',
  data: { customerId, amount: eur(minor), balance },
});
export const withdrawn = (minor: number, balance: number, customerId = 'c'): AccountEvent => ({
  type: 'MoneyWithdrawn',
  data: { customerId, amount: eur(minor), balance },
});

export const frozen = (): AccountEvent => ({
  type: 'AccountFrozen',
  data: { customerId: 'c', scope: 'debits', reason: 'a suspicion' },
});
export const closed = (): AccountEvent => ({ type: 'AccountClosed', data: { customerId: 'c' } });

/** The schema version in which the bank now writes events of a type. */
export const schemaVersionOf = (type: string): number =>
  bankAggregates.flatMap<EventDefinition>(({ events }) => events).find((definition) => definition.type === type)
    ?.schemaVersion ?? 0;

/** A commit of these events as the next after `before`. */
export const commitOf = (
  aggregate: string,
  aggregateId: string,
  before: number,
  events: readonly BankEvent[],
  fields: Partial<Commit> = {},
): Commit =>
  commit.parse({
    aggregateId,
    aggregate,
    version: before + events.length,
    commandId: `u:${aggregateId}:${before}`,
    fingerprint: 'f',
    events: events.map(({ type, data }, index) => ({
      id: eventId(aggregateId, before + index + 1),
      type,
      schemaVersion: schemaVersionOf(type),
      version: before + index + 1,
      data,
    })),
    occurredAt: new Date(Date.UTC(2026, 0, 1, 0, 0, before)).toISOString(),
    actor: 'test',
    correlationId: 'correlation',
    causationId: 'causation',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    ...fields,
  });
