import { writeFile } from 'node:fs/promises';
import { derivedTopology } from './derivedTopology.ts';
import topology from './topology.json' with { type: 'json' };

await writeFile('infra/topology.json', JSON.stringify(derivedTopology(topology)));
