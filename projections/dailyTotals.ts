import { z } from 'zod';
import { account } from '../domain/account/account.ts';
import { currency } from '../domain/currency.ts';
import type { Money } from '../domain/money.ts';
import { amount, amountOf } from './fields.ts';
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
  /** In UTC. */
  day: z.iso.date(),
  currency,
  deposits: parts,
  withdrawals: parts,
  count: z.int().min(1),
});

/** The account's last day with a movement. Time never goes back within an account, so earlier days are complete. */
const lastDay = z.strictObject({ last: dayOfAccount.nullable() });
type LastDay = z.infer<typeof lastDay>;

const moved = ({ last }: LastDay, occurredAt: string, deposit: number, withdrawal: number, code: Money['currency']) => {
  const day = occurredAt.slice(0, 10);
  const before = last?.day === day ? last : { deposits: nothing, withdrawals: nothing, count: 0 };
  return {
    last: {
      day,
      currency: code,
      deposits: plus(before.deposits, deposit),
      withdrawals: plus(before.withdrawals, withdrawal),
      count: before.count + 1,
    },
  };
};
const nothing = { tenMillions: 0, rest: 0 };

const dayMs = 24 * 60 * 60_000;
const maximumDays = 366;
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const plusDays = (day: string, days: number): string => dayOf(Date.parse(day) + days * dayMs);
const earlier = (a: string, b: string): string => (a < b ? a : b);

/**
 * How long after its end a day counts as settled: by then the relay and the reconciler have delivered late messages, and clocks
 * that disagree by minutes have all passed midnight.
 */
const settledMs = 60 * 60_000;

const date = z.iso
  .date({ error: 'must be a date, such as 2026-11-20', abort: true })
  .refine((day) => day >= '1971' && day < '9999', { error: 'must be within the years 1971 to 9998' });

/** The movements of each account on each day; its query sums them up over all accounts. */
export const dailyTotals = defineView({
  name: 'dailyTotals',
  version: 2,
  follows: [account],
  rowOf: (event) => event.aggregateId,
  row: lastDay,
  evolve(row = { last: null }, event) {
    switch (event.type) {
      case 'MoneyDeposited':
        return moved(row, event.occurredAt, event.data.amount.minor, 0, event.data.amount.currency);
      case 'MoneyWithdrawn':
        return moved(row, event.occurredAt, 0, event.data.amount.minor, event.data.amount.currency);
      case 'AccountOpened':
        return row;
    }
  },
  entry: dayOfAccount,
  entryOf: (_event, before, { last }) =>
    before?.last && before.last.day !== last?.day ? { key: before.last.day, entry: before.last } : undefined,
  openEntry: ({ last }) => last ?? undefined,
  index: { paths: ['entry.day'] },
  routes: [
    sumsRoute({
      answers: 'sums',
      id: 'dailyTotals',
      route: 'analytics/daily',
      summary: 'Deposits and withdrawals of each day (UTC), in each currency; leaves out days without any',
      query: z
        .strictObject({
          from: date.optional().meta({ description: 'The first day; 30 days before `to` if not given' }),
          to: date.optional().meta({ description: 'The last day; today if not given' }),
          currency: currency.optional(),
        })
        .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
          path: ['to'],
          error: 'must not be before from',
        })
        .refine(({ from, to }) => from === undefined || to === undefined || to < plusDays(from, maximumDays), {
          path: ['to'],
          error: `must be within ${maximumDays} days`,
        }),
      body: z
        .object({
          from: z.iso.date(),
          to: z.iso.date(),
          items: z.array(
            z.object({
              day: z.iso.date(),
              currency,
              deposits: amount,
              withdrawals: amount,
              count: z.int().meta({ description: 'Of deposits and withdrawals' }),
            }),
          ),
        })
        .meta({ id: 'DailyTotals' }),
      sums: {
        slice: 'entry.day',
        by: ['entry.currency'],
        sum: [
          ...(['entry.deposits.tenMillions', 'entry.deposits.rest'] as const),
          ...(['entry.withdrawals.tenMillions', 'entry.withdrawals.rest', 'entry.count'] as const),
        ],
        isClosed: (day, now) => Date.parse(day) + dayMs + settledMs <= now,
      },
      slices({ from, to }, now) {
        const today = dayOf(now);
        const last =
          to ?? (from === undefined ? today : earlier(plusDays(from, maximumDays - 1), from > today ? from : today));
        const first = from ?? plusDays(last, -30);
        const days = (Date.parse(last) - Date.parse(first)) / dayMs + 1;
        return Array.from({ length: days }, (_, index) => plusDays(first, index));
      },
      present: (groups, days, query) => ({
        from: days[0],
        to: days.at(-1),
        items: groups
          .map(({ by: [day, code], sums: [d1, d2, w1, w2, count] }) => {
            const ofGroup = currency.parse(code);
            const [deposits, withdrawals] = [amountOf(whole(d1, d2), ofGroup), amountOf(whole(w1, w2), ofGroup)];
            return { day: String(day), currency: ofGroup, deposits, withdrawals, count };
          })
          .filter((item) => query.currency === undefined || item.currency === query.currency)
          .sort((a, b) => (a.day + a.currency < b.day + b.currency ? -1 : 1)),
      }),
    }),
  ],
});
