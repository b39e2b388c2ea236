import type { Calendar } from '../bankTimeZone.ts';
import { monthOf } from '../months.ts';
import type { Book, MonthEntry, TransactionEntry } from './entry.ts';

type Months = Pick<Book, 'timeZone' | 'month'>;

/**
 * Adds a transaction to the last month of the book that has one. A month never comes again: where clocks go back over its end, what
 * moves then belongs to the later month.
 */
export const withTransaction = <Row extends Months>(row: Row, calendar: Calendar, moved: TransactionEntry): Row => {
  const own = monthOf(calendar, moved.occurredAt);
  const { month: last } = row;
  const open = last !== null && last.month >= own ? last : begun(own, moved, last?.closing ?? 0);
  const { version, balanceAfter: closing, isIn, amount } = moved;
  const received = isIn ? String(BigInt(open.in) + BigInt(amount.minor)) : open.in;
  // Months of two zones are no whole: the queries refuse such a book until it is built anew.
  const timeZone = row.timeZone === calendar.timeZone ? row.timeZone : mixedZones;
  return { ...row, timeZone, month: { ...open, last: version, closing, lines: open.lines + 1, in: received } };
};

const mixedZones = '';

const begun = (month: string, { version }: TransactionEntry, opening: number): MonthEntry => ({
  month,
  first: version,
  last: version,
  opening,
  closing: opening,
  lines: 0,
  in: '0',
});

/** The month that a row no longer adds to. */
export const endedMonth = (before: Months | undefined, after: Months): MonthEntry | undefined =>
  before?.month && before.month.month !== after.month?.month ? before.month : undefined;
