import {
  subscriberListener,
  subscriptionsOf,
  viewListener,
  type Listener,
  type Subscription,
} from '../application/subscriptions/listener.ts';
import type { Subscriber } from '../application/subscriptions/subscriber.ts';
import { views } from '../projections/registry.ts';
import { holds } from './holds.ts';
import { kafka } from './kafka.ts';
import { notifications } from './notifications/notifications.ts';
import { transfers } from './transfers.ts';
import { webhooks } from './webhooks.ts';

/** All who hear events and keep no view. */
const subscribers: readonly Subscriber[] = [transfers, holds, notifications, kafka, webhooks];

/** One delivery of each event feeds all views. */
const viewsSubscription = 'views';

/** All who hear events. The views share a subscription; each subscriber has its own, unless it names another. */
export const listeners: readonly Listener[] = [
  ...views.map((view) => viewListener(view, viewsSubscription)),
  ...subscribers.map(subscriberListener),
];

export const subscriptions: readonly Subscription[] = subscriptionsOf(listeners);
