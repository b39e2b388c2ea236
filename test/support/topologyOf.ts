import { derivedTopology } from '../../infra/derivedTopology.ts';
import topology from '../../infra/topology.json' with { type: 'json' };
import type { Subscription } from '../../application/subscriptions/listener.ts';
import { parseTopology, type Topology } from '../../local/launcher/services/topology.ts';

/** The topology as it would be with these subscriptions. */
export const topologyOf = (subscriptions: readonly Subscription[]): Topology =>
  parseTopology(JSON.stringify(derivedTopology(topology, subscriptions)), 'the derived topology');
