import { z } from 'zod';
import { account } from '../domain/account/account.ts';
import { currency } from '../domain/currency.ts';
import type { Money } from '../domain/money.ts';
import { bankCalendar, type Calendar } from './bankTimeZone.ts';
import { amount, amountOf, count } from './fields.ts';
import { defineView } from '../eventSourcing/view.ts';
import { sumsRoute } from '../eventSourcing/viewRoute.ts';

/** A sum of amounts in two parts: the store adds in doubles, and adds up the parts of any number of accounts exactly. */
const parts = z.strictObject({ tenMillions: z.int().min(0), rest: z.int().min(0) });
const tenMillion = 10_000_000;

const plus = ({ tenMillions, rest }: z.infer<typeof parts>, minor: number): z.infer<typeof parts> => ({
  tenMillions: tenMillions + Math.floor(minor / tenMillion),
  rest: rest + (minor % tenMillion),
});
const whole = (tenMillions = 0, rest = 0): bigint => BigInt(tenMillions) * BigInt(tenMillion) + BigInt(rest);

const dayOfAccount = z.strictObject({
  day: z.iso.date(),
  /** The zone whose day it is. */
  timeZone: z.string(),
  /** The version of its first movement. */
  first: z.int().min(1),
  currency,
  deposits: parts,
  withdrawals: parts,
  count: z.int().min(1),
});

/** The account's last day with a movement. Time never goes back within an account, so earlier days are complete. */
const lastDay = z.strictObject({ last: dayOfAccount.nullable() });
type LastDay = z.infer<typeof lastDay>;

type Movement = {
  readonly type: 'MoneyDeposited' | 'MoneyWithdrawn';
  readonly version: number;
  readonly occurredAt: string;
  readonly data: { readonly amount: Money };
};

const moved = ({ last }: LastDay, { timeZone, dayOf }: Calendar, { type, version, occurredAt, data }: Movement) => {
  const day = dayOf(occurredAt);
  const isSame = last?.day === day && last.timeZone === timeZone;
  const { first, deposits, withdrawals, count } = isSame ? last : { ...none, first: version };
  const { minor, currency: code } = data.amount;
  const added =
    type === 'MoneyDeposited'
      ? { deposits: plus(deposits, minor), withdrawals }
      : { deposits, withdrawals: plus(withdrawals, minor) };
  return { last: { day, timeZone, first, currency: code, ...added, count: count + 1 } };
};
const nothing = { tenMillions: 0, rest: 0 };
const none = { deposits: nothing, withdrawals: nothing, count: 0 };

const dayMs = 24 * 60 * 60_000;
const maximumDays = 366;
const isoOf = (ms: number): string => new Date(ms).toISOString();
const plusDays = (day: string, days: number): string => isoOf(Date.parse(day) + days * dayMs).slice(0, 10);
const earlier = (a: string, b: string): string => (a < b ? a : b);

/**
 * How long after its end a day counts as settled: by then the relay and the reconciler have delivered late messages, and clocks
 * that disagree by minutes have all passed midnight.
 */
const settledMs = 60 * 60_000;

/** The format `date` tells how many days a month has. */
const datePattern =
  '^(?:197[1-9]|19[89]\\d|[2-8]\\d{3}|9[0-8]\\d{2}|99[0-8]\\d|999[0-8])-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])$';

const date = z.iso
  .date({ error: 'must be a date, such as 2026-11-20', abort: true })
  .refine((day) => day >= '1971' && day < '9999', { error: 'must be within the years 1971 to 9998' })
  .meta({ pattern: datePattern });

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

/** Unique also where a day comes again: in another zone, or where clocks go back over midnight. */
const keyOf = ({ day, first }: z.infer<typeof dayOfAccount>): string => `${day}.${first}`;

/** The days of two zones differ by two at most. */
const marginDays = 2;

/**
 * The movements of each account on each day of a calendar; its query sums them up over all accounts. The query also looks at the days
 * around: where it finds any of another zone, movements of the days that are asked for may be among them.
 */
export const dailyTotalsBy = (calendar: Calendar) => {
  const { timeZone, dayOf } = calendar;
  return defineView({
    name: 'dailyTotals',
    version: 3,
    follows: [account],
    rowOf: (event) => event.aggregateId,
    row: lastDay,
    evolve(row = { last: null }, event) {
      switch (event.type) {
        case 'MoneyDeposited':
        case 'MoneyWithdrawn':
          return moved(row, calendar, event);
        default:
          return row;
      }
    },
    entry: dayOfAccount,
    entriesOf: (_event, before, { last }) =>
      before?.last && before.last.first !== last?.first ? [{ key: keyOf(before.last), entry: before.last }] : [],
    openEntry: ({ last }) => last ?? undefined,
    index: { paths: ['entry.day'] },
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
            .map(({ by: [day, code], sums: [d1, d2, w1, w2, count] }) => {
              const ofGroup = currency.parse(code);
              const [deposits, withdrawals] = [amountOf(whole(d1, d2), ofGroup), amountOf(whole(w1, w2), ofGroup)];
              return { day: String(day), currency: ofGroup, deposits, withdrawals, count };
            })
            .filter((item) => asked.has(item.day) && (query.currency ?? item.currency) === item.currency)
            .sort((a, b) => (a.day + a.currency < b.day + b.currency ? -1 : 1));
          return { from: days[0], to: days.at(-1), timeZone, items };
        },
      }),
    ],
  });
};

export const dailyTotals = dailyTotalsBy(bankCalendar);
