import { z } from 'zod';
import { instant } from '../../../eventSourcing/commit.ts';
import { defineView } from '../../../eventSourcing/view.ts';
import { rowsRoute, type Order as Sorted } from '../../../eventSourcing/viewRoute.ts';
import { aggregateId, amount, toAmount } from '../../../projections/fields.ts';
import { knownOrder, order } from '../domain/order.ts';

/** The state, and what it does not keep. */
const orderRow = knownOrder.extend({ email: z.string(), placedAt: instant });
type OrderRow = z.infer<typeof orderRow>;

const newestFirst: readonly Sorted[] = [
  ['row.placedAt', 'descending'],
  ['key', 'descending'],
];

const answer = orderRow.extend({ id: aggregateId, total: amount }).meta({ id: 'Order' });
const present = (id: string, row: OrderRow) => ({ id, ...row, total: toAmount(row.total) });

/** Each order as it is now. */
export const orders = defineView({
  name: 'orders',
  version: 1,
  follows: [order],
  rowOf: (event) => event.aggregateId,
  row: orderRow,
  evolve(row, event) {
    const { type, data, version, occurredAt } = event;
    const after = order.evolve(row ?? order.initial, event, version, occurredAt);
    const further = type === 'OrderPlaced' ? { email: data.email, placedAt: occurredAt } : {};
    return orderRow.parse({ ...after, ...further });
  },
  index: { paths: ['row.placedAt', 'key'], orders: [newestFirst] },
  routes: [
    {
      answers: 'row',
      aggregate: order.name,
      id: 'getOrder',
      route: 'orders/{id}',
      summary: 'An order',
      body: answer,
      present,
    },
    rowsRoute<OrderRow, z.ZodObject>({
      answers: 'rows',
      id: 'listOrders',
      route: 'orders',
      summary: 'All orders, newest first',
      query: z.strictObject({}),
      item: answer,
      find: () => ({ orderBy: newestFirst }),
      present,
    }),
  ],
});
