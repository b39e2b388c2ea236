/** Tells on which day of a time zone an instant is. */
export type Calendar = {
  /** Its IANA name. */
  readonly timeZone: string;
  /** The day, such as 2026-11-20, of an instant in ISO 8601. */
  readonly dayOf: (instant: string) => string;
};

/** A day has 23, 24 or 25 hours where clocks change. Throws RangeError where the platform knows no such zone. */
export const calendarOf = (timeZone: string): Calendar => {
  if (timeZone === 'UTC') return { timeZone, dayOf: (instant) => instant.slice(0, 10) };
  const format = new Intl.DateTimeFormat('en-u-ca-iso8601', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return {
    timeZone,
    dayOf(instant) {
      const parts = new Map(format.formatToParts(Date.parse(instant)).map(({ type, value }) => [type, value]));
      return `${parts.get('year')?.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`;
    },
  };
};

/** By the platform's data: it refuses offsets, such as +01:00, and abbreviations alone, which know no summer. */
export const isTimeZone = (name: string): boolean =>
  name === 'UTC' || (/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)+$/.test(name) && isKnown(name));

const isKnown = (timeZone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
};

/**
 * The calendar of this deployment. A fold depends on it like on code: the setting is read once, when the app starts, and
 * another zone needs a rebuild (ADR 22). The app does not start with a name that is none.
 */
const { BANK_TIME_ZONE: timeZone = '' } = process.env;
export const bankCalendar = calendarOf(isTimeZone(timeZone) ? timeZone : 'UTC');
