import { writeFile } from 'node:fs/promises';
import { contextTopology } from '../../infra/contextTopology.ts';
import { bankAt } from './bank.ts';
import { shopOn } from './registry.ts';

// No listener runs, so that nobody calls this bank.
const shop = shopOn(bankAt('http://localhost', undefined));
await writeFile('examples/shop/topology.json', JSON.stringify(contextTopology('shop', shop)));
