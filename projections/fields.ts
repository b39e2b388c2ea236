import { z } from 'zod';
import { currency, type Currency } from '../domain/currency.ts';
import { formatAmount, type Money } from '../domain/money.ts';

/** An id for examples. */
export const exampleId = '0199f8a2-7b1c-7000-8000-000000000000';

/** A UUID in a request, in upper or lower case. */
export const uuid = z
  .guid({ error: 'is not a UUID' })
  .transform((text) => text.toLowerCase())
  .meta({ format: 'uuid', examples: [exampleId] });

const uuidPattern = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
export const versionPattern = String.raw`[1-9]\d{0,14}`;

/** An id in answers: an aggregate's, or an operation's. */
export const aggregateId = z.string().meta({ format: 'uuid', pattern: `^${uuidPattern}$`, examples: [exampleId] });

/** An amount in answers. */
export const amount = z
  .object({
    amount: z.string().meta({ pattern: String.raw`^(?:0|[1-9]\d*)(?:\.\d{1,4})?$`, examples: ['12.34'] }),
    currency,
  })
  .meta({ id: 'Amount', description: 'A decimal string and its currency; never a JSON number' });

export const amountOf = (minor: number | bigint, code: Currency): z.infer<typeof amount> => ({
  amount: formatAmount(minor, code),
  currency: code,
});
export const toAmount = ({ minor, currency: code }: Money) => amountOf(minor, code);

/** A position: `<aggregateId>:<version>`. */
export const position = z.string().meta({
  description: 'aggregate id and version, for ?atLeast=',
  pattern: `^${uuidPattern}:${versionPattern}$`,
  examples: [`${exampleId}:7`],
});
export const version = z.int().min(1);
/** A version as the key of an entry: padded, so that keys sort like versions. */
export const versionKey = (reached: number): string => String(reached).padStart(12, '0');
/** How many of something. */
export const count = z.int().min(0);

const lastInstant = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** In any zone, and as precise as the caller likes. */
const instantInMs = (round: (text: string) => number) =>
  z.iso
    .datetime({ offset: true, abort: true, error: 'must be an instant, such as 2026-11-20T10:00:00Z' })
    .refine((text) => hasFourDigits(new Date(text).getUTCFullYear()), { error: 'must be within the years 0 to 9999' })
    .transform((text) => new Date(round(text)).toISOString())
    .meta({ format: 'date-time' });

const hasFourDigits = (year: number): boolean => year >= 0 && year <= 9999;

/** `Date.parse` drops all digits after milliseconds. */
const roundUp = (text: string): number =>
  /\.\d{3}0*[1-9]/.test(text) ? Math.min(Date.parse(text) + 1, lastInstant) : Date.parse(text);

/** A bound of a list of events, which happen at whole milliseconds: it means the same as the next millisecond. */
export const instantQuery = instantInMs(roundUp);

/** An instant that the app shows something at: what happened in its millisecond counts. */
export const shownInstant = instantInMs(Date.parse);
