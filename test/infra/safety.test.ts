import { describe, expect, it } from 'vitest';
import roles from '../../infra/roles.json' with { type: 'json' };
import type { Deployed } from './bicepResource.ts';
import { bodyOf, deployDev, deployProduction, ofType } from './deployments.ts';

const cosmos = 'Microsoft.DocumentDB/databaseAccounts';
const serviceBus = 'Microsoft.ServiceBus/namespaces';
const storage = 'Microsoft.Storage/storageAccounts';
const hubs = 'Microsoft.EventHub/namespaces';
const vault = 'Microsoft.KeyVault/vaults';
const app = 'Microsoft.Web/sites';

describe.each([
  ['dev', deployDev()],
  ['production', deployProduction()],
])('%s', (_environment, deployed) => {
  it('has keys switched off everywhere', () => {
    expect(bodyOf(deployed, cosmos)).toMatchObject({
      properties: { disableLocalAuth: true, disableKeyBasedMetadataWriteAccess: true },
    });
    expect(bodyOf(deployed, serviceBus)).toMatchObject({ properties: { disableLocalAuth: true } });
    expect(bodyOf(deployed, storage)).toMatchObject({
      properties: { allowSharedKeyAccess: false, allowBlobPublicAccess: false },
    });
    expect(bodyOf(deployed, vault)).toMatchObject({ properties: { enableRbacAuthorization: true } });
    expect(bodyOf(deployed, 'Microsoft.Insights/components')).toMatchObject({ properties: { DisableLocalAuth: true } });
    expect(bodyOf(deployed, 'Microsoft.OperationalInsights/workspaces')).toMatchObject({
      properties: { features: { disableLocalAuth: true } },
    });
    expect(JSON.stringify(deployed)).not.toMatch(/listKeys|AccountKey=|SharedAccessKey=/);
  });

  it('speaks TLS 1.2 at least, and HTTPS alone', () => {
    expect(bodyOf(deployed, cosmos)).toMatchObject({ properties: { minimalTlsVersion: 'Tls12' } });
    expect(bodyOf(deployed, serviceBus)).toMatchObject({ properties: { minimumTlsVersion: '1.2' } });
    expect(bodyOf(deployed, storage)).toMatchObject({
      properties: { minimumTlsVersion: 'TLS1_2', supportsHttpsTrafficOnly: true },
    });
    expect(bodyOf(deployed, app)).toMatchObject({
      properties: { httpsOnly: true, siteConfig: { minTlsVersion: '1.2', scmMinTlsVersion: '1.2' } },
    });
  });

  it('publishes by neither FTP nor a password', () => {
    expect(bodyOf(deployed, app)).toMatchObject({ properties: { siteConfig: { ftpsState: 'Disabled' } } });
    const policies = ofType(deployed, `${app}/basicPublishingCredentialsPolicies`);
    expect(policies.map(({ body }) => [body.name, body.properties])).toEqual([
      ['ftp', { allow: false }],
      ['scm', { allow: false }],
    ]);
  });

  it('lets no page of another origin call the API', () =>
    expect(bodyOf(deployed, app)).toMatchObject({ properties: { siteConfig: { cors: { allowedOrigins: [] } } } }));

  it('runs the app as an identity of its own, from a container that it reads as that identity', () =>
    expect(bodyOf(deployed, app)).toMatchObject({
      identity: { type: 'UserAssigned' },
      properties: {
        functionAppConfig: {
          deployment: { storage: { type: 'blobContainer', authentication: { type: 'UserAssignedIdentity' } } },
        },
      },
    }));

  it('keeps every commit restorable, and one region writing', () =>
    expect(bodyOf(deployed, cosmos)).toMatchObject({
      properties: {
        backupPolicy: { type: 'Continuous' },
        enableMultipleWriteLocations: false,
        consistencyPolicy: { defaultConsistencyLevel: 'BoundedStaleness' },
      },
    }));

  it.each([cosmos, serviceBus, `${storage}/blobServices`, vault, app])(
    'sends the diagnostics of %s to the workspace',
    (type) => {
      const [about] = ofType(deployed, type);
      const settings = ofType(deployed, 'Microsoft.Insights/diagnosticSettings').filter(
        ({ scope }) => scope === about?.id,
      );
      expect(settings).toHaveLength(1);
    },
  );
});

