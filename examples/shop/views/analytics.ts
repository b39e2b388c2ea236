import { z } from 'zod';
import { currency } from '../../../domain/currency.ts';
import { minorUnits } from '../../../domain/money.ts';
import { defineView } from '../../../eventSourcing/view.ts';
import { sumsRoute } from '../../../eventSourcing/viewRoute.ts';
import { amount, amountOf, count } from '../../../projections/fields.ts';
import { order } from '../domain/order.ts';

const dayMs = 86_400_000;
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** What was sold on each of the last seven days (UTC): sums over the orders that are paid. */
export const analytics = defineView({
  name: 'analytics',
  version: 1,
  follows: [order],
  rowOf: (event) => event.aggregateId,
  row: z.strictObject({}),
  evolve: () => ({}),
  entry: z.strictObject({ day: z.iso.date(), currency, revenue: minorUnits, orders: z.literal(1) }),
  entriesOf(event) {
    if (event.type !== 'PaymentCaptured') return [];
    const { minor: revenue, currency: code } = event.data.total;
    return [{ key: 'sale', entry: { day: event.occurredAt.slice(0, 10), currency: code, revenue, orders: 1 } }];
  },
  index: { paths: ['entry.day'] },
  routes: [
    sumsRoute({
      answers: 'sums',
      id: 'sales',
      route: 'analytics/sales',
      summary: 'Paid orders of each of the last seven days, in each currency',
      query: z.strictObject({}),
      body: z.object({ items: z.array(z.object({ day: z.iso.date(), orders: count, revenue: amount })) }),
      sums: {
        slice: 'entry.day',
        by: ['entry.currency'],
        sum: ['entry.revenue', 'entry.orders'],
        isClosed: () => false,
      },
      slices: (_query, now) => Array.from({ length: 7 }, (_, index) => dayOf(now - (6 - index) * dayMs)),
      present: (groups) => ({
        items: groups
          .map(({ by: [day, code], sums: [revenue = 0, orders = 0] }) => ({
            day: String(day),
            orders,
            revenue: amountOf(revenue, currency.parse(code)),
          }))
          .sort((a, b) => (a.day + a.revenue.currency < b.day + b.revenue.currency ? -1 : 1)),
      }),
    }),
  ],
});
