import { z } from 'zod';
import { decimalsOf, type Currency } from './currency.ts';
import { maximumMinor, type Money } from './money.ts';

/** How much of one currency a unit of another brings: a decimal number of any length, without zeros at its end. */
export const exchangeRate = z
  .string()
  .regex(/^(?:[1-9]\d*(?:\.\d*[1-9])?|0\.\d*[1-9])$/)
  .meta({ examples: ['1.0842'] });

const maximumDecimals = 12;
const maximumDigits = 12;

/** Says less than the rule, which bounds the digits before and after the point together. */
const givenPattern = String.raw`^(?:[1-9]\d{0,11}(?:\.\d{1,12})?|0\.0{0,11}[1-9]\d{0,11})$`;

/** Reads "1.08420" as "1.0842". Returns what is wrong with the text where it is no rate. */
export const parseRate = (text: string): { readonly rate: string } | { readonly problem: string } => {
  const match = /^(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text);
  if (!match) return { problem: 'must be a decimal number in plain digits, such as "1.0842"' };
  const [, whole = '', decimals = ''] = match;
  if (decimals.length > maximumDecimals) return { problem: `has more than ${maximumDecimals} decimals` };
  const fraction = decimals.replace(/0+$/, '');
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return { problem: 'must be more than zero' };
  if (digits.length > maximumDigits) return { problem: `has more than ${maximumDigits} significant digits` };
  return { rate: fraction === '' ? whole : `${whole}.${fraction}` };
};

/** A rate as somebody writes it; zeros at its end mean nothing. */
export const givenRate = z
  .string()
  .transform((text, context) => {
    const parsed = parseRate(text);
    if ('rate' in parsed) return parsed.rate;
    context.addIssue({ code: 'custom', message: parsed.problem });
    return z.NEVER;
  })
  .meta({
    pattern: givenPattern,
    description: 'More than zero; at most 12 decimals, and 12 digits from the first to the last that is not zero',
    examples: ['1.0842'],
  });

/**
 * Minor units of a currency in minor units of another, by the decimals that each has. Rounds down, once and at the end: to round
 * up or to the nearest would give money away to whoever splits a sum.
 */
export const exchangedMinor = (minor: bigint, decimals: number, rate: string, targetDecimals: number): bigint => {
  const [whole = '', fraction = ''] = rate.split('.');
  const scaled = minor * BigInt(whole + fraction) * 10n ** BigInt(targetDecimals);
  return scaled / 10n ** BigInt(decimals + fraction.length);
};

/** What an amount brings in another currency at a rate, or why it brings nothing. */
export const exchange = (
  sell: Money,
  rate: string,
  buy: Currency,
): Money | 'AmountTooSmall' | 'BalanceLimitExceeded' => {
  const minor = exchangedMinor(BigInt(sell.minor), decimalsOf(sell.currency), rate, decimalsOf(buy));
  if (minor === 0n) return 'AmountTooSmall';
  if (minor > BigInt(maximumMinor)) return 'BalanceLimitExceeded';
  return { minor: Number(minor), currency: buy };
};
