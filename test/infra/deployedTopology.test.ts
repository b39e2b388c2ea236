import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bankAggregates } from '../../domain/registry.ts';
import { toEmulatorConfig } from '../../local/launcher/services/emulatorConfig.ts';
import { readTopology } from '../../local/launcher/services/topology.ts';
import { deploy } from './bicepDeployment.ts';
import { parseBicep, propertiesOfType } from './bicepSyntax.ts';
import { deployDev, ofType } from './deployments.ts';

const topology = await readTopology('infra/topology.json');
const switched = topology.serviceBus.topics.flatMap(({ subscriptions }) =>
  subscriptions.filter((subscription) => subscription.switched).map(({ name }) => name),
);
const deployed = deployDev({ listeners: switched, email: true, eventHubs: true });
const containerType = 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers';
const topicType = 'Microsoft.ServiceBus/namespaces/topics';

it('Event Hubs has a hub for each kind of aggregate, which the app may send to', () => {
  const hubs = ofType(deployed, 'Microsoft.EventHub/namespaces/eventhubs').map(({ body }) => body.name);
  expect(hubs.toSorted()).toEqual(bankAggregates.map(({ name }) => `events_${name}`).toSorted());
  expect(ofType(deployDev(), 'Microsoft.EventHub/namespaces')).toEqual([]);
});

describe('Cosmos DB', () => {
  it('has the database of the topology', () =>
    expect(ofType(deployed, 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases')).toMatchObject([
      { body: { name: topology.cosmos.database, properties: { resource: { id: topology.cosmos.database } } } },
    ]));

  it('has exactly its containers', () =>
    expect(ofType(deployed, containerType).map(({ body }) => body.name)).toEqual(
      topology.cosmos.containers.map(({ name }) => name),
    ));

  it.each(topology.cosmos.containers)('has container $name as the topology says', (container) => {
    const resource = ofType(deployed, containerType).find(({ body }) => body.name === container.name);
    expect(resource?.body.properties).toEqual({
      resource: {
        id: container.name,
        partitionKey: { paths: [container.partitionKey], kind: 'Hash', version: 2 },
        uniqueKeyPolicy: { uniqueKeys: container.uniqueKeys.map((paths) => ({ paths })) },
        indexingPolicy: {
          indexingMode: 'consistent',
          automatic: true,
          includedPaths: (container.indexedPaths ?? ['/*']).map((path) => ({ path })),
          excludedPaths: container.indexedPaths ? [{ path: '/*' }] : [],
          compositeIndexes: container.compositeIndexes,
        },
        defaultTtl: container.defaultTtlSeconds ?? null,
      },
    });
  });

  it('passes on all that a topology can say of a container', () => {
    const order = 'descending';
    const full = {
      name: 'full',
      partitionKey: '/tenant',
      uniqueKeys: [['/a', '/b'], ['/c']],
      indexedPaths: ['/d/?'],
      compositeIndexes: [[{ path: '/e', order }]],
      defaultTtlSeconds: 60,
    };
    const [container] = ofType(
      deploy('infra/modules/cosmos.bicep', { ...cosmosParameters, containers: [full] }),
      containerType,
    );
    expect(container?.body).toMatchObject({
      properties: {
        resource: {
          uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/a', '/b'] }, { paths: ['/c'] }] },
          indexingPolicy: {
            includedPaths: [{ path: '/d/?' }],
            compositeIndexes: [[{ path: '/e', order }]],
          },
          defaultTtl: 60,
        },
      },
    });
  });
});

