import type { View } from '../eventSourcing/view.ts';
import type { Above } from '../application/subscriptions/subscriber.ts';
import type { Subscription } from '../application/subscriptions/listener.ts';

type Named = { readonly name: string };
type Topology = {
  readonly cosmos: {
    readonly database: string;
    readonly containers: readonly (Named & { readonly partitionKey: string })[];
  };
  readonly serviceBus: { readonly topics: readonly (Named & { readonly subscriptions: readonly Named[] })[] };
};

/** What a bounded context has of its own. */
type Derived = { readonly views: readonly View[]; readonly subscriptions: readonly Subscription[] };

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
      ...filterOf(properties, listeners[0]?.above),
    })),
    { name: 'deliverTo', properties: { deliverTo: name } },
  ],
});

/** A correlation filter, which costs the broker least; where there are bounds, it takes an SQL filter. */
const filterOf = (properties: Readonly<Record<string, string>>, above: Above | undefined) =>
  above
    ? {
        sql: [
          ...Object.entries(properties).map(([name, value]) => `${name} = '${value}'`),
          ...Object.entries(above).map(([name, bound]) => `${name} > ${bound}`),
        ].join(' AND '),
      }
    : { properties };

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
export const derivedTopology = ({ cosmos, serviceBus }: Topology, { views, subscriptions }: Derived): object => {
  const ofViews = [
    ...cosmos.containers.filter((container) => container.partitionKey === partitionKey).map(({ name }) => name),
    ...views.map(({ name }) => name),
  ];
  const heard = [...ofViews, ...subscriptions.map(({ name }) => name)];
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
        subscriptions: [...topic.subscriptions.filter(isNot(heard)), ...subscriptions.map(subscriptionOf)],
      })),
    },
  };
};
