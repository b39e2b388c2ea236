import type { paths } from '../../client/api.ts';
import { createApiClient } from '../../client/client.ts';
import { outcomeOf } from '../../client/outcome.ts';
import { formatAmount } from '../../domain/money.ts';
import type { BankAnswer, KnownOrder } from './domain/order.ts';

type Ask = (orderId: string, order: KnownOrder) => Promise<BankAnswer>;

/** What the shop asks of the bank for an order, by its id: any number of times, with one effect. All throw while the bank is away. */
export type BankOfShop = {
  /** Done: the hold's id. */
  readonly hold: Ask;
  readonly capture: Ask;
  readonly release: Ask;
};

type Hold = paths['/api/accounts/{id}/holds']['post']['requestBody']['content']['application/json'];

/** The bank by its HTTP API. Each idempotency key derives from the order, so that a repeat finds the first answer again. */
export const bankAt = (url: string, key: string | undefined): BankOfShop => {
  const client = createApiClient({ url, key, answerWithinMs: 5_000 });
  const paramsOf = (step: keyof BankOfShop, orderId: string, { account: id, hold: holdId = '' }: KnownOrder) => ({
    params: { path: { id, holdId }, header: { 'idempotency-key': `shop-${step}-${orderId}` } },
  });
  return {
    async hold(orderId, order) {
      const { minor, currency } = order.total;
      const body = {
        amount: formatAmount(minor, currency),
        // The client knows the codes, of which this is one.
        currency: currency as string as Hold['currency'],
        expiresAt: order.payBy,
        reference: `Order ${orderId}`,
      };
      const reply = await client.POST('/api/accounts/{id}/holds', { ...paramsOf('hold', orderId, order), body });
      return outcomeOf(reply, ({ holdId }) => holdId);
    },
    async capture(orderId, order) {
      const place = '/api/accounts/{id}/holds/{holdId}/capture';
      return outcomeOf(await client.POST(place, paramsOf('capture', orderId, order)), ({ position }) => position);
    },
    async release(orderId, order) {
      const place = '/api/accounts/{id}/holds/{holdId}/release';
      return outcomeOf(await client.POST(place, paramsOf('release', orderId, order)), ({ position }) => position);
    },
  };
};
