import { z } from 'zod';
import { positiveMoney } from '../../domain/money.ts';
import { defineContext, type DefinedContext } from '../../functions/context.ts';
import type { BankOfShop } from './bank.ts';
import { order } from './domain/order.ts';
import { product } from './domain/product.ts';
import { email } from './listeners/email.ts';
import { inventory } from './listeners/inventory.ts';
import { largeOrders } from './listeners/largeOrders.ts';
import { payment } from './listeners/payment.ts';
import { analytics } from './views/analytics.ts';
import { orders } from './views/orders.ts';

/** The data of events by whose total listeners may filter. */
const priced = z.object({ total: positiveMoney });

/** The shop as a bounded context, but for its topology. All who hear its events do so alone, with a subscription of their own. */
export const shopOn = (bank: BankOfShop): DefinedContext =>
  defineContext({
    aggregates: [order, product],
    views: [orders, analytics],
    subscribers: [email, inventory, payment(bank), largeOrders],
    filterable(data) {
      const total = priced.safeParse(data).data?.total;
      return total ? { amountMinor: total.minor, currency: total.currency } : {};
    },
  });
