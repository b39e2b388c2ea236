import { writeFile } from 'node:fs/promises';
import { views } from '../projections/registry.ts';
import { subscriptions } from '../subscribers/registry.ts';
import { derivedTopology } from './derivedTopology.ts';
import topology from './topology.json' with { type: 'json' };

await writeFile('infra/topology.json', JSON.stringify(derivedTopology(topology, { views, subscriptions })));
