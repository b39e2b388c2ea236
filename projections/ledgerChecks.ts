import { z } from 'zod';
import { ledger, minorOf, unbalancedIn } from './ledger.ts';

const entry = z.object({ ledger });

/** What is wrong with an entry of the ledger, if anything is: debits and credits differ in some currency, or nobody can read it. */
export const wrongWithEntry = (stored: unknown): string | undefined => {
  const found = entry.safeParse(stored).data;
  if (!found) return 'the entry cannot be read';
  const currencies = unbalancedIn(found.ledger);
  return currencies.length === 0 ? undefined : `debits and credits differ in ${currencies.join(', ')}`;
};

const accountRow = z.object({ currency: z.string(), balance: z.int() });
const ledgerRow = z.object({ last: entry.nullable() });

/** How an account's side of the ledger differs from its balance at the same version, if it does: the bank owes what the account holds. */
export const differsFromBalance = (accountsRow: unknown, dailyTotalsRow: unknown): string | undefined => {
  const { currency, balance } = accountRow.parse(accountsRow);
  const { last } = ledgerRow.parse(dailyTotalsRow);
  const owed = new Map((last?.ledger ?? []).map((own) => [own.currency as string, -minorOf(own.customers)]));
  const expected = new Map([
    ...[...owed.keys()].map((code) => [code, 0n] as const),
    [currency, BigInt(balance)] as const,
  ]);
  const differing = [...expected].filter(([code, minor]) => (owed.get(code) ?? 0n) !== minor).map(([code]) => code);
  return differing.length === 0 ? undefined : `the ledger and the balance differ in ${differing.join(', ')}`;
};
