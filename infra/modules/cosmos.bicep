@description('A container of the topology.')
@sealed()
type containerDefinition = {
  name: string
  partitionKey: string
  uniqueKeys: string[][]?
  indexedPaths: string[]?
  compositeIndexes: { path: string, order: 'ascending' | 'descending' }[][]?
  @description('Tells data of another layout apart; nothing in Azure depends on it.')
  layout: int?
  defaultTtlSeconds: int?
}

@description('The name of the account.')
param name string

@description('The region.')
param location string

@description('The tags of all resources.')
param tags object

@description('The name of the database.')
param database string

@description('The containers of the topology.')
param containers containerDefinition[]

@description('Bill each request; otherwise autoscale.')
param serverless bool

@description('With autoscale: the most request units a second that all containers share.')
param maxThroughput int

@description('The default consistency.')
param consistency 'BoundedStaleness' | 'Strong'

@description('How many days back the store can be restored.')
param backupDays 7 | 30

@description('Spread replicas over the zones of the region.')
param zoneRedundant bool

@description('A second region to fail over to, or nothing.')
param secondRegion string

@description('Reachable from outside of the virtual network.')
param publicAccess bool

@description('The identity that reads and writes items.')
param principalId string

@description('The workspace of diagnostic logs.')
param workspaceId string

// The built-in Data Contributor: items and queries, but no database and no container.
var dataContributor = '00000000-0000-0000-0000-000000000002'

resource account 'Microsoft.DocumentDB/databaseAccounts@2025-10-15' = {
  name: name
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    capabilities: serverless ? [{ name: 'EnableServerless' }] : []
    consistencyPolicy: {
      defaultConsistencyLevel: consistency
      // With two regions, Azure allows no tighter bound.
      maxIntervalInSeconds: empty(secondRegion) ? 5 : 300
      maxStalenessPrefix: empty(secondRegion) ? 100 : 100000
    }
    locations: concat(
      [{ locationName: location, failoverPriority: 0, isZoneRedundant: zoneRedundant }],
      empty(secondRegion) ? [] : [{ locationName: secondRegion, failoverPriority: 1, isZoneRedundant: false }]
    )
    // Only one region writes: the guarantees of a commit depend on it.
    enableMultipleWriteLocations: false
    enableAutomaticFailover: !empty(secondRegion)
    backupPolicy: {
      type: 'Continuous'
      continuousModeProperties: { tier: backupDays == 7 ? 'Continuous7Days' : 'Continuous30Days' }
    }
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
  }
}

resource store 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2025-10-15' = {
  parent: account
  name: database
  properties: {
    resource: { id: database }
    options: serverless ? {} : { autoscaleSettings: { maxThroughput: maxThroughput } }
  }
}

resource itemContainers 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2025-10-15' = [
  for container in containers: {
    parent: store
    name: container.name
    properties: {
      resource: {
        id: container.name
        partitionKey: { paths: [container.partitionKey], kind: 'Hash', version: 2 }
        uniqueKeyPolicy: { uniqueKeys: map(container.?uniqueKeys ?? [], paths => { paths: paths }) }
        indexingPolicy: {
          indexingMode: 'consistent'
          automatic: true
          // Without a list, everything is indexed.
          includedPaths: map(container.?indexedPaths ?? ['/*'], path => { path: path })
          excludedPaths: container.?indexedPaths == null ? [] : [{ path: '/*' }]
          compositeIndexes: container.?compositeIndexes ?? []
        }
        defaultTtl: container.?defaultTtlSeconds
      }
    }
  }
]

resource access 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2025-10-15' = {
  parent: account
  name: guid(account.id, principalId, dataContributor)
  properties: {
    principalId: principalId
    roleDefinitionId: '${account.id}/sqlRoleDefinitions/${dataContributor}'
    scope: '${account.id}/dbs/${store.name}'
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'workspace'
  scope: account
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    // Leaves out the data plane: a log line for each request would cost more than the request.
    logs: [
      { category: 'ControlPlaneRequests', enabled: true }
      { category: 'PartitionKeyStatistics', enabled: true }
    ]
  }
}

@description('The account.')
output id string = account.id

@description('The address for the app.')
output endpoint string = account.properties.documentEndpoint
