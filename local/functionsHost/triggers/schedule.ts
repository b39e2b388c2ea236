import { Cron } from 'croner';
import { parseTimeSpan } from '../timeSpan.ts';

/** When a timer is due: the first time after `after`, in ms since the epoch; undefined if never again. */
export type Schedule = { readonly next: (after: number) => number | undefined };

/**
 * An NCRONTAB expression of six fields (or five, without seconds) in a time zone such as `Europe/Berlin`, or an interval such as
 * `00:00:30`. Throws if it is neither, or if there is no such zone.
 */
export const parseSchedule = (text: string, timeZone = 'UTC'): Schedule => {
  const intervalMs = parseTimeSpan(text);
  if (intervalMs !== undefined) {
    if (intervalMs === 0) throw new Error('a schedule cannot have an interval of nothing');
    return { next: (after) => after + intervalMs };
  }
  // NCRONTAB wants the day of the month and the day of the week both to fit, where cron takes either.
  const cron = new Cron(text, { mode: '5-or-6-parts', timezone: timeZone, domAndDow: true, paused: true });
  return { next: (after) => cron.nextRun(new Date(after))?.getTime() };
};

const looksAhead = 10;

/** Whether it is due more than once a minute, now or then: such schedules are not monitored in Azure. */
export const isFrequent = (schedule: Schedule, now: number): boolean => {
  let before = schedule.next(now);
  for (let count = 0; count < looksAhead && before !== undefined; count += 1) {
    const after = schedule.next(before);
    if (after !== undefined && after - before < 60_000) return true;
    before = after;
  }
  return false;
};
