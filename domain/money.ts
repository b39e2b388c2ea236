import { z } from 'zod';
import { currency, decimalsOf, type Currency } from './currency.ts';

/** 15 digits: every program reads amounts and balances of JSON numbers as exact integers. */
export const maximumMinor = 999_999_999_999_999;

export const minorUnits = z.int().min(0).max(maximumMinor);

/** An amount in whole minor units of its currency, such as 1234 cents. */
export const money = z.strictObject({ minor: minorUnits, currency });
export type Money = z.infer<typeof money>;

export const isSameMoney = (one: Money, other: Money): boolean =>
  one.minor === other.minor && one.currency === other.currency;

export const positiveMoney = z.strictObject({ minor: minorUnits.min(1), currency });

/** True of the schemas of money, but not of schemas that wrap them. */
export const isMoney = (schema: unknown): boolean => schema === money || schema === positiveMoney;

const currencies = z.registry<{ readonly path: readonly string[] }>();

/** Whole minor units beside a currency: the path leads to it from the object that has both. */
export const minorUnitsIn = (...path: string[]) => z.int().min(0).max(maximumMinor).register(currencies, { path });

/** The path to the currency of minor units; undefined for all other schemas. */
export const currencyPathOf = (schema: z.ZodType): readonly string[] | undefined => currencies.get(schema)?.path;

const decimal = /^(0|[1-9]\d*)(?:\.(\d+))?$/;

/** Reads "12.34" exactly. Returns a string that says what is wrong with the text, where it is no amount. */
export const parseAmount = (text: string, code: Currency): Money | string => {
  const match = decimal.exec(text);
  if (!match) return 'must be a decimal number in plain digits, such as "12.34"';
  const [, whole = '', fraction = ''] = match;
  const decimals = decimalsOf(code);
  if (fraction.length > decimals) return `has more than the ${decimals} decimals of ${code}`;
  const digits = (whole + fraction.padEnd(decimals, '0')).replace(/^0+/, '');
  if (digits === '') return 'must be more than zero';
  if (digits.length > 15) return 'has more than 15 digits';
  return { minor: Number(digits), currency: code };
};

/** "12.34": always with all decimals of the currency. */
export const formatAmount = (minor: number | bigint, code: Currency): string => {
  const decimals = decimalsOf(code);
  const digits = String(minor).padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
};
