import { Cron } from 'croner';
import { parseTimeSpan } from '../timeSpan.ts';

/** `next` returns the first time after `after` at which the timer is due, in ms since the epoch; undefined if it never is again. */
export type Schedule = { readonly next: (after: number) => number | undefined };

/**
 * Reads an NCRONTAB expression of six fields (or five, without seconds) in a time zone such as `Europe/Berlin`, or an interval such as
 * `00:00:30`. Throws if the text is neither, or if there is no such zone.
 */
export const parseSchedule = (text: string, timeZone = 'UTC'): Schedule => {
  const intervalMs = parseTimeSpan(text);
  if (intervalMs !== undefined) {
    if (intervalMs === 0) throw new Error('its interval is zero');
    return { next: (after) => after + intervalMs };
  }
  // In NCRONTAB, day of the month and day of the week must both fit; in cron, either may.
  const cron = new Cron(text, { mode: '5-or-6-parts', timezone: timeZone, domAndDow: true, paused: true });
  return { next: (after) => cron.nextRun(new Date(after))?.getTime() };
};

const looksAhead = 10;

/** True if the schedule is ever due more than once a minute. Azure does not monitor such timers. */
export const isFrequent = (schedule: Schedule, now: number): boolean => {
  let before = schedule.next(now);
  for (let count = 0; count < looksAhead && before !== undefined; count += 1) {
    const after = schedule.next(before);
    if (after !== undefined && after - before < 60_000) return true;
    before = after;
  }
  return false;
};
