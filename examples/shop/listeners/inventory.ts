import { commandTo, defineSubscriber } from '../../../application/subscriptions/subscriber.ts';
import { order } from '../domain/order.ts';
import { product } from '../domain/product.ts';

/** Reserves units for each order, and takes them out of stock or gives them back once the order ends. */
export const inventory = defineSubscriber({
  name: 'inventory',
  follows: [order, product],
  types: ['OrderPlaced', 'PaymentCaptured', 'OrderCancelled', 'UnitsReserved', 'UnitsRefused'],
  async handle(event, { current, execute }) {
    const orderId = 'order' in event.data ? event.data.order : event.aggregateId;
    if (event.type === 'UnitsReserved') await execute([commandTo(order, orderId, { type: 'RecordStock' })]);
    if (event.type === 'UnitsRefused') {
      return execute([commandTo(order, orderId, { type: 'CancelOrder', reason: 'noStock' })]);
    }
    const { state } = await current(order, orderId);
    if (state.status === 'unknown') return;
    const { units } = state;
    // Also where the order was cancelled before its units were reserved.
    if (state.status === 'cancelled') {
      await execute([commandTo(product, state.product, { type: 'ReturnUnits', order: orderId })]);
    } else if (event.type === 'OrderPlaced') {
      await execute([commandTo(product, state.product, { type: 'ReserveUnits', order: orderId, units })]);
    } else if (event.type === 'PaymentCaptured') {
      await execute([commandTo(product, state.product, { type: 'TakeUnits', order: orderId })]);
    }
  },
});
