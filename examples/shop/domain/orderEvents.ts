import { z } from 'zod';
import { positiveMoney } from '../../../domain/money.ts';
import { instant } from '../../../eventSourcing/commit.ts';
import { defineEvent, type EventOf } from '../../../eventSourcing/event.ts';
import { unitCount } from './product.ts';

/** Who ordered what. */
export const placedOrder = z.strictObject({
  product: z.string(),
  units: unitCount,
  total: positiveMoney,
  /** The account at the bank that pays. */
  account: z.string(),
  /** Until then the bank holds the money. */
  payBy: instant,
});

export const cancelReason = z.enum(['noStock', 'noMoney', 'noAnswer', 'holdEnded', 'byHand']);
export type CancelReason = z.infer<typeof cancelReason>;

const nothing = z.strictObject({});

export const orderEvents = [
  defineEvent({ type: 'OrderPlaced', schemaVersion: 1, data: placedOrder.extend({ email: z.string() }) }),
  defineEvent({ type: 'OrderFlagged', schemaVersion: 1, data: nothing }),
  defineEvent({ type: 'StockReserved', schemaVersion: 1, data: nothing }),
  defineEvent({ type: 'PaymentHeld', schemaVersion: 1, data: z.strictObject({ hold: z.string() }) }),
  /** The bank's code says why, or the shop's where it asks no longer. */
  defineEvent({ type: 'PaymentRefused', schemaVersion: 1, data: z.strictObject({ code: z.string() }) }),
  defineEvent({ type: 'OrderShipped', schemaVersion: 1, data: nothing }),
  defineEvent({ type: 'PaymentCaptured', schemaVersion: 1, data: z.strictObject({ total: positiveMoney }) }),
  defineEvent({ type: 'PaymentReleased', schemaVersion: 1, data: nothing }),
  defineEvent({ type: 'OrderCancelled', schemaVersion: 1, data: z.strictObject({ reason: cancelReason }) }),
] as const;
export type OrderEvent = EventOf<(typeof orderEvents)[number]>;
