import { subscriberListener, subscriptionsOf } from '../../application/subscriptions/listener.ts';
import { listeners as others } from '../../subscribers/registry.ts';
import { coffeeMachine } from './coffeeMachine.ts';

/** The app's registry with the coffee machine beside the others. */
export const listeners = [...others, subscriberListener(coffeeMachine)];
export const subscriptions = subscriptionsOf(listeners);
