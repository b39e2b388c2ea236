import { subscriptionsOf, type Listener } from '../application/subscriptions/listener.ts';
import type { View } from '../eventSourcing/view.ts';
import { derivedTopology } from './derivedTopology.ts';
import topology from './topology.json' with { type: 'json' };

/** The containers in which the kit keeps what every context has. The others of `topology.json` are the bank's. */
const containersOfKit = ['events', 'checkpoints', 'aliases', 'gaps', 'operations', 'handled', 'parked'];

/** The topology of a further context: a database and a topic of its own, and what follows from its views and listeners. */
export const contextTopology = (
  name: string,
  { views, listeners }: { readonly views: readonly View[]; readonly listeners: readonly Listener[] },
): object => {
  const containers = topology.cosmos.containers.filter((container) => containersOfKit.includes(container.name));
  const topics = topology.serviceBus.topics.map((topic) => ({
    ...topic,
    ...{ name: `${name}-events`, subscriptions: [] },
  }));
  return derivedTopology(
    { cosmos: { database: name, containers }, serviceBus: { topics } },
    { views, subscriptions: subscriptionsOf(listeners) },
  );
};