describe('roles', () => {
  const rolesOf = (deployed: readonly Deployed[]) =>
    ofType(deployed, 'Microsoft.Authorization/roleAssignments').map(({ scope, body }) => {
      const { roleDefinitionId } = body.properties as { roleDefinitionId: string };
      const name = Object.entries(roles).find(([, id]) => roleDefinitionId.endsWith(id))?.[0];
      return `${name ?? roleDefinitionId} on ${scope?.replace(/^.*\/providers\/[^/]+\//, '').replace(/-?[0-9a-f]{13}/, '') ?? ''}`;
    });
  const others = [
    'monitoringMetricsPublisher on components/appi',
    'serviceBusDataSender on namespaces/sb/topics/bank-events',
    'storageBlobDataOwner on storageAccounts/st',
    'storageQueueDataContributor on storageAccounts/st',
    'storageTableDataContributor on storageAccounts/st',
    'keyVaultSecretsUser on vaults/kv/secrets/cursor-key',
  ];
  const onSubscriptions = (deployed: readonly Deployed[], role: string) =>
    ofType(deployed, `${serviceBus}/topics/subscriptions`).map(
      ({ name }) => `${role} on namespaces/sb/topics/bank-events/subscriptions/${name.split('/').at(-1) ?? ''}`,
    );

  it('are the least that work, on the narrowest scopes', () => {
    const deployed = deployDev();
    expect(rolesOf(deployed).sort()).toEqual(
      [...others, ...onSubscriptions(deployed, 'serviceBusDataReceiver')].sort(),
    );
  });

  it('let the platform count a backlog only if it is asked to scale by it', () => {
    const deployed = deployDev({ scaleByBacklog: true });
    expect(rolesOf(deployed).sort()).toEqual([...others, ...onSubscriptions(deployed, 'serviceBusDataOwner')].sort());
  });

  it('give the app the items of its database, and no right to create one', () => {
    const deployed = deployDev();
    const [account] = ofType(deployed, cosmos);
    expect(ofType(deployed, `${cosmos}/sqlRoleAssignments`)).toMatchObject([
      {
        body: {
          properties: {
            scope: `${account?.id ?? ''}/dbs/daybook`,
            roleDefinitionId: `${account?.id ?? ''}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002`,
          },
        },
      },
    ]);
  });
});

const endpointsOf = (deployed: readonly Deployed[]) =>
  ofType(deployed, 'Microsoft.Network/privateEndpoints').map(({ body }) => String(body.name).split('-')[1]);

describe('a private network', () => {
  const deployed = deployProduction();

  it('closes every other way to the data', () => {
    for (const type of [cosmos, serviceBus, storage, vault]) {
      expect(bodyOf(deployed, type)).toMatchObject({ properties: { publicNetworkAccess: 'Disabled' } });
    }
  });

  it('has an endpoint and a name for each service that the app calls', () => {
    const services = ['cosmos', 'bus', 'blob', 'queue', 'table', 'vault'];
    expect(endpointsOf(deployed)).toEqual(services);
    expect(ofType(deployed, 'Microsoft.Network/privateDnsZones')).toHaveLength(services.length);
    expect(ofType(deployed, 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups')).toHaveLength(services.length);
  });

  it('has an endpoint for Event Hubs where events go there, whose names are in the zone of Service Bus', () => {
    const withHubs = deployProduction({ eventHubs: true });
    expect(bodyOf(withHubs, hubs)).toMatchObject({ properties: { publicNetworkAccess: 'Disabled' } });
    expect(endpointsOf(withHubs)).toEqual([...endpointsOf(deployed), 'hubs']);
    const zones = ofType(withHubs, 'Microsoft.Network/privateDnsZones');
    expect(zones).toHaveLength(ofType(deployed, 'Microsoft.Network/privateDnsZones').length);
    const group = ofType(withHubs, 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups').at(-1);
    const zone = zones.find(({ body }) => String(body.name).includes('servicebus'));
    expect(group?.body).toMatchObject({
      properties: { privateDnsZoneConfigs: [{ properties: { privateDnsZoneId: zone?.id } }] },
    });
  });

  it('has the app in it', () => {
    const { virtualNetworkSubnetId } = bodyOf(deployed, app).properties as Record<string, unknown>;
    expect(virtualNetworkSubnetId).toMatch(/\/virtualNetworks\/.*\/subnets\/app$/);
  });

  it('is not there unless asked for', () =>
    expect(deployDev().filter(({ type }) => type.startsWith('Microsoft.Network/'))).toEqual([]));
});
