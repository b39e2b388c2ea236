import { derivedTopology } from '../../infra/derivedTopology.ts';
import topology from '../../infra/topology.json' with { type: 'json' };
import type { Subscription } from '../../application/subscriptions/listener.ts';
import { parseTopology, type Topology } from '../../local/launcher/services/topology.ts';
import { views } from '../../projections/registry.ts';

const withoutSubscriptions = {
  ...topology,
  serviceBus: { topics: topology.serviceBus.topics.map((topic) => ({ ...topic, subscriptions: [] })) },
};

/** The topology as it would be with these subscriptions. */
export const topologyOf = (subscriptions: readonly Subscription[]): Topology =>
  parseTopology(
    JSON.stringify(derivedTopology(withoutSubscriptions, { views, subscriptions })),
    'the derived topology',
  );
