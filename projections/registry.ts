import { accounts } from './accounts.ts';
import { customers } from './customers.ts';
import { dailyTotals } from './dailyTotals.ts';
import type { Projection } from './projection.ts';
import { transactions } from './transactions.ts';

/** Every projection; its name is also that of its subscription and its container. */
export const projections: readonly Projection[] = [
  customers,
  accounts,
  transactions,
  dailyTotals,
] as readonly Projection[];
