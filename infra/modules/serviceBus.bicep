import { topicDefinition } from 'topic.bicep'

@description('The name of the namespace.')
param name string

@description('The region.')
param location string

@description('The tags of all resources.')
param tags object

@description('The topics of the topology.')
param topics topicDefinition[]

@description('The tier.')
param tier 'Standard' | 'Premium'

@description('With Premium: messaging units.')
param units int

@description('Let the platform count the backlog of each subscription.')
param scaleByBacklog bool

@description('Reachable from outside of the virtual network.')
param publicAccess bool

@description('The identity that sends and receives.')
param principalId string

@description('The workspace of diagnostic logs.')
param workspaceId string

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: tier, tier: tier, capacity: tier == 'Premium' ? units : null }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
  }
}

module entities 'topic.bicep' = [
  for topic in topics: {
    params: {
      namespaceName: namespace.name
      topic: topic
      scaleByBacklog: scaleByBacklog
      principalId: principalId
    }
  }
]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'workspace'
  scope: namespace
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'OperationalLogs', enabled: true }
      { category: 'VNetAndIPFilteringLogs', enabled: true }
    ]
  }
}

@description('The namespace.')
output id string = namespace.id

@description('The address for the app.')
output fullyQualifiedName string = replace(split(namespace.properties.serviceBusEndpoint, '/')[2], ':443', '')
