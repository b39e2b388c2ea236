import { z } from 'zod';

export const dayMs = 24 * 60 * 60_000;

export const isoOf = (ms: number): string => new Date(ms).toISOString();
export const plusDays = (day: string, days: number): string => isoOf(Date.parse(day) + days * dayMs).slice(0, 10);

/**
 * How long after its end a day or a month counts as settled: by then the relay and the reconciler have delivered late messages, and clocks
 * that disagree by minutes have all passed midnight.
 */
export const settledMs = 60 * 60_000;

/** The days of two zones differ by two at most. */
export const marginDays = 2;

/** The format `date` tells how many days a month has. */
const datePattern =
  '^(?:197[1-9]|19[89]\\d|[2-8]\\d{3}|9[0-8]\\d{2}|99[0-8]\\d|999[0-8])-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])$';

/** A day in a query. */
export const date = z.iso
  .date({ error: 'must be a date, such as 2026-11-20', abort: true })
  .refine((day) => day >= '1971' && day < '9999', { error: 'must be within the years 1971 to 9998' })
  .meta({ pattern: datePattern });
