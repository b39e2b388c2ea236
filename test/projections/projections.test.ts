import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bankEventsOf } from '../../domain/registry.ts';
import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import type { View } from '../../eventSourcing/view.ts';
import { accounts } from '../../projections/accounts.ts';
import { customers } from '../../projections/customers.ts';
import { transactions } from '../../projections/transactions.ts';
import { commitOf, created, deposited, EUR, opened, withdrawn } from '../support/bank.ts';

const ofCustomer = bankEventsOf(commitOf('customer', 'c', 0, [created]));
const ofA = bankEventsOf(commitOf('account', 'a', 0, [opened(), deposited(10, 10), withdrawn(4, 6)]));
const ofB = bankEventsOf(commitOf('account', 'b', 0, [opened(), deposited(7, 7)]));

const fold = <Row>(view: View<Row>, events: readonly RecordedEvent[]) =>
  events.reduce<Row | undefined>((row, event) => view.evolve(row, event), undefined);

describe('accounts', () => {
  it('shows what the account holds, and since when', () =>
    expect(fold(accounts, ofA)).toEqual({
      customerId: 'c',
      currency: EUR,
      balance: 6,
      status: 'open',
      holds: [],
      transfers: [],
      version: 3,
      openedAt: ofA[0]?.occurredAt,
      updatedAt: ofA[2]?.occurredAt,
    }));

  it('does not fold money into an account that was never opened', () =>
    expect(() => fold(accounts, ofA.slice(1))).toThrow(/not the first event/));
});

describe('customers', () => {
  it('shows the customer and each account', () =>
    expect(fold(customers, [...ofCustomer, ...ofA, ...ofB])).toMatchObject({
      customer: { firstName: 'Ada', email: 'Ada@example.com', normalizedEmail: 'ada@example.com' },
      accounts: { a: { balance: 6, version: 3 }, b: { balance: 7, version: 2 } },
    }));

  it('has nobody to show before the customer is heard of', () =>
    expect(fold(customers, ofA)).toMatchObject({ customer: null, accounts: { a: { balance: 6 } } }));

  it('is the same in whatever order customer and accounts are heard of', () => {
    // Each aggregate's own events stay in order: whose turn it is varies.
    const streams = [ofCustomer, ofA, ofB];
    const turns = streams.flatMap((stream, index) => stream.map(() => index));
    const interleave = (order: readonly number[]) => {
      const rest = streams.map((stream) => [...stream]);
      return order.flatMap((index) => rest[index]?.shift() ?? []);
    };
    const expected = fold(customers, interleave(turns));
    fc.assert(
      fc.property(fc.shuffledSubarray(turns, { minLength: turns.length }), (order) => {
        expect(fold(customers, interleave(order))).toEqual(expected);
      }),
    );
  });
});

const line = (entry: object) =>
  expect.objectContaining({ entry: expect.objectContaining(entry) as unknown }) as unknown;

describe('transactions', () => {
  const book = { customerId: 'c', reversals: 0 };

  it('has a line for each movement, with the balance after it', () =>
    expect(ofA.flatMap((event) => transactions.entriesOf?.(event, book, book) ?? [])).toEqual([
      line({ id: 'a:2', type: 'deposit', balanceAfter: 10, reference: null, version: 2 }),
      line({ id: 'a:3', type: 'withdrawal', balanceAfter: 6, version: 3 }),
    ]));
});
