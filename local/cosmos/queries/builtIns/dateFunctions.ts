import type { Value } from '../values.ts';
import type { BuiltIn } from './builtIn.ts';

/** A moment in Azure's precision: milliseconds since 1970, plus ticks of 100 ns. */
type Moment = { readonly ms: number; readonly ticks: number };

const ticksPerMs = 10_000;
const pattern = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.(\d{1,7}))?Z?)?$/;

const parse = (value: Value): Moment | undefined => {
  const found = typeof value === 'string' ? pattern.exec(value) : null;
  if (found === null) return undefined;
  const fraction = (found[1] ?? '').padEnd(7, '0');
  const [text] = found;
  const seconds = text.replace(/(\.\d+)?Z?$/, '');
  const ms = Date.parse(seconds.includes('T') ? `${seconds}Z` : seconds);
  if (Number.isNaN(ms)) return undefined;
  return { ms: ms + Number(fraction.slice(0, 3)), ticks: Number(fraction.slice(3)) };
};

/** Undefined outside the years 1 to 9999, which Azure can write. */
const format = ({ ms, ticks }: Moment): Value => {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9999) return undefined;
  return date.toISOString().replace('Z', `${String(ticks).padStart(4, '0')}Z`);
};

const toTicks = ({ ms, ticks }: Moment): number => ms * ticksPerMs + ticks;

const momentOf = (ticks: number): Moment => {
  const ms = Math.floor(ticks / ticksPerMs);
  return { ms, ticks: Math.round(ticks - ms * ticksPerMs) };
};

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond' | 'microsecond' | 'nanosecond';

const parts = new Map<string, Part>([
  ...(['year', 'month', 'day', 'hour', 'minute', 'second', 'millisecond', 'microsecond', 'nanosecond'] as const).map(
    (part) => [part, part] as const,
  ),
  ['yyyy', 'year'],
  ['yy', 'year'],
  ['mm', 'month'],
  ['m', 'month'],
  ['dd', 'day'],
  ['d', 'day'],
  ['hh', 'hour'],
  ['mi', 'minute'],
  ['n', 'minute'],
  ['ss', 'second'],
  ['s', 'second'],
  ['ms', 'millisecond'],
  ['mcs', 'microsecond'],
  ['ns', 'nanosecond'],
]);

const partOf = (value: Value): Part | undefined =>
  typeof value === 'string' ? parts.get(value.toLowerCase()) : undefined;

/** Parts of a fixed length, in ticks. */
const lengths: Readonly<Record<Exclude<Part, 'year' | 'month'>, number>> = {
  day: 864e9,
  hour: 36e9,
  minute: 6e8,
  second: 1e7,
  millisecond: ticksPerMs,
  microsecond: 10,
  nanosecond: 0.01,
};

const monthsOf = (moment: Moment): number => {
  const date = new Date(moment.ms);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
};

/** A day that the new month does not have becomes the last day of that month. */
const addMonths = (moment: Moment, months: number): Moment => {
  const date = new Date(moment.ms);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return { ms: date.getTime(), ticks: moment.ticks };
};

const add = (part: Part, count: number, moment: Moment): Moment => {
  if (part === 'year') return addMonths(moment, count * 12);
  if (part === 'month') return addMonths(moment, count);
  const added = count * lengths[part];
  const ms = Math.floor(added / ticksPerMs);
  const ticks = moment.ticks + Math.floor(added - ms * ticksPerMs);
  return { ms: moment.ms + ms + Math.floor(ticks / ticksPerMs), ticks: ticks % ticksPerMs };
};

/** How often a part, such as the hour, changes between two moments. */
const difference = (part: Part, start: Moment, end: Moment): number => {
  if (part === 'year') return Math.floor(monthsOf(end) / 12) - Math.floor(monthsOf(start) / 12);
  if (part === 'month') return monthsOf(end) - monthsOf(start);
  if (part === 'microsecond' || part === 'nanosecond') {
    return Math.round(((end.ms - start.ms) * ticksPerMs + end.ticks - start.ticks) / lengths[part]);
  }
  const ms = lengths[part] / ticksPerMs;
  return Math.floor(end.ms / ms) - Math.floor(start.ms / ms);
};

