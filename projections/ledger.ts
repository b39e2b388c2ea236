import { z } from 'zod';
import { currency, type Currency } from '../domain/currency.ts';
import { formatAmount } from '../domain/money.ts';
import { ledgerAccounts, type LedgerAccount, type Posting } from '../domain/postings.ts';
import type { Condition, ElementPath, Group, Path, Search } from '../eventSourcing/viewRoute.ts';
import type { Calendar } from './bankTimeZone.ts';
import { marginDays, plusDays } from './days.ts';
import { nothing, parts, plus, whole, type Parts } from './exactSums.ts';

/** The sums of one bank account in one currency, debits less credits: together they are nothing. */
const sums = z.strictObject({
  currency,
  ...(Object.fromEntries(ledgerAccounts.map((name) => [name, parts])) as Record<LedgerAccount, typeof parts>),
});

/** What the books say of one bank account: its sums in every currency that occurs there. */
export const ledger = z.array(sums);
export type Ledger = z.infer<typeof ledger>;

/** The day until which an entry counts that no later one follows. */
export const endOfTime = '9999-12-31';

export const postedTo = (before: Ledger, postings: readonly Posting[]): Ledger =>
  postings.reduce<Ledger>((all, { account, side, amount }) => {
    const own = all.find((each) => each.currency === amount.currency) ?? emptyIn(amount.currency);
    const next = { ...own, [account]: plus(own[account], side === 'debit' ? amount.minor : -amount.minor) };
    return all.includes(own) ? all.map((each) => (each === own ? next : each)) : [...all, next];
  }, before);

const emptyIn = (code: Currency): Ledger[number] => ({
  currency: code,
  ...(Object.fromEntries(ledgerAccounts.map((name) => [name, nothing])) as Record<LedgerAccount, Parts>),
});

/** The currencies in which debits and credits differ. */
export const unbalancedIn = (own: Ledger): readonly Currency[] =>
  own
    .filter((each) => ledgerAccounts.reduce((sum, name) => sum + minorOf(each[name]), 0n) !== 0n)
    .map((each) => each.currency);

export const minorOf = ({ tenMillions, rest }: Parts): bigint => whole(tenMillions, rest);

/** Sums up what counts at the end of a day: of each account the one entry that the next one follows later. */
export const sumsAt = (date: string) => ({
  each: 'entry.ledger' as Path,
  where: [['entry.day', '<=', date] as const, ['entry.until', '>', date] as const] satisfies Condition[],
  by: ['element.currency'] satisfies ElementPath[],
  sum: ledgerAccounts.flatMap((name) => [
    `element.${name}.tenMillions` as const,
    `element.${name}.rest` as const,
  ]) satisfies ElementPath[],
});

/** Finds an entry of another zone whose movements may be of the day that is asked for, or of the next, and not of its own. */
export const ofAnotherZone = ({ timeZone }: Calendar, date: string): Search => ({
  where: [
    ['entry.day', '>', plusDays(date, -marginDays)],
    ['entry.day', '<=', plusDays(date, marginDays)],
    {
      anyOf: [
        ['entry.timeZone', '<', timeZone],
        ['entry.timeZone', '>', timeZone],
      ],
    },
  ],
  orderBy: [['entry.day', 'ascending']],
});

const sum = z.string().meta({ pattern: String.raw`^(?:0|[1-9]\d*)(?:\.\d{1,4})?$`, examples: ['12.34'] });
const columns = { debit: sum, credit: sum };
export const trialBalanceBody = z
  .object({
    date: z.iso.date(),
    items: z.array(z.object({ account: z.enum(ledgerAccounts), currency, ...columns })),
    totals: z.array(z.object({ currency, ...columns })),
  })
  .meta({ id: 'TrialBalance' });

/** All accounts in each currency that occurs, each balance in one column. */
export const trialBalance = (date: string, groups: readonly Group[]): z.infer<typeof trialBalanceBody> => {
  const byCurrency = groups
    .map(({ by: [code], sums: found }) => ({ currency: currency.parse(code), found }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1))
    .map(({ currency: code, found }) => ({
      currency: code,
      balances: ledgerAccounts.map((account, index) => {
        const balance = whole(found[2 * index], found[2 * index + 1]);
        return { account, debit: balance > 0n ? balance : 0n, credit: balance < 0n ? -balance : 0n };
      }),
    }));
  const total = (all: readonly bigint[]) => all.reduce((one, other) => one + other, 0n);
  return {
    date,
    items: byCurrency.flatMap(({ currency: code, balances }) =>
      balances.map(({ account, debit, credit }) => ({
        account,
        currency: code,
        debit: formatAmount(debit, code),
        credit: formatAmount(credit, code),
      })),
    ),
    totals: byCurrency.map(({ currency: code, balances }) => ({
      currency: code,
      debit: formatAmount(total(balances.map(({ debit }) => debit)), code),
      credit: formatAmount(total(balances.map(({ credit }) => credit)), code),
    })),
  };
};
