import { commandTo, defineSubscriber } from '../../../application/subscriptions/subscriber.ts';
import type { BankOfShop } from '../bank.ts';
import { order } from '../domain/order.ts';
import { nextPaymentStep, type PaymentStep } from '../domain/payment.ts';

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
      const next = nextPaymentStep(state, now());
      if (next) return execute([commandTo(order, id, await take(bank, id, next))]);
      // Where nobody ships it, the hold ends at that instant.
      if (type === 'PaymentHeld' && state.status === 'placed') await hearAgain(state.payBy);
    },
  });

/** The command that tells the order what the bank said. */
const take = async (bank: BankOfShop, id: string, { step, order: known }: PaymentStep) => {
  if (step === 'lapse') return { type: 'RecordRefusal', step, code: 'HoldEnded' } as const;
  const answer = await bank[step](id, known);
  // Whatever ended the hold, it holds nothing any more.
  if (step === 'release') return { type: 'RecordRelease' } as const;
  if ('refused' in answer) return { type: 'RecordRefusal', step, code: answer.refused } as const;
  return step === 'hold' ? ({ type: 'RecordHold', hold: answer.done } as const) : ({ type: 'RecordCapture' } as const);
};
