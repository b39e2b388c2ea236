import { z } from 'zod';
import { instant } from '../eventSourcing/commit.ts';
import { exchangeRate } from './exchange.ts';
import { positiveMoney } from './money.ts';

/** What the bank promises: until an instant, one amount brings the other. */
export const quote = z.strictObject({
  sell: positiveMoney,
  buy: positiveMoney,
  rate: exchangeRate,
  /** The id of the event that set the rate. */
  rateId: z.string().regex(/^[\w-]{1,100}:[1-9]\d{0,11}$/),
  /** From then on it is no longer good. */
  expiresAt: instant,
});
export type Quote = z.infer<typeof quote>;
