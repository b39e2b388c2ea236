import { present } from '../../application/clock.ts';
import { bankCalendar } from '../../projections/bankTimeZone.ts';
import type { MonthEntry } from '../../projections/book/entry.ts';
import { isoOf, settledMs } from '../../projections/days.ts';
import { monthOf, plusMonths, startOf } from '../../projections/months.ts';
import type { Services } from '../services.ts';
import type { ReadBook } from './readBook.ts';

/** What moved in a month, if anything did. */
export type Month = Omit<MonthEntry, 'first' | 'last'> & { readonly versions?: readonly [first: number, last: number] };

/** From the month of the opening to the present one. An instance whose clock is behind knows of later months by the book. */
export const rangeOf = ({ book }: ReadBook, now: string): { readonly first: string; readonly last: string } => {
  const today = monthOf(bankCalendar, now);
  const newest = book.month?.month ?? '';
  return { first: monthOf(bankCalendar, book.openedAt), last: newest > today ? newest : today };
};

const moving = ({ first, last, ...month }: MonthEntry): Month => ({ ...month, versions: [first, last] });

/** A month without a transaction, after one or before the first. */
export const still = (month: string, before: Pick<Month, 'closing'> | undefined): Month => {
  const balance = before?.closing ?? 0;
  return { month, opening: balance, closing: balance, lines: 0, in: '0' };
};

/** More months than any account has. */
const mostMonths = 12_000;

/** The newest months that are over and have a transaction, up to one of them. */
const endedMonths = async (
  { searches }: Pick<Services, 'searches'>,
  { generation, id }: ReadBook,
  upTo: string,
  limit: number,
): Promise<readonly MonthEntry[]> => {
  const { items } = await searches.entries(generation, id, {
    where: [['entry.month', '<=', upTo]],
    orderBy: [['entry.month', 'descending']],
    after: undefined,
    limit,
  });
  return items as readonly MonthEntry[];
};

/** All months that have a transaction, newest first: one request, if the account has more than one of them. */
export const movingMonths = async (services: Pick<Services, 'searches'>, read: ReadBook): Promise<readonly Month[]> => {
  const { month: newest } = read.book;
  if (!newest) return [];
  // The app may write the entry of a month ahead of the row that still has it open.
  const isOnly = newest.month === monthOf(bankCalendar, read.book.openedAt);
  const ended = isOnly ? [] : await endedMonths(services, read, plusMonths(newest.month, -1), mostMonths);
  return [newest, ...ended].map(moving);
};

/** One month, by a request at most: it has a transaction, or begins and ends as the one before it that has one ended. */
export const readMonth = async (
  services: Pick<Services, 'searches'>,
  read: ReadBook,
  month: string,
): Promise<Month> => {
  const { month: newest } = read.book;
  if (!newest) return still(month, undefined);
  if (newest.month === month) return moving(newest);
  if (newest.month < month) return still(month, newest);
  const [found] = await endedMonths(services, read, month, 1);
  return found?.month === month ? moving(found) : still(month, found);
};

/** The instant from which on a month can be final. */
export const settledAt = (month: string): string =>
  isoOf(Date.parse(startOf(bankCalendar, plusMonths(month, 1))) + settledMs);

/**
 * Tells of months whether transactions may still be missing. Time never goes back within an account, so that a month is complete once
 * the book has a transaction of a later one. Otherwise the book has to be at a version that the event store had as its newest after
 * the month was settled: one request for all months.
 */
export const provisionalMonths = (
  { eventStore, clock }: Pick<Services, 'eventStore' | 'clock'>,
  { id, book, reached }: ReadBook,
): ((month: string) => Promise<boolean>) => {
  const now = present(clock);
  let isWhole: Promise<boolean> | undefined;
  return async (month) => {
    if (now < settledAt(month)) return true;
    if (book.month && month < book.month.month) return false;
    isWhole ??= eventStore.newestVersion(id).then((newest) => reached >= newest);
    return !(await isWhole);
  };
};
