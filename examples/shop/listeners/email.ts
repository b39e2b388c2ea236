import { defineSubscriber } from '../../../application/subscriptions/subscriber.ts';
import { order } from '../domain/order.ts';
import { orders } from '../views/orders.ts';

const sentences = {
  OrderPlaced: 'We have your order.',
  PaymentCaptured: 'Your order is paid, and on its way to you.',
  OrderCancelled: 'Your order is cancelled, and nothing is taken from your account.',
};

/** Tells buyers what becomes of their orders. */
export const email = defineSubscriber({
  name: 'email',
  follows: [order],
  types: ['OrderPlaced', 'PaymentCaptured', 'OrderCancelled'],
  handle: ({ type, aggregateId: id, version }, { email: send, row }) =>
    send(async () => {
      const found = await row(orders, order.name, id, version);
      const subject = sentences[type];
      return found && { to: { name: '', address: found.email }, subject, text: `${subject}\n\nOrder: ${id}\n` };
    }),
});
