import { defineSubscriber } from '../application/subscriptions/subscriber.ts';
import { account } from '../domain/account/account.ts';
import { customer } from '../domain/customer/customer.ts';
import { rate } from '../domain/rate/rate.ts';

/** Tells webhooks of every event that is news. It hears an event again when a delivery is due. */
export const webhooks = defineSubscriber({
  name: 'webhooks',
  follows: [customer, account, rate],
  switched: true,
  inAnyOrder: true,
  handle: (_event, { tellWebhooks }) => tellWebhooks(),
});
