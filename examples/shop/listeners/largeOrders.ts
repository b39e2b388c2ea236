import { commandTo, defineReaction } from '../../../application/subscriptions/subscriber.ts';
import { order } from '../domain/order.ts';

/** Flags orders over 1,000 for people to look at. Service Bus brings it no others. */
export const largeOrders = defineReaction({
  name: 'large-orders',
  follows: [order],
  types: ['OrderPlaced'],
  above: { amountMinor: 100_000 },
  react: ({ aggregateId }) => [commandTo(order, aggregateId, { type: 'FlagOrder' })],
});
