import { z } from 'zod';
import { account } from '../domain/account/account.ts';
import type { AccountEvent } from '../domain/account/events.ts';
import { currency } from '../domain/currency.ts';
import type { Money } from '../domain/money.ts';
import { postingsOf, type Posting } from '../domain/postings.ts';
import type { RecordedEvent } from '../eventSourcing/commit.ts';
import { bankCalendar, type Calendar } from './bankTimeZone.ts';
import { date, dayMs, isoOf, marginDays, plusDays, settledMs } from './days.ts';
import { nothing, parts, plus, whole } from './exactSums.ts';
import { amount, amountOf, count } from './fields.ts';
import { endOfTime, ledger, postedTo } from './ledger.ts';
import { defineView } from '../eventSourcing/view.ts';
import { sumsRoute } from '../eventSourcing/viewRoute.ts';

const dayOfAccount = z.strictObject({
  day: z.iso.date(),
  /** The zone whose day it is. */
  timeZone: z.string(),
  /** The version of its first movement. */
  first: z.int().min(1),
  currency,
  deposits: parts,
  withdrawals: parts,
  /** Of deposits and withdrawals; none on a day on which money moved otherwise. */
  count: z.int().min(0),
  ledger,
});
type DayOfAccount = z.infer<typeof dayOfAccount>;
const untilNext = dayOfAccount.extend({
  /** The account's next day with a movement: until then the ledger shows what it shows at the end of this day. */
  until: z.iso.date(),
});

/** The account's last day with a movement. Time never goes back within an account, so earlier days are complete. */
const lastDay = z.strictObject({ last: dayOfAccount.nullable() });
type LastDay = z.infer<typeof lastDay>;

/** Books an event on its day. */
const booked = (
  { last }: LastDay,
  { timeZone, dayOf }: Calendar,
  { type, version, occurredAt, data }: RecordedEvent<MoneyMoved>,
  postings: readonly Posting[],
): LastDay => {
  const before = last?.timeZone === timeZone ? last : undefined;
  // Where clocks go back over midnight, the account stays on its day: of entries that overlap, the ledger would count both.
  const day = later(dayOf(occurredAt), before?.day ?? '');
  const isSame = before?.day === day;
  const { first, deposits, withdrawals, count } = isSame ? before : { ...none, first: version };
  const { minor, currency: code } = data.amount;
  const isDeposit = type === 'MoneyDeposited';
  const isWithdrawal = type === 'MoneyWithdrawn';
  return {
    last: {
      ...{ day, timeZone, first, currency: code },
      deposits: isDeposit ? plus(deposits, minor) : deposits,
      withdrawals: isWithdrawal ? plus(withdrawals, minor) : withdrawals,
      count: isDeposit || isWithdrawal ? count + 1 : count,
      ledger: postedTo(last?.ledger ?? [], postings),
    },
  };
};
type MoneyMoved = Extract<AccountEvent, { readonly data: { readonly amount: Money } }>;
const none = { deposits: nothing, withdrawals: nothing, count: 0 };

const later = (a: string, b: string): string => (a > b ? a : b);
const maximumDays = 366;
const earlier = (a: string, b: string): string => (a < b ? a : b);

const dailyTotalsQuery = z
  .strictObject({
    from: date.optional().meta({ description: 'The first day; 30 days before `to` if not given' }),
    to: date.optional().meta({ description: 'The last day; today if not given' }),
    currency: currency.optional().meta({ description: 'Only sums in this currency' }),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ['to'],
    error: 'must not be before from',
  })
  .refine(({ from, to }) => from === undefined || to === undefined || to < plusDays(from, maximumDays), {
    path: ['to'],
    error: `must be within ${maximumDays} days`,
  });

const dailyTotalsBody = z
  .object({
    from: z.iso.date(),
    to: z.iso.date(),
    timeZone: z.string().meta({ description: 'The IANA name of the zone whose days these are', examples: ['UTC'] }),
    items: z.array(
      z.object({
        day: z.iso.date(),
        currency,
        deposits: amount,
        withdrawals: amount,
        count: count.meta({ description: 'Of deposits and withdrawals' }),
      }),
    ),
  })
  .meta({ id: 'DailyTotals' });

/** Unique also where a day comes again in another zone. */
const keyOf = ({ day, first }: DayOfAccount): string => `${day}.${first}`;

/**
 * The movements of each account on each day of a calendar, and its side of the ledger at the end of that day. One view keeps both, since
 * every event costs each view the write of a row. Queries sum them up over all accounts, and also look at the days around: where they find
 * any of another zone, movements of the days that are asked for may be among them.
 */
export const dailyTotalsBy = (calendar: Calendar) => {
  const { timeZone, dayOf } = calendar;
  return defineView({
    name: 'dailyTotals',
    version: 4,
    follows: [account],
    rowOf: (event) => event.aggregateId,
    row: lastDay,
    evolve(row = { last: null }, event) {
      const postings = postingsOf(event);
      return postings.length > 0 && 'amount' in event.data
        ? booked(row, calendar, event as RecordedEvent<MoneyMoved>, postings)
        : row;
    },
    entry: untilNext,
    entriesOf: (_event, before, { last }) =>
      before?.last && last && before.last.first !== last.first
        ? [{ key: keyOf(before.last), entry: { ...before.last, until: last.day } }]
        : [],
    openEntry: ({ last }) => (last ? { ...last, until: endOfTime } : undefined),
    index: { paths: ['entry.day', 'entry.until', 'entry.timeZone'] },
    routes: [
      sumsRoute({
        answers: 'sums',
        id: 'dailyTotals',
        route: 'analytics/daily',
        summary:
          "Deposits and withdrawals of each day of the bank's time zone, in each currency; leaves out days without any",
        query: dailyTotalsQuery,
        body: dailyTotalsBody,
        sums: {
          slice: 'entry.day',
          by: ['entry.currency', 'entry.timeZone'],
          sum: [
            ...(['entry.deposits.tenMillions', 'entry.deposits.rest'] as const),
            ...(['entry.withdrawals.tenMillions', 'entry.withdrawals.rest', 'entry.count'] as const),
          ],
          isClosed: (day, now) => day < dayOf(isoOf(now - settledMs)),
        },
        slices({ from, to }, now) {
          const today = dayOf(isoOf(now));
          const last =
            to ?? (from === undefined ? today : earlier(plusDays(from, maximumDays - 1), from > today ? from : today));
          const first = plusDays(from ?? plusDays(last, -30), -marginDays);
          const days = (Date.parse(last) - Date.parse(first)) / dayMs + 1 + marginDays;
          return Array.from({ length: days }, (_, index) => plusDays(first, index));
        },
        present(groups, slices, query) {
          if (groups.some(({ by: [, , zone] }) => zone !== timeZone)) return undefined;
          const days = slices.slice(marginDays, -marginDays);
          const asked = new Set(days);
          const items = groups
            .map(({ by: [day, code], sums: [d1, d2, w1, w2, count = 0] }) => {
              const ofGroup = currency.parse(code);
              const [deposits, withdrawals] = [amountOf(whole(d1, d2), ofGroup), amountOf(whole(w1, w2), ofGroup)];
              return { day: String(day), currency: ofGroup, deposits, withdrawals, count };
            })
            .filter(
              ({ day, currency: code, count }) => count > 0 && asked.has(day) && (query.currency ?? code) === code,
            )
            .sort((a, b) => (a.day + a.currency < b.day + b.currency ? -1 : 1));
          return { from: days[0], to: days.at(-1), timeZone, items };
        },
      }),
    ],
  });
};

export const dailyTotals = dailyTotalsBy(bankCalendar);
