import { z } from 'zod';
import { settingsReader } from '../../functions/settings/contextSettings.ts';

/** The bank holds money for 31 days at most. */
const longestSeconds = 30 * 86_400;

export const readShopSettings = settingsReader({
  /** The bank, and a key of its host where it wants one. */
  BANK_URL: z.url().default('http://localhost:7071'),
  BANK_KEY: z.string().optional(),
  /** For how long the bank holds the money of an order: until then it has to ship. */
  PAY_WITHIN_SECONDS: z.coerce.number().int().min(1).max(longestSeconds).default(604_800),
});
