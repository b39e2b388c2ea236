import { z } from 'zod';
import { instantOf } from '../../application/clock.ts';
import { loadCurrent } from '../../application/commands/currentState.ts';
import { emailAddress } from '../../domain/emailAddress.ts';
import { line } from '../../domain/text.ts';
import { auditTrail } from '../../functions/api/auditTrail.ts';
import { changed } from '../../functions/api/changed.ts';
import { created } from '../../functions/api/created.ts';
import { command, commandOf, creation, creationOf } from '../../functions/http/commandEndpoint.ts';
import type { EndpointTable } from '../../functions/http/endpoint.ts';
import { givenMoney, idRoute, withoutBody } from '../../functions/http/schemas.ts';
import type { ContextServices } from '../../functions/services.ts';
import { exampleId, uuid } from '../../projections/fields.ts';
import { order } from './domain/order.ts';
import { product, unitCount } from './domain/product.ts';

const problems = {
  ProductKnown: [409, 'Product known', 'A product with this id was added before.'],
  ProductUnknown: [422, 'Product unknown', 'No product has this id.'],
  TotalTooLarge: [422, 'Total too large', 'The units cost more than 15 digits can say.'],
  OrderKnown: [409, 'Order known', 'An order with this id was placed before.'],
  OrderUnknown: [404, 'Order unknown', 'No order has this id.'],
  OrderEnded: [409, 'Order ended', 'It was shipped or cancelled before.'],
  OrderNotReady: [409, 'Order not ready', 'Its units are not reserved yet, or its money is not held.'],
  HoldEnds: [409, 'Hold ends', 'The bank holds the money no longer.'],
} as const;

export const orderEndpoints = (payWithinSeconds: number): EndpointTable<ContextServices> => ({
  addProduct: creation(product, 'AddProduct', {
    post: 'products',
    access: 'command',
    summary: 'Add a product, and units of it to the stock',
    body: z.strictObject({ name: line(100), price: givenMoney, units: unitCount }),
    example: { name: 'Teapot', price: { amount: '25.00', currency: 'EUR' }, units: 10 },
    refuses: ['ProductKnown'],
    problems,
    answers: created('products', 'The path of the product'),
  }),
  placeOrder: creationOf(
    order,
    {
      post: 'orders',
      access: 'command',
      summary: 'Place an order, at the price that the product has',
      body: z.strictObject({ product: uuid, units: unitCount, account: uuid, email: emailAddress }),
      example: { product: exampleId, units: 2, account: exampleId, email: 'ada@example.com' },
      refuses: ['ProductUnknown', 'TotalTooLarge', 'OrderKnown'],
      problems,
      answers: created('orders', 'The path of the order'),
    },
    async ({ body }, { eventStore, clock }) => {
      const found = await loadCurrent(product, eventStore, body.product);
      return {
        type: 'PlaceOrder' as const,
        ...body,
        price: found !== 'fenced' && found.state.status === 'known' ? found.state.price : undefined,
        payBy: instantOf(clock.now() + payWithinSeconds * 1_000),
      };
    },
  ),
  shipOrder: command(order, 'ShipOrder', {
    post: 'orders/{id}/shipment',
    access: 'command',
    summary: 'Ship an order: it leaves once the bank has given the money',
    ...withoutBody,
    refuses: ['OrderUnknown', 'OrderEnded', 'OrderNotReady', 'HoldEnds'],
    problems,
    answers: changed,
  }),
  cancelOrder: commandOf(
    order,
    {
      post: 'orders/{id}/cancellation',
      access: 'command',
      summary: 'Cancel an order that has not shipped',
      params: idRoute,
      ...withoutBody,
      refuses: ['OrderUnknown', 'OrderEnded'],
      problems,
      answers: changed,
    },
    () => ({ type: 'CancelOrder', reason: 'byHand' }) as const,
  ),
  orderEvents: auditTrail(order, 'orders/{id}/events'),
});

/** What the OpenAPI document says of the shop. */
export const aboutShop = {
  title: 'The shop',
  summary: 'Orders that the bank pays',
  operators: 'The operators of this shop',
  tags: {
    products: 'What the shop sells',
    orders: 'Orders, and what became of them',
    analytics: 'What was sold',
  },
};
