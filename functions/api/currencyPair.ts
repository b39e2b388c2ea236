import { v5 } from 'uuid';
import { z } from 'zod';
import { currency } from '../../domain/currency.ts';
import type { CurrencyPair } from '../../domain/rate/rate.ts';

/** The namespace of the ids of rates: random, and never changed. */
const namespace = 'aec51e42-9feb-4e7b-8193-a9f60baf0418';

/** The id of the pair's rate, which all instances derive alike. */
export const rateIdOf = ({ base, quote }: CurrencyPair): string => v5(`${base}-${quote}`, namespace);

/** One parameter for both currencies: hosts differ in what they make of a segment with two. */
export const pairRoute = z.strictObject({
  pair: z
    .string()
    .regex(/^[A-Z]{3}-[A-Z]{3}$/, { error: 'must be two currency codes, such as "EUR-USD"', abort: true })
    .transform((text, context): CurrencyPair => {
      const [base, quote] = text.split('-').map((code) => currency.safeParse(code).data);
      const message = base && quote ? 'must be two currencies' : 'has an unknown ISO 4217 currency code';
      if (base && quote && base !== quote) return { base, quote };
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .meta({ description: 'What is sold, a hyphen, and what is bought', examples: ['EUR-USD'] }),
});
