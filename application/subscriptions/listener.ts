import type { View } from '../../eventSourcing/view.ts';
import { relayName } from '../publishing/relay.ts';
import type { Address } from './ports.ts';
import type { Above, Subscriber } from './subscriber.ts';

/** Someone who hears events: a view, which folds them, or a subscriber, which acts on them. */
export type Listener = {
  readonly name: string;
  /** The names of the kinds of aggregates whose events it hears. */
  readonly follows: readonly string[];
  /** The types of events that it hears, where it does not hear all. */
  readonly types?: readonly string[] | undefined;
  /** Where it hears only what exceeds these bounds. */
  readonly above?: Above | undefined;
  /** The name of the subscription that brings them. */
  readonly subscription: string;
  /** It is on only where the setting LISTENERS names it. */
  readonly switched?: true | undefined;
} & ({ readonly kind: 'view'; readonly view: View } | { readonly kind: 'subscriber'; readonly subscriber: Subscriber });

/** A subscription of the topic, and all who share its messages. */
export type Subscription = { readonly name: string; readonly listeners: readonly Listener[] };

/** A view as a listener; on a subscription of its own unless it names one that several share. */
export const viewListener = (view: View, subscription = view.name): Listener => ({
  kind: 'view',
  name: view.name,
  follows: view.follows,
  subscription,
  view,
});

export const subscriberListener = (subscriber: Subscriber): Listener => ({
  kind: 'subscriber',
  name: subscriber.name,
  follows: subscriber.follows,
  types: subscriber.types,
  above: subscriber.above,
  subscription: subscriber.subscription ?? subscriber.name,
  switched: subscriber.switched,
  subscriber,
});

/** Names a subscription of Service Bus and a function of Azure, and is a part of command ids. */
const namePattern = /^[a-z][a-z0-9-]{0,49}$/i;

/** The subscriptions that the listeners need. Throws where a name will not do, or is taken twice. */
export const subscriptionsOf = (listeners: readonly Listener[]): readonly Subscription[] => {
  const names = new Set<string>();
  for (const { name, subscription } of listeners) {
    for (const each of [name, subscription]) {
      if (!namePattern.test(each)) throw new Error(`"${each}" cannot name a listener or a subscription`);
    }
    // The relay parks messages under its own name.
    if (names.has(name) || name === relayName) throw new Error(`The name ${name} of a listener is taken`);
    names.add(name);
  }
  for (const { name, subscription } of listeners) {
    const namesake = listeners.find((other) => other.name === subscription);
    if (namesake && namesake.subscription !== subscription) {
      throw new Error(`The subscription ${subscription} of ${name} has the name of a listener that is not on it`);
    }
  }
  for (const { name, subscription, switched, above } of listeners) {
    const sharers = listeners.filter((other) => other.subscription === subscription);
    if ((switched || above) && (subscription !== name || sharers.length > 1)) {
      throw new Error(
        `The listener ${name} ${switched ? 'is switched' : 'has bounds'}, so that it needs a subscription of its own`,
      );
    }
  }
  const bySubscription = Map.groupBy(listeners, ({ subscription }) => subscription);
  return [...bySubscription].map(([name, own]) => ({ name, listeners: own }));
};

/** The listeners, or the subscriptions of the topology, that are on: all but those that are switched and not named. */
export const switchedOn = <Each extends { readonly name: string; readonly switched?: boolean | undefined }>(
  all: readonly Each[],
  named: readonly string[],
): readonly Each[] => all.filter(({ name, switched = false }) => !switched || named.includes(name));

/** The name under which operators find a subscription that is not one listener's own: it is shared, or not the app's. */
export const subscriptionName = (subscription: string): string => `subscription:${subscription}`;

/** The name under which operators find messages of a subscription that are for nobody in particular. */
export const ownName = ({ name, listeners }: Subscription): string =>
  (listeners.length === 1 ? listeners[0]?.name : undefined) ?? subscriptionName(name);

/** The address of a listener, or of a subscription by its `subscriptionName`. */
export const addressOf = (listeners: readonly Listener[], name: string): Address => {
  const found = listeners.find((listener) => listener.name === name);
  return found
    ? { subscription: found.subscription, listener: name }
    : { subscription: name.replace(subscriptionName(''), '') };
};

/**
 * Under these names operators find messages: the app's listeners, and the subscriptions of the topic that are not one listener's own.
 */
export const addresseesOf = (listeners: readonly Listener[], subscriptionsOfTopic: readonly string[]): string[] => {
  const names = listeners.map(({ name }) => name);
  return [...names, ...subscriptionsOfTopic.filter((name) => !names.includes(name)).map(subscriptionName)];
};
