import { decimalsOf, isZero } from '../../parts/words.ts';

/** A balance as the app writes it: one of both is zero. */
type Balance = {
  readonly account: string;
  readonly currency: string;
  readonly debit: string;
  readonly credit: string;
};

/** A line of the trial balance: what one account has on either side, or without an account, what all of a currency have. */
export type Line = {
  readonly account: string | undefined;
  readonly currency: string;
  readonly debit: string | undefined;
  readonly credit: string | undefined;
};

/** The accounts that have a balance, by their currencies, each after its total. */
export const trialBalanceOf = (balances: readonly Balance[]): readonly Line[] => {
  const shown = balances.filter(({ debit, credit }) => !isZero(debit) || !isZero(credit));
  return [...Map.groupBy(shown, ({ currency }) => currency)].flatMap(([currency, own]) => [
    {
      ...{ account: undefined, currency },
      debit: sumOf(
        own.map(({ debit }) => debit),
        currency,
      ),
      credit: sumOf(
        own.map(({ credit }) => credit),
        currency,
      ),
    },
    ...own.map(({ account, debit, credit }) => ({
      ...{ account, currency },
      debit: isZero(debit) ? undefined : debit,
      credit: isZero(credit) ? undefined : credit,
    })),
  ]);
};

/** Exact, in minor units: all amounts of a currency have as many decimals. */
const sumOf = (amounts: readonly string[], currency: string): string => {
  const decimals = decimalsOf(currency) ?? 0;
  const sum = amounts.reduce((minor, amount) => minor + BigInt(amount.replace('.', '')), 0n);
  const digits = String(sum).padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
};
