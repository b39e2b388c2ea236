import { z } from 'zod';

/** Decimal digits of each active ISO 4217 currency with a minor unit; metals, funds' test codes and the like have none. */
const codesByDigits = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY
      COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS
      INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR
      MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
      STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
} as const;

const digitsByCode: ReadonlyMap<string, number> = new Map(
  Object.entries(codesByDigits).flatMap(([digits, codes]) => codes.split(/\s+/).map((code) => [code, Number(digits)])),
);

/** An ISO 4217 code that this bank knows. */
export const currency = z
  .string()
  .refine((code) => digitsByCode.has(code), { error: 'is not an ISO 4217 currency code, such as "EUR"' })
  .brand<'Currency'>()
  .meta({ id: 'Currency', description: 'ISO 4217 code', examples: ['EUR'], enum: [...digitsByCode.keys()].sort() });
export type Currency = z.infer<typeof currency>;

/** How many decimals amounts of this currency have: 0 to 4. */
export const decimalsOf = (code: Currency): number => {
  const digits = digitsByCode.get(code);
  if (digits === undefined) throw new Error(`Unknown currency ${code}`);
  return digits;
};
