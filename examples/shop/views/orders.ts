import { z } from 'zod';
import { instant } from '../../../eventSourcing/commit.ts';
import { defineView } from '../../../eventSourcing/view.ts';
import { rowsRoute, type Order as Sorted } from '../../../eventSourcing/viewRoute.ts';
import { aggregateId, amount, toAmount } from '../../../projections/fields.ts';
import { knownOrder, order } from '../domain/order.ts';

const orderRow = z.strictObject({ order: knownOrder, email: z.string(), placedAt: instant });
type OrderRow = z.infer<typeof orderRow>;

const newestFirst: readonly Sorted[] = [
  ['row.placedAt', 'descending'],
  ['key', 'descending'],
];

const answer = knownOrder
  .omit({ total: true })
  .extend({ id: aggregateId, total: amount, email: z.string(), placedAt: z.iso.datetime() })
  .meta({ id: 'Order' });

const present = (id: string, { order: { total, ...known }, email, placedAt }: OrderRow) => ({
  ...{ id, ...known, total: toAmount(total), email, placedAt },
});

/** Each order as it is now. */
export const orders = defineView({
  name: 'orders',
  version: 1,
  follows: [order],
  rowOf: (event) => event.aggregateId,
  row: orderRow,
  evolve(row, event) {
    const before = row?.order ?? order.initial;
    const after = order.evolve(before, event, event.version, event.occurredAt);
    if (event.type === 'OrderPlaced') {
      return { order: knownOrder.parse(after), email: event.data.email, placedAt: event.occurredAt };
    }
    if (!row) throw new Error('An order begins with OrderPlaced');
    return { ...row, order: knownOrder.parse(after) };
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
      present: (id, row) => present(id, row),
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