describe('Service Bus', () => {
  it.each(topology.serviceBus.topics)('has topic $name as the topology says, not partitioned', (topic) => {
    const resource = ofType(deployed, topicType).find(({ body }) => body.name === topic.name);
    expect(resource?.body.properties).toMatchObject({
      enablePartitioning: false,
      defaultMessageTimeToLive: topic.defaultMessageTimeToLive ?? null,
      maxSizeInMegabytes: topic.maxSizeInMegabytes ?? null,
      requiresDuplicateDetection: topic.duplicateDetectionHistoryTimeWindow !== undefined,
      duplicateDetectionHistoryTimeWindow: topic.duplicateDetectionHistoryTimeWindow ?? null,
    });
  });

  const subscriptions = topology.serviceBus.topics.flatMap((topic) =>
    topic.subscriptions.map((subscription) => ({ ...subscription, path: `${topic.name}/${subscription.name}` })),
  );

  const deadLettersExpired = new Map<string, boolean | undefined>(
    toEmulatorConfig(topology.serviceBus)
      .UserConfig.Namespaces.flatMap(({ Topics = [] }) => Topics)
      .flatMap(({ Name, Subscriptions = [] }) =>
        Subscriptions.map(
          (each) => [`${Name}/${each.Name}`, each.Properties?.DeadLetteringOnMessageExpiration] as const,
        ),
      ),
  );

  it('has exactly the subscriptions of the topology that are on', () => {
    const deployedWith = (listeners: readonly string[], isAllOn: boolean) =>
      ofType(deployDev({ listeners, email: isAllOn, eventHubs: isAllOn }), `${topicType}/subscriptions`).map(
        ({ name }) => withoutNamespace(name),
      );
    expect(deployedWith(switched, true)).toEqual(subscriptions.map(({ path }) => path));
    expect(deployedWith([], false)).toEqual(subscriptions.filter((each) => !each.switched).map(({ path }) => path));
  });

  it.each(subscriptions)(
    'has subscription $path as the topology says and `npm start` makes it, without sessions',
    (subscription) => {
      const ofSubscription = deployed.filter(({ name }) => withoutNamespace(name).startsWith(subscription.path));
      expect(ofType(ofSubscription, `${topicType}/subscriptions`)).toMatchObject([
        {
          body: {
            properties: {
              requiresSession: false,
              lockDuration: subscription.lockDuration ?? null,
              maxDeliveryCount: subscription.maxDeliveryCount ?? null,
              deadLetteringOnMessageExpiration: deadLettersExpired.get(subscription.path),
            },
          },
        },
      ]);
      expect(ofType(ofSubscription, `${topicType}/subscriptions/rules`).map(({ body }) => body)).toEqual(
        subscription.rules.map(({ name, ...rule }) => ({
          name,
          properties:
            'sql' in rule
              ? { filterType: 'SqlFilter', sqlFilter: { sqlExpression: rule.sql } }
              : { filterType: 'CorrelationFilter', correlationFilter: { properties: rule.properties } },
        })),
      );
    },
  );

  it('passes on the condition of a rule', () => {
    const subscription = { name: 'large', rules: [{ name: '$Default', sql: 'amountMinor > 99' }] };
    const [rule] = ofType(
      deploy('infra/modules/subscription.bicep', { ...subscriptionParameters, subscription }),
      `${topicType}/subscriptions/rules`,
    );
    expect(rule?.body.properties).toEqual({
      filterType: 'SqlFilter',
      sqlFilter: { sqlExpression: 'amountMinor > 99' },
    });
  });

  it.each(subscriptions)('replaces the catch-all rule of $path first', ({ rules }) =>
    expect(rules[0]?.name).toBe('$Default'),
  );
});

describe('the types of the templates', () => {
  const topics = topology.serviceBus.topics;
  it.each([
    ['cosmos', 'container', topology.cosmos.containers],
    ['topic', 'topic', topics],
    ['subscription', 'subscription', topics.flatMap(({ subscriptions }) => subscriptions)],
  ])('%s.bicep knows, and deploys, all that the topology says of a %s', (module, thing, things) => {
    const file = `infra/modules/${module}.bicep`;
    const known = propertiesOfType(parseBicep(file), `${thing}Definition`);
    expect(known).toEqual(expect.arrayContaining([...new Set(things.flatMap((one) => Object.keys(one)))]));
    const text = readFileSync(file, 'utf8');
    // The layout only tells local data of another one apart; what is switched off, nobody deploys.
    const deployed = known.filter((property) => property !== 'layout' && property !== 'switched');
    expect(deployed.filter((property) => !new RegExp(`\\b${thing}\\.\\??${property}\\b`).test(text))).toEqual([]);
  });
});

const withoutNamespace = (name: string): string => name.slice(name.indexOf('/') + 1);

const cosmosParameters = {
  name: 'account',
  location: 'westeurope',
  tags: {},
  database: 'daybook',
  serverless: true,
  maxThroughput: 4000,
  consistency: 'BoundedStaleness',
  backupDays: 7,
  zoneRedundant: false,
  secondRegion: '',
  publicAccess: true,
  principalId: 'p',
  workspaceId: 'w',
};

const subscriptionParameters = {
  namespaceName: 'namespace',
  topicName: 'topic',
  scaleByBacklog: false,
  principalId: '0199f8a2-7b1c-7000-8000-000000000000',
};
