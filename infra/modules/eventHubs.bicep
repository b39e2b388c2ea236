@description('The name of the namespace.')
param name string

@description('The region.')
param location string

@description('The tags of all resources.')
param tags object

@description('The names of the hubs: topics, to clients of Kafka.')
param hubs string[]

@description('How many partitions each hub has. They limit how many consumers of one group share the work.')
param partitions int

@description('Reachable from outside of the virtual network.')
param publicAccess bool

@description('The identity that sends.')
param principalId string

@description('The workspace of diagnostic logs.')
param workspaceId string

var roles = loadJsonContent('../roles.json')

// Standard is the lowest tier that has the Kafka endpoint.
resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Standard', tier: 'Standard', capacity: 1 }
  properties: {
    disableLocalAuth: true
    isAutoInflateEnabled: true
    kafkaEnabled: true
    maximumThroughputUnits: 10
    minimumTlsVersion: '1.2'
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
  }

  resource topics 'eventhubs' = [
    for hub in hubs: {
      name: hub
      properties: {
        partitionCount: partitions
        retentionDescription: { cleanupPolicy: 'Delete', retentionTimeInHours: 168 }
      }
    }
  ]
}

resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(namespace.id, principalId, roles.eventHubsDataSender)
  scope: namespace
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.eventHubsDataSender)
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'workspace'
  scope: namespace
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'OperationalLogs', enabled: true }
      { category: 'RuntimeAuditLogs', enabled: true }
    ]
  }
}

@description('The namespace.')
output id string = namespace.id

@description('The address for the app.')
output fullyQualifiedName string = replace(split(namespace.properties.serviceBusEndpoint, '/')[2], ':443', '')
