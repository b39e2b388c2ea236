import { z } from 'zod';
import type { Money } from '../../../domain/money.ts';
import type { Aggregate } from '../../../eventSourcing/aggregate.ts';
import { accept, reject, type Decision } from '../../../eventSourcing/decider.ts';
import { cancelReason, orderEvents, placedOrder, type CancelReason, type OrderEvent } from './orderEvents.ts';
import { totalOf } from './product.ts';

/** The bank did it, or refuses for good. */
export type BankAnswer = { readonly done: string } | { readonly refused: string };

type OrderCommand =
  | (Omit<z.infer<typeof placedOrder>, 'total'> & {
      readonly type: 'PlaceOrder';
      readonly email: string;
      /** Of a unit; undefined where there is no such product. */
      readonly price: Money | undefined;
    })
  | { readonly type: 'FlagOrder' | 'RecordStock' | 'ShipOrder' }
  | { readonly type: 'RecordAnswer'; readonly step: 'hold' | 'capture' | 'release'; readonly answer: BankAnswer }
  /** The time to pay is over, and so is the hold. */
  | { readonly type: 'GiveUpPayment' }
  | { readonly type: 'CancelOrder'; readonly reason: 'noStock' | 'byHand' };

type OrderRejection = {
  readonly code:
    'OrderKnown' | 'OrderUnknown' | 'OrderEnded' | 'OrderNotReady' | 'HoldEnds' | 'ProductUnknown' | 'TotalTooLarge';
};

export const knownOrder = placedOrder.extend({
  /** Shipped: it leaves once the money is captured. */
  status: z.enum(['placed', 'shipped', 'cancelled']),
  /** Open: nobody knows yet what the bank says. */
  payment: z.enum(['open', 'held', 'refused', 'captured', 'released']),
  isReserved: z.boolean(),
  isFlagged: z.boolean(),
  hold: z.string().optional(),
  reason: cancelReason.optional(),
});
export type KnownOrder = z.infer<typeof knownOrder>;

const orderState = z.discriminatedUnion('status', [z.strictObject({ status: z.literal('unknown') }), knownOrder]);
export type Order = z.infer<typeof orderState>;

/** An order: what was ordered, what became of stock and money, and how it ended. */
export const order: Aggregate<OrderCommand, OrderEvent, Order, OrderRejection> = {
  name: 'order',
  label: 'an order',
  events: orderEvents,
  state: orderState,
  stateVersion: 1,
  initial: { status: 'unknown' },

  decide(command, state, at) {
    if (command.type === 'PlaceOrder') {
      if (state.status !== 'unknown') return reject({ code: 'OrderKnown' });
      const { type, price, ...placed } = command;
      if (!price) return reject({ code: 'ProductUnknown' });
      const total = totalOf(price, placed.units);
      return total ? accept({ type: 'OrderPlaced', data: { ...placed, total } }) : reject({ code: 'TotalTooLarge' });
    }
    return state.status === 'unknown' ? reject({ code: 'OrderUnknown' }) : decideKnown(command, state, at);
  },

  evolve(state, event) {
    if (event.type === 'OrderPlaced') {
      const { email, ...placed } = event.data;
      return { ...placed, status: 'placed', payment: 'open', isReserved: false, isFlagged: false };
    }
    if (state.status === 'unknown') return state;
    switch (event.type) {
      case 'OrderFlagged':
        return { ...state, isFlagged: true };
      case 'StockReserved':
        return { ...state, isReserved: true };
      case 'PaymentHeld':
        return { ...state, payment: 'held', hold: event.data.hold };
      case 'PaymentRefused':
        return { ...state, payment: 'refused' };
      case 'OrderShipped':
        return { ...state, status: 'shipped' };
      case 'PaymentCaptured':
        return { ...state, payment: 'captured' };
      case 'PaymentReleased':
        return { ...state, payment: 'released' };
      case 'OrderCancelled':
        return { ...state, status: 'cancelled', reason: event.data.reason };
    }
  },
};

type Decided = Decision<OrderEvent, OrderRejection>;

/** Listeners may repeat what they record, also once the order has ended: what is so already appends nothing. */
const decideKnown = (
  command: Exclude<OrderCommand, { type: 'PlaceOrder' }>,
  known: KnownOrder,
  at: string,
): Decided => {
  switch (command.type) {
    case 'FlagOrder':
      return known.isFlagged ? accept() : accept({ type: 'OrderFlagged', data: {} });
    case 'RecordStock':
      return known.isReserved ? accept() : accept({ type: 'StockReserved', data: {} });
    case 'RecordAnswer':
      return recordAnswer(known, command.step, command.answer);
    case 'GiveUpPayment':
      if (known.payment === 'open') return refusePayment(known, 'NoAnswer', 'noAnswer');
      return known.payment === 'held' ? refusePayment(known, 'HoldEnded', 'holdEnded') : accept();
    case 'ShipOrder':
      return shipOrder(known, at);
    case 'CancelOrder':
      // What has shipped is about to be paid, or is cancelled because it cannot be.
      return known.status === 'shipped'
        ? reject({ code: 'OrderEnded' })
        : accept(...cancelledFor(known, command.reason));
  }
};

/**
 * Two listeners may ask for the hold at once, and the bank may refuse one and give it to the other, since money came in between: the
 * hold counts, whichever is recorded first, so that it is released where the order is cancelled.
 */
const recordAnswer = (known: KnownOrder, step: 'hold' | 'capture' | 'release', answer: BankAnswer): Decided => {
  const { payment, hold, total } = known;
  if (step === 'hold') {
    if ('done' in answer)
      return hold === undefined ? accept({ type: 'PaymentHeld', data: { hold: answer.done } }) : accept();
    return payment === 'open' ? refusePayment(known, answer.refused, 'noMoney') : accept();
  }
  if (payment !== 'held') return accept();
  // Whatever ended the hold, it holds nothing any more.
  if (step === 'release') return accept({ type: 'PaymentReleased', data: {} });
  if ('refused' in answer) return refusePayment(known, answer.refused, 'holdEnded');
  return accept({ type: 'PaymentCaptured', data: { total } });
};

const refusePayment = (known: KnownOrder, code: string, reason: CancelReason): Decided =>
  accept({ type: 'PaymentRefused', data: { code } }, ...cancelledFor(known, reason));

const cancelledFor = ({ status }: KnownOrder, reason: CancelReason): readonly OrderEvent[] =>
  status === 'cancelled' ? [] : [{ type: 'OrderCancelled', data: { reason } }];

const shipOrder = ({ status, payment, payBy, isReserved }: KnownOrder, at: string): Decided => {
  if (status === 'shipped') return accept();
  if (status === 'cancelled') return reject({ code: 'OrderEnded' });
  if (!isReserved || payment !== 'held') return reject({ code: 'OrderNotReady' });
  return at < payBy ? accept({ type: 'OrderShipped', data: {} }) : reject({ code: 'HoldEnds' });
};
