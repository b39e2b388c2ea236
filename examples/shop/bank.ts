import type { paths } from '../../client/api.ts';
import { createApiClient } from '../../client/client.ts';
import { formatAmount } from '../../domain/money.ts';
import type { KnownOrder } from './domain/order.ts';

/** The bank did it, or refuses for good. */
export type BankAnswer = { readonly done: string } | { readonly refused: string };

/** What the shop asks of the bank for an order, by its id: any number of times, with one effect. All throw while the bank is away. */
export type BankOfShop = {
  /** Done: the hold's id. */
  readonly hold: (orderId: string, order: KnownOrder) => Promise<BankAnswer>;
  readonly capture: (orderId: string, order: KnownOrder) => Promise<BankAnswer>;
  readonly release: (orderId: string, order: KnownOrder) => Promise<BankAnswer>;
};

type Hold = paths['/api/accounts/{id}/holds']['post']['requestBody']['content']['application/json'];

/** The bank accepts, and never answers. */
const answerWithinMs = 5_000;

/** The statuses by which the bank refuses for good; all others may pass. */
const refusals = [404, 409, 422];

type Reply<Body> = {
  readonly response: Response;
  readonly data?: Body | undefined;
  readonly error?: { readonly code: string } | undefined;
};

const answerOf = <Body>({ response, data, error }: Reply<Body>, done: (body: Body) => string): BankAnswer => {
  if (data !== undefined) return { done: done(data) };
  if (error && refusals.includes(response.status)) return { refused: error.code };
  throw new Error(`The bank answered ${response.status}`);
};

/** The bank by its HTTP API. Each idempotency key derives from the order, so that a repeat finds the first answer again. */
export const bankAt = (url: string, key: string | undefined): BankOfShop => {
  const client = createApiClient({
    ...{ url, key },
    fetch: (request) =>
      fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(answerWithinMs)]) }),
  });
  const keyOf = (step: string, orderId: string) => ({ 'idempotency-key': `shop-${step}-${orderId}` });
  const ofHold = (step: string, orderId: string, { account: id, hold: holdId = '' }: KnownOrder) => ({
    params: { path: { id, holdId }, header: keyOf(step, orderId) },
  });
  return {
    async hold(orderId, { account: id, total: { minor, currency }, payBy: expiresAt }) {
      const body = {
        amount: formatAmount(minor, currency),
        // The client knows the codes, of which this is one.
        currency: currency as string as Hold['currency'],
        ...{ expiresAt, reference: `Order ${orderId}` },
      };
      const params = { path: { id }, header: keyOf('hold', orderId) };
      return answerOf(await client.POST('/api/accounts/{id}/holds', { params, body }), ({ holdId }) => holdId);
    },
    capture: async (orderId, order) =>
      answerOf(
        await client.POST('/api/accounts/{id}/holds/{holdId}/capture', ofHold('capture', orderId, order)),
        ({ position }) => position,
      ),
    release: async (orderId, order) =>
      answerOf(
        await client.POST('/api/accounts/{id}/holds/{holdId}/release', ofHold('release', orderId, order)),
        ({ position }) => position,
      ),
  };
};
