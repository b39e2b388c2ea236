import { expect, it } from 'vitest';
import { bankAt } from '../../../examples/shop/bank.ts';
import { shopOn } from '../../../examples/shop/registry.ts';
import topology from '../../../examples/shop/topology.json' with { type: 'json' };
import { contextTopology } from '../../../infra/contextTopology.ts';
import { parseTopology } from '../../../local/launcher/services/topology.ts';

const shop = shopOn(bankAt('http://localhost', undefined));
const [topic] = parseTopology(JSON.stringify(topology), 'the shop').serviceBus.topics;

it('is the one that follows from the shop: npm run topology writes it', () =>
  expect(contextTopology('shop', shop)).toEqual(topology));

it('gives each listener a subscription of its own', () =>
  expect(topic?.subscriptions.map(({ name }) => name)).toEqual(shop.listeners.map(({ name }) => name)));

it('brings large orders alone to the listener that looks at them', () =>
  expect(topic?.subscriptions.find(({ name }) => name === 'large-orders')?.rules).toEqual([
    { name: '$Default', sql: "aggregate = 'order' AND type = 'OrderPlaced' AND amountMinor > 100000" },
    { name: 'deliverTo', properties: { deliverTo: 'large-orders' } },
  ]));
