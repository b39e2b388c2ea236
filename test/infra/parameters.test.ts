import { describe, expect, it } from 'vitest';
import { bodyOf, deployDev, deployProduction } from './deployments.ts';

const cosmos = 'Microsoft.DocumentDB/databaseAccounts';
const app = 'Microsoft.Web/sites';

describe('what cannot be had together is refused before anything is deployed', () => {
  it.each([
    ['zones', { zoneRedundant: true }, 'zoneRedundant needs cosmosCapacity autoscale'],
    ['a second region', { secondRegion: 'northeurope' }, 'secondRegion needs cosmosCapacity autoscale'],
    ['a private network on Standard', { privateNetwork: true }, 'privateNetwork needs serviceBusTier Premium'],
    ['an issuer of tokens for no audience', { authIssuer: 'https://login' }, 'authIssuer and authAudience go together'],
    ['an audience of tokens from no issuer', { authAudience: 'bank' }, 'authIssuer and authAudience go together'],
    [
      'a listener that has no switch',
      { listeners: ['transfers'] },
      'listeners may name only those that can be switched',
    ],
    [
      'notifications without e-mail',
      { listeners: ['notifications'] },
      'listeners names notifications, which need email',
    ],
    ['Kafka without hubs', { listeners: ['kafka'] }, 'listeners names kafka, which needs eventHubs'],
    ['a weaker consistency', { cosmosConsistency: 'Session' }, 'cosmosConsistency cannot be "Session"'],
  ])('%s', (_what, changes, message) => expect(() => deployDev(changes)).toThrow(message));
});

describe('Cosmos DB', () => {
  it('is billed by request, in one region and zone, in development', () =>
    expect(bodyOf(deployDev(), cosmos)).toMatchObject({
      properties: {
        capabilities: [{ name: 'EnableServerless' }],
        locations: [{ locationName: 'westeurope', isZoneRedundant: false }],
      },
    }));

  it('scales by itself, over zones, in production', () => {
    const deployed = deployProduction();
    expect(bodyOf(deployed, cosmos)).toMatchObject({
      properties: { capabilities: [], locations: [{ isZoneRedundant: true }], enableAutomaticFailover: false },
    });
    expect(bodyOf(deployed, `${cosmos}/sqlDatabases`)).toMatchObject({
      properties: { options: { autoscaleSettings: { maxThroughput: 10_000 } } },
    });
  });

  it('fails over to a second region, within the bounds that Azure allows for two', () =>
    expect(bodyOf(deployProduction({ secondRegion: 'northeurope' }), cosmos)).toMatchObject({
      properties: {
        locations: [{ failoverPriority: 0 }, { locationName: 'northeurope', failoverPriority: 1 }],
        enableAutomaticFailover: true,
        consistencyPolicy: { maxIntervalInSeconds: 300, maxStalenessPrefix: 100_000 },
      },
    }));
});

describe('the app', () => {
  it.each(['22', '24'])('runs on Node %s', (nodeVersion) =>
    expect(bodyOf(deployDev({ nodeVersion }), app)).toMatchObject({
      properties: { functionAppConfig: { runtime: { name: 'node', version: nodeVersion } } },
    }),
  );

  it('has the size, the warm instances and the bound that it is given', () =>
    expect(
      bodyOf(
        deployDev({
          instanceMemoryMB: 4096,
          maximumInstanceCount: 100,
          alwaysReady: [{ name: 'http', instanceCount: 3 }],
        }),
        app,
      ),
    ).toMatchObject({
      properties: {
        functionAppConfig: {
          scaleAndConcurrency: {
            instanceMemoryMB: 4096,
            maximumInstanceCount: 100,
            alwaysReady: [{ name: 'http', instanceCount: 3 }],
          },
        },
      },
    }));

  it('hands an instance more requests at once than the eight that may wait there', () =>
    expect(bodyOf(deployDev(), app)).toMatchObject({
      properties: {
        functionAppConfig: { scaleAndConcurrency: { triggers: { http: { perInstanceConcurrency: 32 } } } },
      },
    }));

  it('is replaced in turn where that is asked for', () => {
    const strategy = { siteUpdateStrategy: { type: 'RollingUpdate' } };
    expect(bodyOf(deployDev({ rollingUpdates: true }), app)).toMatchObject({
      properties: { functionAppConfig: strategy },
    });
    expect(bodyOf(deployDev(), app)).not.toMatchObject({ properties: { functionAppConfig: strategy } });
  });
});
