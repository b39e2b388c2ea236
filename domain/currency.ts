import { z } from 'zod';
import { currencyCodes, decimalsByCode } from './currencyCodes.ts';

/** An ISO 4217 code that this bank knows. */
export const currency = z
  .string()
  .refine((code) => decimalsByCode.has(code), { error: 'is not an ISO 4217 currency code, such as "EUR"' })
  .brand<'Currency'>()
  .meta({ id: 'Currency', description: 'ISO 4217 code', examples: ['EUR'], enum: [...currencyCodes] });
export type Currency = z.infer<typeof currency>;

/** How many decimals amounts of this currency have: 0 to 4. */
export const decimalsOf = (code: Currency): number => {
  const digits = decimalsByCode.get(code);
  if (digits === undefined) throw new Error(`Unknown currency ${code}`);
  return digits;
};
