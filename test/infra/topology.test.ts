import { describe, expect, it } from 'vitest';
import { derivedTopology } from '../../infra/derivedTopology.ts';
import topology from '../../infra/topology.json' with { type: 'json' };
import { parseTopology } from '../../local/launcher/services/topology.ts';
import { views } from '../../projections/registry.ts';
import { subscriptions } from '../../subscribers/registry.ts';

const [topic] = topology.serviceBus.topics;

it('is the one that follows from views and subscribers: npm run topology writes it', () =>
  expect(derivedTopology(topology, { views, subscriptions })).toEqual(topology));

it('keeps what others wrote, and drops a view that is gone', () => {
  const others = { name: 'statements-by-mail', lockDuration: 'PT1M', maxDeliveryCount: 10, rules: [] };
  const gone = { name: 'gone', lockDuration: 'PT5M', maxDeliveryCount: 100, rules: [] };
  const before = {
    cosmos: {
      ...topology.cosmos,
      containers: [
        { name: 'gone', partitionKey: '/partition', indexedPaths: [] },
        { name: 'mail', partitionKey: '/id', indexedPaths: [] },
      ],
    },
    serviceBus: { topics: [{ name: 'bank-events', subscriptions: [gone, others] }] },
  };
  const derived = derivedTopology(before, { views, subscriptions });
  const { cosmos, serviceBus } = parseTopology(JSON.stringify(derived), 'the derived topology');
  expect(cosmos.containers.map(({ name }) => name)).toEqual(['mail', ...views.map(({ name }) => name)]);
  expect(serviceBus.topics[0]?.subscriptions.map(({ name }) => name)).toEqual([
    'statements-by-mail',
    ...subscriptions.map(({ name }) => name),
  ]);
});

it('has no subscription that nobody in the app hears, which would fill the topic', () =>
  expect(topic?.subscriptions.map(({ name }) => name)).toEqual(subscriptions.map(({ name }) => name)));

it.each(topic?.subscriptions ?? [])('lets $name be sent what is for it alone', ({ name, rules }) =>
  expect(rules.map(({ properties }) => properties)).toContainEqual({ deliverTo: name }),
);

it('has one subscription for all views, which takes every aggregate that any of them follows', () => {
  const [subscription, ...others] = topic?.subscriptions ?? [];
  expect(others.flatMap(({ name }) => views.filter((view) => view.name === name))).toEqual([]);
  const aggregates = [...new Set(views.flatMap(({ follows }) => follows))];
  const filters = subscription?.rules.map(({ properties }) => properties);
  expect(filters).toEqual([...aggregates.map((aggregate) => ({ aggregate })), { deliverTo: 'views' }]);
  // Deploying a rule of this name replaces the catch-all of a new subscription.
  expect(subscription?.rules[0]?.name).toBe('$Default');
});

describe.each(views)('of $name', (view) => {
  const container = topology.cosmos.containers.find(({ name }) => name === view.name);

  it('the container has an index for everything that its searches look at', () => {
    const paths = (view.routes ?? []).flatMap((route) => {
      if (route.answers === 'row') return [];
      if (route.answers === 'sums') return [route.sums.slice];
      const { where = [], orderBy } = route.find({}, { version: 1, now: '2026-11-20T10:00:00.000Z' });
      const conditions = where
        .flatMap((each) => ('anyOf' in each ? each.anyOf : [each]))
        .flatMap((each) => ('allOf' in each ? each.allOf : [each]));
      return [...conditions, ...orderBy].map(([path]) => path);
    });
    const indexed = paths.map((path) => `/${path.replaceAll('.', '/')}/?`);
    expect(container?.indexedPaths).toEqual(expect.arrayContaining(indexed));
  });
});
