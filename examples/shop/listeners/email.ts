import { defineSubscriber } from '../../../application/subscriptions/subscriber.ts';
import { order } from '../domain/order.ts';
import { orders } from '../views/orders.ts';

const sentences = {
  OrderPlaced: 'We have your order.',
  PaymentCaptured: 'Your order is paid, and on its way to you.',
  OrderCancelled: 'Your order is cancelled, and nothing is taken from your account.',
};
const isTold = (type: string): type is keyof typeof sentences => Object.hasOwn(sentences, type);

/** Tells buyers what becomes of their orders. */
export const email = defineSubscriber({
  name: 'email',
  follows: [order],
  types: Object.keys(sentences),
  async handle({ type, aggregateId: id, version }, { email: send, row }) {
    if (!isTold(type)) return;
    await send(async () => {
      const found = await row(orders, order.name, id, version);
      const text = `${sentences[type]}\n\nOrder: ${id}\n`;
      return found && { to: { name: '', address: found.email }, subject: sentences[type], text, html: htmlOf(text) };
    });
  },
});

/** The text has no characters that mean something in HTML. */
const htmlOf = (text: string): string => `<!doctype html>\n<html lang="en"><body><pre>${text}</pre></body></html>`;
