import type { Calendar } from './bankTimeZone.ts';
import { isoOf, plusDays } from './days.ts';

/** The month of a calendar, such as 2026-11, in which an instant is. */
export const monthOf = ({ dayOf }: Pick<Calendar, 'dayOf'>, instant: string): string => dayOf(instant).slice(0, 7);

/** The month so many months later, or earlier. */
export const plusMonths = (month: string, months: number): string => {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const count = year * 12 + number - 1 + months;
  return `${String(Math.floor(count / 12)).padStart(4, '0')}-${String((count % 12) + 1).padStart(2, '0')}`;
};

/** All months from one to another, newest first. */
export const monthsDown = (from: string, to: string): readonly string[] => {
  const months: string[] = [];
  for (let month = to; month >= from; month = plusMonths(month, -1)) months.push(month);
  return months;
};

export const firstDayOf = (month: string): string => `${month}-01`;
export const lastDayOf = (month: string): string => plusDays(firstDayOf(plusMonths(month, 1)), -1);

/** More than the difference of any zone to UTC. */
const farMs = 30 * 60 * 60_000;

/** The first instant of a month in a calendar. Clocks that change need no rule of their own: the calendar knows them. */
export const startOf = ({ dayOf }: Pick<Calendar, 'dayOf'>, month: string): string => {
  const midnight = Date.parse(firstDayOf(month));
  let [before, from] = [midnight - farMs, midnight + farMs];
  while (from - before > 1) {
    const between = Math.floor((before + from) / 2);
    if (dayOf(isoOf(between)) < firstDayOf(month)) before = between;
    else from = between;
  }
  return isoOf(from);
};
