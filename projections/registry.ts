import type { View } from '../eventSourcing/view.ts';
import { accounts } from './accounts.ts';
import { customers } from './customers.ts';
import { dailyTotals } from './dailyTotals.ts';
import { rates } from './rates.ts';
import { transactions } from './transactions.ts';

/** Every view of the bank. */
export const views: readonly View[] = [customers, accounts, transactions, dailyTotals, rates] as readonly View[];
