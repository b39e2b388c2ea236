type Properties = { readonly properties: object } | undefined;

/** The answer of Azure about an existing resource, as far as the templates ask for it. */
export const runtimeProperties = (type: string, name: string): Properties => answers[type]?.(name);

const answers: Readonly<Record<string, (name: string) => Properties>> = {
  'Microsoft.ManagedIdentity/userAssignedIdentities': () => ({
    properties: {
      principalId: '33333333-3333-3333-3333-333333333333',
      clientId: '44444444-4444-4444-4444-444444444444',
    },
  }),
  'Microsoft.DocumentDB/databaseAccounts': (name) => ({
    properties: { documentEndpoint: `https://${name}.documents.azure.com:443/` },
  }),
  'Microsoft.ServiceBus/namespaces': (name) => ({
    properties: { serviceBusEndpoint: `https://${name}.servicebus.windows.net:443/` },
  }),
  'Microsoft.EventHub/namespaces': (name) => ({
    properties: { serviceBusEndpoint: `https://${name}.servicebus.windows.net:443/` },
  }),
  'Microsoft.Storage/storageAccounts': (name) => ({
    properties: { primaryEndpoints: { blob: `https://${name}.blob.core.windows.net/` } },
  }),
  'Microsoft.KeyVault/vaults': (name) => ({ properties: { vaultUri: `https://${name}.vault.azure.net/` } }),
  'Microsoft.Insights/components': () => ({
    properties: { ConnectionString: 'InstrumentationKey=00000000-0000-0000-0000-000000000000' },
  }),
  'Microsoft.Communication/communicationServices': (name) => ({
    properties: { hostName: `${name}.europe.communication.azure.com` },
  }),
  'Microsoft.Communication/emailServices/domains': () => ({
    properties: { fromSenderDomain: '55555555-5555-5555-5555-555555555555.azurecomm.net' },
  }),
  'Microsoft.Web/sites': (name) => ({ properties: { defaultHostName: `${name}.azurewebsites.net` } }),
};
