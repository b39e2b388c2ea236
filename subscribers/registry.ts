import {
  subscriberListener,
  subscriptionsOf,
  viewListener,
  type Listener,
  type Subscription,
} from '../application/subscriptions/listener.ts';
import type { Subscriber } from '../application/subscriptions/subscriber.ts';
import { views } from '../projections/registry.ts';

/** All who hear events and keep no view. */
const subscribers: readonly Subscriber[] = [];

/** All who hear events. Each view has a subscription of its own, and so has each subscriber that names no other. */
export const listeners: readonly Listener[] = [
  ...views.map((view) => viewListener(view)),
  ...subscribers.map(subscriberListener),
];

export const subscriptions: readonly Subscription[] = subscriptionsOf(listeners);
