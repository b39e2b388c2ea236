import { z } from 'zod';
import type { Aggregate } from '../../../eventSourcing/aggregate.ts';
import { accept, reject, type Decision } from '../../../eventSourcing/decider.ts';
import { cancelReason, orderEvents, placedOrder, type CancelReason, type OrderEvent } from './orderEvents.ts';

type OrderCommand =
  | ({ readonly type: 'PlaceOrder'; readonly email: string } & z.infer<typeof placedOrder>)
  | { readonly type: 'FlagOrder' | 'RecordStock' | 'ShipOrder' | 'RecordCapture' | 'RecordRelease' }
  | { readonly type: 'RecordHold'; readonly hold: string }
  /** The bank refuses that step, or the time for it is over: it holds no money for the order, or none any more. */
  | { readonly type: 'RecordRefusal'; readonly step: 'hold' | 'capture' | 'lapse'; readonly code: string }
  | { readonly type: 'CancelOrder'; readonly reason: CancelReason };

type OrderRejection = { readonly code: 'OrderKnown' | 'OrderUnknown' | 'OrderEnded' | 'OrderNotReady' | 'HoldEnds' };

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
      const { type, ...data } = command;
      return accept({ type: 'OrderPlaced', data });
    }
    return state.status === 'unknown' ? reject({ code: 'OrderUnknown' }) : decideKnown(command, state, at);
  },

  evolve(state, event) {
    if (event.type === 'OrderPlaced') {
      const { email, ...placed } = event.data;
      return { ...placed, status: 'placed', payment: 'open', isReserved: false, isFlagged: false };
    }
    return state.status === 'unknown' ? state : { ...state, ...changeBy(event) };
  },
};

/**
 * Listeners may repeat what they record, also once the order has ended: what is so already appends nothing. Two of them may ask for the
 * hold at once, and the bank may refuse one and give it to the other, since money came in between: the hold counts, whichever is
 * recorded first, so that it is released where the order is cancelled.
 */
const decideKnown = (
  command: Exclude<OrderCommand, { type: 'PlaceOrder' }>,
  known: KnownOrder,
  at: string,
): Decision<OrderEvent, OrderRejection> => {
  const { status, payment, total, isReserved, isFlagged, hold } = known;
  const cancelledFor = (reason: CancelReason): readonly OrderEvent[] =>
    status === 'cancelled' ? [] : [{ type: 'OrderCancelled', data: { reason } }];
  switch (command.type) {
    case 'FlagOrder':
      return isFlagged ? accept() : accept({ type: 'OrderFlagged', data: {} });
    case 'RecordStock':
      return isReserved ? accept() : accept({ type: 'StockReserved', data: {} });
    case 'RecordHold':
      return hold === undefined ? accept({ type: 'PaymentHeld', data: { hold: command.hold } }) : accept();
    case 'RecordRefusal': {
      const { step, code } = command;
      if (payment !== 'open' && (payment !== 'held' || step === 'hold')) return accept();
      const reason = payment === 'held' ? 'holdEnded' : 'noMoney';
      return accept({ type: 'PaymentRefused', data: { code } }, ...cancelledFor(reason));
    }
    case 'ShipOrder':
      return shipOrder(known, at);
    case 'RecordCapture':
      return payment === 'held' ? accept({ type: 'PaymentCaptured', data: { total } }) : accept();
    case 'RecordRelease':
      return payment === 'held' ? accept({ type: 'PaymentReleased', data: {} }) : accept();
    case 'CancelOrder':
      // What has shipped is about to be paid, or is cancelled because it cannot be.
      return status === 'shipped' ? reject({ code: 'OrderEnded' }) : accept(...cancelledFor(command.reason));
  }
};

const shipOrder = (
  { status, payment, payBy, isReserved }: KnownOrder,
  at: string,
): Decision<OrderEvent, OrderRejection> => {
  if (status === 'shipped') return accept();
  if (status === 'cancelled') return reject({ code: 'OrderEnded' });
  if (!isReserved || payment !== 'held') return reject({ code: 'OrderNotReady' });
  return at < payBy ? accept({ type: 'OrderShipped', data: {} }) : reject({ code: 'HoldEnds' });
};

const changeBy = (event: Exclude<OrderEvent, { type: 'OrderPlaced' }>): Partial<KnownOrder> => {
  switch (event.type) {
    case 'OrderFlagged':
      return { isFlagged: true };
    case 'StockReserved':
      return { isReserved: true };
    case 'PaymentHeld':
      return { payment: 'held', hold: event.data.hold };
    case 'PaymentRefused':
      return { payment: 'refused' };
    case 'OrderShipped':
      return { status: 'shipped' };
    case 'PaymentCaptured':
      return { payment: 'captured' };
    case 'PaymentReleased':
      return { payment: 'released' };
    case 'OrderCancelled':
      return { status: 'cancelled', reason: event.data.reason };
  }
};
