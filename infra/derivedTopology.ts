import { projections } from '../projections/registry.ts';
import type { Projection } from '../projections/projection.ts';
import type topology from './topology.json';

type Topology = typeof topology;
type Named = { readonly name: string };

/** Of every projection's container, and of no other. */
const partitionKey = '/partition';

const containerOf = ({ name, index }: Projection) => ({
  name,
  partitionKey,
  // By generation they are counted and cleared.
  indexedPaths: ['generation', ...(index?.paths ?? [])].map((path) => `/${path.replaceAll('.', '/')}/?`),
  ...(index?.orders && {
    compositeIndexes: index.orders.map((orders) =>
      orders.map(([path, order]) => ({ path: `/${path.replaceAll('.', '/')}`, order })),
    ),
  }),
});

const subscriptionOf = ({ name, aggregates }: Projection) => ({
  name,
  lockDuration: 'PT5M',
  maxDeliveryCount: 100,
  rules: [
    // A rule of this name replaces the catch-all of a new subscription.
    ...aggregates.map((aggregate, index) => ({
      name: index === 0 ? '$Default' : aggregate,
      properties: { aggregate },
    })),
    { name: 'deliverTo', properties: { deliverTo: name } },
  ],
});

/** The topology with the container and the subscription of each projection; what others wrote stays. */
export const derivedTopology = ({ cosmos, serviceBus }: Topology): object => {
  const derived = new Set([
    ...cosmos.containers.filter((container) => container.partitionKey === partitionKey).map(({ name }) => name),
    ...projections.map(({ name }) => name),
  ]);
  const isOthers = ({ name }: Named) => !derived.has(name);
  return {
    cosmos: { ...cosmos, containers: [...cosmos.containers.filter(isOthers), ...projections.map(containerOf)] },
    serviceBus: {
      ...serviceBus,
      topics: serviceBus.topics.map((topic) => ({
        ...topic,
        subscriptions: [...topic.subscriptions.filter(isOthers), ...projections.map(subscriptionOf)],
      })),
    },
  };
};
