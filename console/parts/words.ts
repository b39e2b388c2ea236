import { decimalsByCode } from '../../domain/currencyCodes.ts';

export type Money = { readonly amount: string; readonly currency: string };

/** Whether it is zero, as the app writes amounts. */
export const isZero = (amount: string): boolean => !/[1-9]/.test(amount);

/** Browsers have decimals of their own, which are not ISO 4217's: none of the forint, for example. */
export const decimalsOf = (currency: string): number | undefined => decimalsByCode.get(currency);

const formats = new Map<string, Intl.NumberFormat>();
const formatOf = (currency: string): Intl.NumberFormat => {
  const known = formats.get(currency);
  if (known) return known;
  const digits = decimalsOf(currency);
  const format = new Intl.NumberFormat(undefined, {
    ...{ style: 'currency', currency },
    ...(digits !== undefined && { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  });
  formats.set(currency, format);
  return format;
};

/** Exact: the decimal string goes to the browser as it is, and is shown with as many decimals as the bank has. */
export const moneyText = ({ amount, currency }: Money): string =>
  formatOf(currency)
    .format(amount as `${number}`)
    .replace(/^-/, '−');

/** Milliseconds or more, as short as they can be said. */
export const durationText = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  return ms < 86_400_000 ? `${Math.round(ms / 3_600_000)} h` : `${Math.round(ms / 86_400_000)} d`;
};

export const countText = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`;

/** `MoneyDeposited` as people say it: "Money deposited". */
export const wordsOf = (name: string): string => {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};
