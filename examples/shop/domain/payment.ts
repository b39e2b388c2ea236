import type { KnownOrder } from './order.ts';

/**
 * What to do next for an order's payment, at an instant; undefined where that is nothing. It follows from the order alone: whoever takes a
 * step again, after a crash or a repeated message, asks the bank under the same key. A cancelled order of which nobody knows what the
 * bank said is asked for, too, since an answer may have been lost: what is held then is released.
 */
export const nextPaymentStep = (
  { status, payment, payBy }: KnownOrder,
  at: string,
): 'hold' | 'capture' | 'release' | 'giveUp' | undefined => {
  if (payment === 'open') return at < payBy ? 'hold' : 'giveUp';
  if (payment !== 'held') return undefined;
  if (status === 'shipped') return 'capture';
  if (status === 'cancelled') return 'release';
  return at < payBy ? undefined : 'giveUp';
};
