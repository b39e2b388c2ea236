import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maximumMinor } from '../../domain/money.ts';
import { bankEventsOf, type BankEvent } from '../../domain/registry.ts';
import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import type { KeyedEntry, View } from '../../eventSourcing/view.ts';
import { accounts } from '../../projections/accounts.ts';
import { calendarOf } from '../../projections/bankTimeZone.ts';
import { customers } from '../../projections/customers.ts';
import { presentRate, rates } from '../../projections/rates.ts';
import { transactionsBy } from '../../projections/transactions.ts';
import { commitOf, created, deposited, EUR, frozen, JPY, opened, withdrawn } from '../support/bank.ts';

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
      customer: {
        ...{ firstName: 'Ada', email: 'Ada@example.com' },
        ...{ normalizedEmail: 'ada@example.com', normalizedFirstName: 'ada', normalizedLastName: 'lovelace' },
      },
      accounts: { a: { balance: 6, version: 3 }, b: { balance: 7, version: 2 } },
    }));

  it('shows the newest name, whenever it is heard of, and the address as before', () => {
    const renamed = commitOf('customer', 'c', 1, [
      { type: 'CustomerRenamed', data: { person: { firstName: 'Ada', lastName: 'King' } } },
    ]);
    expect(fold(customers, [...ofCustomer, ...ofA, ...bankEventsOf(renamed)])).toMatchObject({
      customer: { firstName: 'Ada', lastName: 'King', normalizedLastName: 'king', email: 'Ada@example.com' },
      accounts: { a: { balance: 6 } },
    });
    expect(() => fold(customers, bankEventsOf(renamed))).toThrow(/not the first event/);
  });

  it('shows the newest address, by which it is found from then on', () => {
    const changed = commitOf('customer', 'c', 1, [
      { type: 'CustomerEmailChanged', data: { person: { email: 'Ada.King@Example.com' } } },
      { type: 'EmailClaimLapsed', data: { claimedAt: '2026-01-01T00:00:00.000Z' } },
    ]);
    expect(fold(customers, [...ofCustomer, ...bankEventsOf(changed)])).toMatchObject({
      customer: { firstName: 'Ada', email: 'Ada.King@Example.com', normalizedEmail: 'ada.king@example.com' },
    });
  });

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
  const foldBook = (events: readonly RecordedEvent[], calendar = calendarOf('UTC')) => {
    const view = transactionsBy(calendar);
    const entries: KeyedEntry[] = [];
    let row: ReturnType<typeof view.evolve> | undefined;
    for (const event of events) {
      const after = view.evolve(row, event);
      entries.push(...(view.entriesOf?.(event, row, after) ?? []));
      row = after;
    }
    return { row, entries };
  };
  const at = (before: number, occurredAt: string, ...events: BankEvent[]) =>
    bankEventsOf(commitOf('account', 'a', before, events, { occurredAt }));
  const monthsIn = (entries: readonly KeyedEntry[]) => entries.filter(({ key }) => key.startsWith('month-'));

  it('has a line for each movement, with the balance after it', () =>
    expect(foldBook(ofA).entries).toEqual([
      line({ id: 'a:2', type: 'deposit', balanceAfter: 10, reference: null, version: 2 }),
      line({ id: 'a:3', type: 'withdrawal', balanceAfter: 6, version: 3 }),
    ]));

  it('does not fold money into an account that was never opened', () =>
    expect(() => foldBook(ofA.slice(1))).toThrow(/not the first event/));

  const oneAndTwo = [
    ...at(0, '2026-01-31T12:00:00.000Z', opened(), deposited(10, 10), withdrawn(4, 6)),
    ...at(3, '2026-01-31T23:59:59.999Z', deposited(1, 7)),
    ...at(4, '2026-02-01T00:00:00.000Z', frozen()),
    ...at(5, '2026-03-01T00:00:00.000Z', withdrawn(2, 5)),
  ];
  const january = { month: '2026-01', first: 2, last: 4, opening: 0, closing: 7, lines: 3, in: '11' };

  it('sums up each month that has a transaction, and keeps it once a later one has any', () => {
    const { row, entries } = foldBook(oneAndTwo);
    expect(monthsIn(entries)).toEqual([{ key: 'month-2026-01', entry: january }]);
    expect(row).toMatchObject({
      timeZone: 'UTC',
      openedAt: '2026-01-31T12:00:00.000Z',
      month: { month: '2026-03', first: 6, last: 6, opening: 7, closing: 5, lines: 1, in: '0' },
    });
    expect(monthsIn(foldBook(oneAndTwo.slice(0, -1)).entries)).toEqual([]);
  });

  it("counts the months of the bank's time zone", () => {
    const { row, entries } = foldBook(oneAndTwo, calendarOf('Pacific/Kiritimati'));
    expect(monthsIn(entries)).toEqual([{ key: 'month-2026-02', entry: { ...january, month: '2026-02' } }]);
    expect(row).toMatchObject({ timeZone: 'Pacific/Kiritimati', month: { month: '2026-03', opening: 7 } });
  });

  it('says that it has months of two zones', () => {
    const before = foldBook(oneAndTwo.slice(0, -1)).row;
    const [last] = oneAndTwo.slice(-1);
    if (!last) throw new Error('No event');
    expect(transactionsBy(calendarOf('Pacific/Kiritimati')).evolve(before, last)).toMatchObject({ timeZone: '' });
  });

  it('sums up more than a number holds', () => {
    const most = maximumMinor;
    const many = Array.from({ length: 40 }, (_, index) =>
      index % 2 === 0 ? deposited(most, most) : withdrawn(most, 0),
    );
    expect(foldBook(at(0, '2026-01-01T00:00:00.000Z', opened(), ...many)).row).toMatchObject({
      month: { lines: 40, opening: 0, closing: 0, in: '19999999999999980' },
    });
  });
});

describe('rates', () => {
  const set = (rate: string) => ({ type: 'RateSet', data: { base: EUR, quote: JPY, rate, source: 'ECB' } }) as const;
  const [first, second] = bankEventsOf(commitOf('rate', 'r', 0, [set('161.5'), set('162')]));
  const both = [first, second].filter((event) => event !== undefined);

  it('shows the newest rate of a pair, and since when it is', () =>
    expect(fold(rates, both)).toEqual({
      base: EUR,
      quote: JPY,
      rate: '162',
      source: 'ECB',
      since: second?.occurredAt,
    }));

  it('keeps each rate, in their order, and shows of it what it shows of the newest', () => {
    const entries = both.flatMap((event) => rates.entriesOf?.(event, undefined, rates.evolve(undefined, event)) ?? []);
    expect(entries.map(({ key }) => key)).toEqual(['000000000001', '000000000002']);
    expect(entries.map((added) => 'entry' in added && presentRate(added.entry))).toEqual(
      both.map((event) => presentRate(rates.evolve(undefined, event))),
    );
  });
});
