import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ledgerAccounts, postingsOf } from '../../domain/postings.ts';
import { bankEventsOf, type BankEvent } from '../../domain/registry.ts';
import type { RecordedEvent } from '../../eventSourcing/commit.ts';
import { addEntry } from '../../eventSourcing/view.ts';
import type { Group } from '../../eventSourcing/viewRoute.ts';
import { calendarOf } from '../../projections/bankTimeZone.ts';
import { dailyTotalsBy } from '../../projections/dailyTotals.ts';
import { nothing, parts, plus, whole } from '../../projections/exactSums.ts';
import {
  ledger,
  minorOf,
  ofAnotherZone,
  postedTo,
  trialBalance,
  trialBalanceBody,
  unbalancedIn,
  type Ledger,
} from '../../projections/ledger.ts';
import { commitOf, deposited, EUR, eur, JPY, opened, withdrawn } from '../support/bank.ts';
import { carryOut, plans, wholeLife } from '../support/histories.ts';

type View = ReturnType<typeof dailyTotalsBy>;
type Item = { readonly day: string; readonly until: string; readonly timeZone: string; readonly ledger: Ledger };

/** What searches find of the accounts whose events a view has folded; of each account in its order. */
const itemsOf = (view: View, events: readonly RecordedEvent[]): Item[] =>
  [...Map.groupBy(events, ({ aggregateId }) => aggregateId).values()].flatMap((own) => {
    let row: Parameters<View['evolve']>[0];
    const entries = new Map<string, unknown>();
    for (const event of own) {
      const before = row;
      row = view.evolve(before, event);
      for (const added of view.entriesOf?.(event, before, row) ?? []) addEntry(entries, added);
    }
    const open = row && view.openEntry?.(row);
    return [...entries.values(), ...(open ? [open] : [])] as Item[];
  });

/** Sums up as the store does. */
const groupsAt = (items: readonly Item[], date: string): Group[] => {
  const found = items.filter(({ day, until }) => day <= date && until > date).flatMap((item) => item.ledger);
  return [...Map.groupBy(found, ({ currency }) => currency)].map(([currency, own]) => ({
    by: [currency],
    sums: ledgerAccounts.flatMap((name) => [
      own.reduce((sum, each) => sum + each[name].tenMillions, 0),
      own.reduce((sum, each) => sum + each[name].rest, 0),
    ]),
  }));
};

const accountEvents = (plan: Parameters<typeof carryOut>[0]) =>
  carryOut(plan)
    .flatMap(bankEventsOf)
    .filter(({ aggregate }) => aggregate === 'account');

/** All postings up to the end of a day, debits less credits, by account and currency. */
const postedBy = (events: readonly RecordedEvent<BankEvent>[], dayOf: (instant: string) => string, date: string) => {
  const sums = new Map<string, bigint>();
  for (const event of events.filter(({ occurredAt }) => dayOf(occurredAt) <= date)) {
    for (const { account, side, amount } of postingsOf(event)) {
      const name = `${account} ${amount.currency}`;
      sums.set(name, (sums.get(name) ?? 0n) + BigInt(side === 'debit' ? amount.minor : -amount.minor));
    }
  }
  return sums;
};

const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'Pacific/Kiritimati', 'America/St_Johns');
const days = Array.from({ length: 30 }, (_, index) =>
  new Date(Date.UTC(2025, 11, 30 + index)).toISOString().slice(0, 10),
);

describe('the ledger', () => {
  it('shows at the end of every day of any zone what was posted by then', () =>
    fc.assert(
      fc.property(plans, zones, (plan, zone) => {
        const { dayOf } = calendarOf(zone);
        const events = accountEvents(plan);
        const items = itemsOf(dailyTotalsBy(calendarOf(zone)), events);
        for (const date of days) {
          const expected = postedBy(events, dayOf, date);
          for (const { by, sums } of groupsAt(items, date)) {
            for (const [index, name] of ledgerAccounts.entries()) {
              const found = whole(sums[2 * index], sums[2 * index + 1]);
              expect(found).toBe(expected.get(`${name} ${by[0] ?? ''}`) ?? 0n);
              expected.delete(`${name} ${by[0] ?? ''}`);
            }
          }
          expect([...expected]).toEqual([]);
        }
      }),
      { examples: [[wholeLife, 'Europe/Berlin']] },
    ));

  it('balances in each of its items, in every currency', () =>
    fc.assert(
      fc.property(plans, zones, (plan, zone) => {
        for (const item of itemsOf(dailyTotalsBy(calendarOf(zone)), accountEvents(plan))) {
          expect(unbalancedIn(item.ledger)).toEqual([]);
        }
      }),
      { examples: [[wholeLife, 'UTC']] },
    ));

  it('has one item of an account at the end of a day, so that no account counts twice', () =>
    fc.assert(
      fc.property(plans, zones, (plan, zone) => {
        for (const own of Map.groupBy(accountEvents(plan), ({ aggregateId }) => aggregateId).values()) {
          const items = itemsOf(dailyTotalsBy(calendarOf(zone)), own);
          for (const date of days) {
            expect(items.filter(({ day, until }) => day <= date && until > date).length).toBeLessThanOrEqual(1);
          }
        }
      }),
    ));

  it('counts no account twice where clocks go back over midnight', () => {
    const view = dailyTotalsBy(calendarOf('America/St_Johns'));
    const instants = ['2010-11-06T20:00:00.000Z', '2010-11-07T02:30:30.000Z', '2010-11-07T03:00:00.000Z'];
    const commit = commitOf('account', 'a', 0, [opened(), deposited(1, 1), deposited(2, 3), deposited(4, 7)]);
    const events = bankEventsOf(commit).map((event, index) => ({
      ...event,
      occurredAt: instants[index - 1] ?? '2010-01-01T00:00:00.000Z',
    }));
    const items = itemsOf(view, events);
    const cash = (date: string) => trialBalance(date, groupsAt(items, date)).items[0]?.debit;
    expect([cash('2010-11-05'), cash('2010-11-06'), cash('2010-11-07')]).toEqual([undefined, '0.01', '0.07']);
  });

  it('is stored and read without a loss', () => {
    const own = postedTo([], [{ account: 'cash', side: 'credit', amount: eur(999_999_999_999_999) }]);
    expect(ledger.parse(JSON.parse(JSON.stringify(own)))).toEqual(own);
    expect(minorOf(own[0]?.cash ?? nothing)).toBe(-999_999_999_999_999n);
    expect(unbalancedIn(own)).toEqual(['EUR']);
  });
});