const valueOf = (part: Part, { ms, ticks }: Moment): number => {
  const date = new Date(ms);
  const micros = date.getUTCMilliseconds() * 1_000 + Math.floor(ticks / 10);
  switch (part) {
    case 'year':
      return date.getUTCFullYear();
    case 'month':
      return date.getUTCMonth() + 1;
    case 'day':
      return date.getUTCDate();
    case 'hour':
      return date.getUTCHours();
    case 'minute':
      return date.getUTCMinutes();
    case 'second':
      return date.getUTCSeconds();
    case 'millisecond':
      return date.getUTCMilliseconds();
    case 'microsecond':
      return micros;
    case 'nanosecond':
      return micros * 1_000 + (ticks % 10) * 100;
  }
};

const fromParts = (values: readonly Value[]): Value => {
  if (!values.every((value) => typeof value === 'number' && Number.isInteger(value) && value >= 0)) return undefined;
  const [year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0, fraction = 0] = values as number[];
  const pad = (value: number, length = 2): string => String(value).padStart(length, '0');
  const date = `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
  const moment = parse(`${date}T${pad(hour)}:${pad(minute)}:${pad(second)}.${pad(fraction, 7)}Z`);
  // JavaScript would turn a day that the month does not have into one of the next month.
  return moment === undefined || new Date(moment.ms).getUTCDate() !== day ? undefined : format(moment);
};

const now = (read: (ms: number) => Value): BuiltIn => ({ fewest: 0, most: 0, apply: (_, ms) => read(Math.floor(ms)) });
const ofMoment = (read: (moment: Moment) => Value): BuiltIn => ({
  fewest: 1,
  most: 1,
  apply: ([value]) => {
    const moment = parse(value);
    return moment && read(moment);
  },
});
const ofNumber = (read: (number: number) => Value): BuiltIn => ({
  fewest: 1,
  most: 1,
  apply: ([value]) => (typeof value === 'number' ? read(value) : undefined),
});

const currentDateTime = now((ms) => format({ ms, ticks: 0 }));
const currentTimestamp = now((ms) => ms);
const currentTicks = now((ms) => ms * ticksPerMs);

/** All times are in UTC, and ticks count from 1970. The current time is the same throughout a request. */
export const dateFunctions: Readonly<Record<string, BuiltIn>> = {
  GETCURRENTDATETIME: currentDateTime,
  GETCURRENTDATETIMESTATIC: currentDateTime,
  GETCURRENTTIMESTAMP: currentTimestamp,
  GETCURRENTTIMESTAMPSTATIC: currentTimestamp,
  GETCURRENTTICKS: currentTicks,
  GETCURRENTTICKSSTATIC: currentTicks,
  DATETIMETOTICKS: ofMoment(toTicks),
  DATETIMETOTIMESTAMP: ofMoment(({ ms }) => ms),
  TICKSTODATETIME: ofNumber((ticks) => format(momentOf(ticks))),
  TIMESTAMPTODATETIME: ofNumber((ms) => format({ ms: Math.floor(ms), ticks: 0 })),
  DATETIMEFROMPARTS: { fewest: 3, most: 7, apply: fromParts },
  DATETIMEPART: {
    fewest: 2,
    most: 2,
    apply: ([name, value]) => {
      const part = partOf(name);
      const moment = parse(value);
      return part && moment && valueOf(part, moment);
    },
  },
  DATETIMEADD: {
    fewest: 3,
    most: 3,
    apply: ([name, count, value]) => {
      const part = partOf(name);
      const moment = parse(value);
      if (part === undefined || moment === undefined || !Number.isSafeInteger(count)) return undefined;
      return format(add(part, Number(count), moment));
    },
  },
  DATETIMEDIFF: {
    fewest: 3,
    most: 3,
    apply: ([name, from, to]) => {
      const part = partOf(name);
      const [start, end] = [parse(from), parse(to)];
      return part && start && end && difference(part, start, end);
    },
  },
};
