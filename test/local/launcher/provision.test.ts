import { readFile } from 'node:fs/promises';
import { CosmosClient } from '@azure/cosmos';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCosmos } from '../../../local/cosmos/server.ts';
import { toEmulatorConfig } from '../../../local/launcher/services/emulatorConfig.ts';
import { provisionCosmos } from '../../../local/launcher/services/provision.ts';
import type { RunningService } from '../../../local/service/runningService.ts';
import { startServiceBus } from '../../../local/serviceBus/server.ts';
import { parseTopology, type Topology } from '../../../local/launcher/services/topology.ts';
import { topology as topologyFile } from './runStart.ts';

let topology: Topology;
beforeAll(async () => {
  topology = parseTopology(await readFile(topologyFile, 'utf8'), topologyFile);
});

describe('a topology', () => {
  it.each([
    ['{', /is not JSON/],
    ['{}', /cosmos/],
    [JSON.stringify({ cosmos: { database: 'd', containers: [] }, serviceBus: { topics: [] }, more: 1 }), /more/],
    [
      JSON.stringify({
        cosmos: { database: 'd', containers: [{ name: 'c', partitionKey: 'id' }] },
        serviceBus: { topics: [] },
      }),
      /partitionKey/,
    ],
  ])('%s is refused', (text, reason) => expect(() => parseTopology(text, 'topology.json')).toThrow(reason));
});

describe('Cosmos DB', () => {
  let service: RunningService;
  let client: CosmosClient;
  beforeAll(async () => {
    service = await startCosmos({ port: 0 });
    client = new CosmosClient(service.connectionString);
    // The second time keeps everything that exists.
    await provisionCosmos(service.connectionString, topology.cosmos);
    await provisionCosmos(service.connectionString, topology.cosmos);
  });
  afterAll(async () => {
    client.dispose();
    await service.close();
  });

  it('gets the containers as the topology defines them', async () => {
    const { resource } = await client.database('fixture').container('events').read();
    expect(resource).toMatchObject({
      partitionKey: { paths: ['/aggregateId'] },
      uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/commandId'] }] },
      defaultTtl: -1,
      indexingPolicy: {
        compositeIndexes: [
          [
            { path: '/generation', order: 'ascending' },
            { path: '/version', order: 'descending' },
          ],
        ],
      },
    });
    const { includedPaths = [], excludedPaths = [] } = resource?.indexingPolicy ?? {};
    expect(includedPaths.map(({ path }) => path)).toEqual(['/commandId/?', '/version/?', '/generation/?']);
    expect(excludedPaths.map(({ path }) => path)).toContain('/*');
  });

  it('that has containers already has them indexed as the topology says now', async () => {
    const [first, ...others] = topology.cosmos.containers;
    if (!first) throw new Error('There is a container');
    const changed = { ...first, indexedPaths: ['/version/?'], compositeIndexes: [] };
    const container = client.database('changing').container(first.name);
    const indexes = async () => (await container.read()).resource?.indexingPolicy;
    await provisionCosmos(service.connectionString, { database: 'changing', containers: [changed, ...others] });
    expect(await indexes()).toMatchObject({ includedPaths: [{ path: '/version/?' }], compositeIndexes: [] });
    await container.items.create({ id: 'a', aggregateId: 'a', commandId: 'a', generation: 1, version: 1 });

    await provisionCosmos(service.connectionString, { database: 'changing', containers: topology.cosmos.containers });
    expect((await indexes())?.compositeIndexes).toEqual(first.compositeIndexes);
    const sorted = container.items.query('SELECT VALUE c.id FROM c ORDER BY c.generation, c.version DESC');
    expect((await sorted.fetchAll()).resources).toEqual(['a']);
  });

  it('indexes everything where the topology names no paths, and expires nothing', async () => {
    const { resource } = await client.database('fixture').container('plain').read();
    expect(resource?.indexingPolicy?.includedPaths?.map(({ path }) => path)).toEqual(['/*']);
    expect(resource?.defaultTtl).toBeUndefined();
  });
});

describe('Service Bus', () => {
  let service: RunningService;
  let client: ServiceBusClient;
  beforeAll(async () => {
    service = await startServiceBus({ port: 0, config: toEmulatorConfig(topology.serviceBus) });
    client = new ServiceBusClient(service.connectionString);
  });
  afterAll(async () => {
    await client.close();
    await service.close();
  });

  it('gets a subscription that receives what its rules name, and nothing else', async () => {
    const messages = [
      { body: 'a', applicationProperties: { aggregate: 'account' } },
      { body: 'b', applicationProperties: { aggregate: 'customer' } },
      { body: 'c', applicationProperties: { deliverTo: 'accounts' } },
      { body: 'd', applicationProperties: { deliverTo: 'customers' } },
    ];
    await client.createSender('bank-events').sendMessages(messages);
    const received = await client.createReceiver('bank-events', 'accounts').receiveMessages(4);
    expect(received.map(({ body }) => body as unknown)).toEqual(['a', 'c']);
  });

  it('keeps messages in a subscription for as long as the topic does, not for the hour of the emulator', () => {
    const [topic] = toEmulatorConfig(topology.serviceBus).UserConfig.Namespaces[0]?.Topics ?? [];
    expect(topic).toMatchObject({
      Properties: {
        DefaultMessageTimeToLive: 'P14D',
        RequiresDuplicateDetection: true,
        DuplicateDetectionHistoryTimeWindow: 'PT1H',
      },
      Subscriptions: [
        { Properties: { DefaultMessageTimeToLive: 'P14D', LockDuration: 'PT5M', MaxDeliveryCount: 100 } },
      ],
    });
  });
});
