@description('The name of the account.')
param name string

@description('The region.')
param location string

@description('The tags of all resources.')
param tags object

@description('Spread replicas over the zones of the region.')
param zoneRedundant bool

@description('Reachable from outside of the virtual network.')
param publicAccess bool

@description('The identity of the host and the app.')
param principalId string

@description('The workspace of diagnostic logs.')
param workspaceId string

var roles = loadJsonContent('../roles.json')
// The host keeps here the code, leases of timers, and keys as blobs, work as queue messages, and its own events as rows.
var hostRoles = [
  roles.storageBlobDataOwner
  roles.storageQueueDataContributor
  roles.storageTableDataContributor
]

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS' }
  properties: {
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    supportsHttpsTrafficOnly: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    networkAcls: { defaultAction: publicAccess ? 'Allow' : 'Deny', bypass: 'None' }
  }

  resource blobs 'blobServices' = {
    name: 'default'

    resource deployment 'containers' = {
      name: 'deployment'
    }
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in hostRoles: {
    name: guid(account.id, principalId, role)
    scope: account
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'workspace'
  scope: account::blobs
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
  }
}

@description('The account.')
output id string = account.id

@description('The name of the account.')
output name string = account.name

@description('The blob container of the app\'s code.')
output deploymentContainer string = '${account.properties.primaryEndpoints.blob}${account::blobs::deployment.name}'
