import { z } from 'zod';
import { currency, type Currency } from '../domain/currency.ts';
import { formatAmount, type Money } from '../domain/money.ts';

/** An id for examples. */
export const exampleId = '0199f8a2-7b1c-7000-8000-000000000000';

/** An aggregate's id in answers. */
export const aggregateId = z.string().meta({ format: 'uuid', examples: [exampleId] });

/** An amount in answers. */
export const amount = z
  .object({ amount: z.string().meta({ examples: ['12.34'] }), currency })
  .meta({ id: 'Amount', description: 'A decimal string and its currency; never a JSON number' });

export const amountOf = (minor: number | bigint, code: Currency): z.infer<typeof amount> => ({
  amount: formatAmount(minor, code),
  currency: code,
});
export const toAmount = ({ minor, currency: code }: Money) => amountOf(minor, code);

/** A position: `<aggregateId>:<version>`. */
export const position = z.string().meta({
  description: 'aggregate id and version, for ?atLeast=',
  examples: [`${exampleId}:7`],
});
export const version = z.int().min(1);

/** An instant in queries, in any zone. */
export const instantQuery = z.iso
  .datetime({ offset: true, error: 'must be an instant, such as 2026-11-20T10:00:00Z' })
  .transform((text) => new Date(text))
  .refine((instant) => instant.getUTCFullYear() >= 0 && instant.getUTCFullYear() <= 9999, {
    error: 'must be within the years 0 to 9999',
  })
  .transform((instant) => instant.toISOString())
  .meta({ format: 'date-time' });
