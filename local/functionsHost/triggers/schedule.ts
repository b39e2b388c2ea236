import { Cron } from 'croner';
import { parseTimeSpan } from '../timeSpan.ts';

/** When a timer is due: the first time after `after`, in ms since the epoch; undefined if never again. */
export type Schedule = { readonly next: (after: number) => number | undefined };

/**
 * An NCRONTAB expression of six fields (or five, without seconds), in UTC, or an interval such as `00:00:30`.
 * Throws if it is neither.
 */
export const parseSchedule = (text: string): Schedule => {
  const intervalMs = parseTimeSpan(text);
  if (intervalMs !== undefined) {
    if (intervalMs === 0) throw new Error('a schedule cannot have an interval of nothing');
    return { next: (after) => after + intervalMs };
  }
  // NCRONTAB wants the day of the month and the day of the week both to fit, where cron takes either.
  const cron = new Cron(text, { mode: '5-or-6-parts', timezone: 'UTC', domAndDow: true, paused: true });
  return { next: (after) => cron.nextRun(new Date(after))?.getTime() };
};
