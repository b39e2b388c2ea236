import type { KnownOrder, Order } from './order.ts';

/** What has to be asked of the bank next, and for which order. */
export type PaymentStep = { readonly step: 'hold' | 'capture' | 'release' | 'lapse'; readonly order: KnownOrder };

/**
 * The next step of an order's payment at an instant; undefined where there is none. It follows from the order alone: whoever takes a
 * step again, after a crash or a repeated message, asks the bank under the same key. A cancelled order of which nobody knows what the
 * bank said is asked for, too, since an answer may have been lost: what is held then is released.
 */
export const nextPaymentStep = (order: Order, at: string): PaymentStep | undefined => {
  if (order.status === 'unknown') return undefined;
  switch (order.payment) {
    case 'open':
      return { step: at < order.payBy ? 'hold' : 'lapse', order };
    case 'held':
      if (order.status === 'shipped') return { step: 'capture', order };
      if (order.status === 'cancelled') return { step: 'release', order };
      return at < order.payBy ? undefined : { step: 'lapse', order };
    case 'refused':
    case 'captured':
    case 'released':
      return undefined;
  }
};
