import { currency, decimalsOf, type Currency } from '../../domain/currency.ts';
import type { Money } from '../../domain/money.ts';
import { cast } from './cast.ts';
import { aboutEuros } from './rates.ts';
import { dayMs, hourMs, idOf, minuteMs } from './steps.ts';

/** How much of a demo there is: 20 customers, 30 accounts and 90 days make the whole one. */
export type DemoSize = { readonly customers: number; readonly accounts: number; readonly days: number };

export type DemoCustomer = (typeof cast)[number] & {
  readonly id: string;
  readonly key: string;
  /** In ms from the start of the demo, as is `opensAt`. */
  readonly comesAt: number;
};

export type DemoAccount = {
  readonly id: string;
  readonly key: string;
  readonly owner: DemoCustomer;
  readonly currency: Currency;
  readonly opensAt: number;
  /** An owner's first account is for daily life, the second for savings. */
  readonly isSavings: boolean;
};

/** Two come a day, and everybody is there after a third of the time. */
export const demoCustomers = ({ customers, days }: DemoSize): readonly DemoCustomer[] =>
  cast.slice(0, customers).map((person, index) => {
    const key = `customer-${index}`;
    const comesAt = Math.round(Math.min(index / 2, (days / 3) * (index / customers)) * dayMs);
    return { ...person, key, id: idOf(key), comesAt };
  });

/** Everybody has an account in their currency; savings are in the same one, or, every third, in the next person's. */
export const demoAccounts = (
  { accounts, days }: DemoSize,
  customers: readonly DemoCustomer[],
): readonly DemoAccount[] => {
  const open = (owner: DemoCustomer, code: string, index: number, later: number): DemoAccount => {
    const key = `account-${index}`;
    const isSavings = index >= customers.length;
    const opensAt = owner.comesAt + later;
    return { id: idOf(key), key, owner, currency: currency.parse(code), opensAt, isSavings };
  };
  const current = customers.map((owner, index) => open(owner, owner.currency, index, 20 * minuteMs));
  const savings = customers.slice(0, accounts - customers.length).map((owner, index) => {
    const other = customers[index + 1] ?? owner;
    const code = index % 3 === 2 ? other.currency : owner.currency;
    return open(owner, code, customers.length + index, (days / 20) * dayMs + hourMs);
  });
  return [...current, ...savings];
};

/** About so many euros in a currency, to the minor unit. */
export const moneyOf = (euros: number, code: Currency): Money => ({
  minor: aboutEuros(euros, code, decimalsOf(code)),
  currency: code,
});
