import { commandTo, defineSubscriber } from '../../../application/subscriptions/subscriber.ts';
import type { BankOfShop } from '../bank.ts';
import { order } from '../domain/order.ts';
import { nextPaymentStep } from '../domain/payment.ts';

/**
 * Has the bank hold an order's money, capture it once the order ships, and release it where the order is cancelled. What to do follows
 * from the order as the event store has it; while the bank is away, the kit calls again.
 */
export const payment = (bank: BankOfShop) =>
  defineSubscriber({
    name: 'payment',
    follows: [order],
    types: ['OrderPlaced', 'PaymentHeld', 'OrderShipped', 'OrderCancelled'],
    inAnyOrder: true,
    async handle({ type, aggregateId: id }, { current, execute, now, hearAgain }) {
      const { state } = await current(order, id);
      if (state.status === 'unknown') return;
      const step = nextPaymentStep(state, now());
      if (step === 'giveUp') return execute([commandTo(order, id, { type: 'GiveUpPayment' })]);
      if (step)
        return execute([commandTo(order, id, { type: 'RecordAnswer', step, answer: await bank[step](id, state) })]);
      // Where nobody ships it, the hold ends at that instant.
      if (type === 'PaymentHeld' && state.status === 'placed') await hearAgain(state.payBy);
    },
  });
