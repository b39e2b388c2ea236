import { defineSubscriber } from '../../application/subscriptions/subscriber.ts';
import { account } from '../../domain/account/account.ts';
import { choiceOf, customer } from '../../domain/customer/customer.ts';
import { isWanted, notificationTypes } from '../../domain/customer/notifications.ts';
import { customers } from '../../projections/customers.ts';
import { letterTo } from './letter.ts';
import { newsOf } from './news.ts';

const days = 24 * 3_600;

/** Tells customers by e-mail what happens in their accounts. */
export const notifications = defineSubscriber({
  name: 'notifications',
  follows: [account],
  types: [...notificationTypes, 'HoldCaptured'],
  switched: true,
  inAnyOrder: true,
  remembersForSeconds: 30 * days,
  async handle(event, { current, row, email }) {
    const news = newsOf(event);
    if (!news) return;
    const { customerId } = event.data;
    await email(async () => {
      const { state, version } = await current(customer, customerId);
      if (state.status !== 'known' || !isWanted(choiceOf(state), news.type, news.moved)) return undefined;
      // No event of an account names its customer, and the state names nobody: the view does, once it is as new as the state.
      const found = await row(customers, customer.name, customerId, version);
      return found?.customer ? letterTo(found.customer, news) : undefined;
    });
  },
});
