import { z } from 'zod';
import type { Environment } from '../../functions/settings/connectionSettings.ts';
import { contextSettings, readEnvironment } from '../../functions/settings/contextSettings.ts';

const settings = z.object({
  ...contextSettings([]),
  /** The bank, and a key of its host where it wants one. */
  BANK_URL: z.url().default('http://localhost:7071'),
  BANK_KEY: z.string().optional(),
  /** For how long the bank holds the money of an order: until then it has to ship. */
  PAY_WITHIN_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    // The bank holds money for 31 days at most.
    .max(30 * 86_400)
    .default(7 * 86_400),
});
export type ShopSettings = z.infer<typeof settings>;

/** Throws one error that lists every problem, but no values. */
export const readShopSettings = (environment: Environment): ShopSettings => readEnvironment(settings, environment);
