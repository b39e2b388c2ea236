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
    async handle({ type, aggregateId: id }, { current, execute, now, once, hearAgain }) {
      const { state } = await current(order, id);
      if (state.status === 'unknown') return;
      // Before anything else: where the bank stays away, this message is a dead letter within hours.
      if (type === 'OrderPlaced') await once(() => hearAgain(state.payBy));
      const step = nextPaymentStep(state, now());
      if (step === 'giveUp') return execute([commandTo(order, id, { type: 'GiveUpPayment' })]);
      if (step) {
        const answer = await bank[step](id, state);
        return execute([commandTo(order, id, { type: 'RecordAnswer', step, answer })]);
      }
      // Each event leads to one command: the order that nobody ships needs another one than the order of which the bank says nothing.
      if (type === 'PaymentHeld' && state.status === 'placed') await hearAgain(state.payBy);
    },
  });