describe('a sum in two parts', () => {
  it('is exact, whatever is added and taken away', () =>
    fc.assert(
      fc.property(fc.array(fc.maxSafeInteger()), (amounts) => {
        const sum = amounts.reduce(plus, nothing);
        expect(parts.parse(sum).rest).toBeLessThan(10_000_000);
        expect(whole(sum.tenMillions, sum.rest)).toBe(amounts.reduce((total, each) => total + BigInt(each), 0n));
      }),
    ));
});

describe('a trial balance', () => {
  const amounts = (tenMillions: number, rest: number) => [tenMillions, rest];

  it('has each balance in one column, exact beyond the digits of a double, and the totals of both', () => {
    const groups: Group[] = [
      { by: [JPY], sums: [...amounts(0, 5), ...amounts(-1, 9_999_995), ...amounts(0, 0), ...amounts(0, 0)] },
      {
        by: [EUR],
        sums: [...amounts(9e15, 1), ...amounts(-9e15, -2), ...amounts(0, 1), ...amounts(0, 0)],
      },
    ];
    const answer = trialBalanceBody.parse(trialBalance('2026-11-20', groups));
    expect(answer).toEqual({
      date: '2026-11-20',
      items: [
        { account: 'cash', currency: 'EUR', debit: '900000000000000000000.01', credit: '0.00' },
        { account: 'customers', currency: 'EUR', debit: '0.00', credit: '900000000000000000000.02' },
        { account: 'inTransit', currency: 'EUR', debit: '0.01', credit: '0.00' },
        { account: 'exchange', currency: 'EUR', debit: '0.00', credit: '0.00' },
        { account: 'cash', currency: 'JPY', debit: '5', credit: '0' },
        { account: 'customers', currency: 'JPY', debit: '0', credit: '5' },
        { account: 'inTransit', currency: 'JPY', debit: '0', credit: '0' },
        { account: 'exchange', currency: 'JPY', debit: '0', credit: '0' },
      ],
      totals: [
        { currency: 'EUR', debit: '900000000000000000000.02', credit: '900000000000000000000.02' },
        { currency: 'JPY', debit: '5', credit: '5' },
      ],
    });
  });

  it('is empty before anything moved', () =>
    expect(trialBalance('1999-12-31', [])).toEqual({ date: '1999-12-31', items: [], totals: [] }));
});

describe('another time zone', () => {
  const foreignAt = (zone: string, items: readonly Item[], date: string) => {
    const { where = [] } = ofAnotherZone(calendarOf(zone), date);
    const [[, , after], [, , last]] = where as unknown as [[unknown, unknown, string], [unknown, unknown, string]];
    return items.some(({ day, timeZone }) => day > after && day <= last && timeZone !== zone);
  };

  it.each([
    ['UTC', 'Europe/Berlin'],
    ['Pacific/Kiritimati', 'Pacific/Pago_Pago'],
    ['Pacific/Pago_Pago', 'Pacific/Kiritimati'],
  ])('than %s, such as %s, makes no answer wrong', (former, zone) =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 12 * 24 * 60 }), { minLength: 2, maxLength: 8 }),
        fc.nat(8),
        (minutes, change) => {
          const sorted = minutes.toSorted((a, b) => a - b);
          const commit = commitOf('account', 'a', 0, [
            opened(),
            ...sorted.map((_, index) => (index === 1 ? withdrawn(1, 0) : deposited(1, index))),
          ]);
          const events = bankEventsOf(commit).map((event, index) => ({
            ...event,
            occurredAt: new Date(Date.UTC(2026, 10, 1) + (sorted[index - 1] ?? 0) * 60_000).toISOString(),
          }));
          const [one, other] = [dailyTotalsBy(calendarOf(former)), dailyTotalsBy(calendarOf(zone))];
          const items = itemsOf(
            { ...other, evolve: (row, event) => (event.version <= change ? one : other).evolve(row, event) },
            events,
          );
          for (const date of days2026) {
            if (foreignAt(zone, items, date)) continue;
            const expected = postedBy(events, calendarOf(zone).dayOf, date).get('cash EUR') ?? 0n;
            const found = groupsAt(items, date)[0]?.sums ?? [0, 0];
            expect(whole(found[0], found[1])).toBe(expected);
          }
        },
      ),
    ),
  );
  const days2026 = Array.from({ length: 20 }, (_, index) =>
    new Date(Date.UTC(2026, 9, 28 + index)).toISOString().slice(0, 10),
  );
});
