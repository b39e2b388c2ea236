import type { View } from '../eventSourcing/view.ts';
import { views } from '../projections/registry.ts';
import { subscriptions } from '../subscribers/registry.ts';
import type topology from './topology.json';

type Topology = typeof topology;
type Subscription = (typeof subscriptions)[number];
type Named = { readonly name: string };

/** The partition key of every view's container, and of no other container. */
const partitionKey = '/partition';

const containerOf = ({ name, index }: View) => ({
  name,
  partitionKey,
  // The app counts and clears rows by generation.
  indexedPaths: ['generation', ...(index?.paths ?? [])].map((path) => `/${path.replaceAll('.', '/')}/?`),
  ...(index?.orders && {
    compositeIndexes: index.orders.map((orders) =>
      orders.map(([path, order]) => ({ path: `/${path.replaceAll('.', '/')}`, order })),
    ),
  }),
});

/** It takes the events that any of its listeners hears, and copies that are for it alone. */
const subscriptionOf = ({ name, listeners }: Subscription) => ({
  name,
  ...(listeners.some(({ switched }) => switched) && { switched: true }),
  lockDuration: 'PT5M',
  maxDeliveryCount: 100,
  rules: [
    // A rule of this name replaces the catch-all of a new subscription.
    ...filtersOf(listeners).map((properties, index) => ({
      name: index === 0 ? '$Default' : Object.values(properties).join('-'),
      properties,
    })),
    { name: 'deliverTo', properties: { deliverTo: name } },
  ],
});

/** A rule for each kind of aggregate, or for each type of event where all who follow the kind name types. */
const filtersOf = (listeners: Subscription['listeners']): Readonly<Record<string, string>>[] => {
  const aggregates = [...new Set(listeners.flatMap(({ follows }) => follows))];
  return aggregates.flatMap((aggregate): Readonly<Record<string, string>>[] => {
    const types = listeners.filter(({ follows }) => follows.includes(aggregate)).map((listener) => listener.types);
    if (types.includes(undefined)) return [{ aggregate }];
    return [...new Set(types.flatMap((some) => some ?? []))].map((type) => ({ aggregate, type }));
  });
};

/** The topology with a container for each view and the subscriptions of all listeners; the rest stays as it is. */
export const derivedTopology = (
  { cosmos, serviceBus }: Topology,
  wanted: readonly Subscription[] = subscriptions,
): object => {
  const ofViews = [
    ...cosmos.containers.filter((container) => container.partitionKey === partitionKey).map(({ name }) => name),
    ...views.map(({ name }) => name),
  ];
  const heard = [...ofViews, ...[...subscriptions, ...wanted].map(({ name }) => name)];
  const isNot =
    (derived: readonly string[]) =>
    ({ name }: Named) =>
      !derived.includes(name);
  return {
    cosmos: { ...cosmos, containers: [...cosmos.containers.filter(isNot(ofViews)), ...views.map(containerOf)] },
    serviceBus: {
      ...serviceBus,
      topics: serviceBus.topics.map((topic) => ({
        ...topic,
        subscriptions: [...topic.subscriptions.filter(isNot(heard)), ...wanted.map(subscriptionOf)],
      })),
    },
  };
};
