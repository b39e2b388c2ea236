import { subscriptionDefinition } from 'subscription.bicep'

@export()
@description('A topic of the topology.')
@sealed()
type topicDefinition = {
  name: string
  defaultMessageTimeToLive: string?
  maxSizeInMegabytes: int?
  duplicateDetectionHistoryTimeWindow: string?
  subscriptions: subscriptionDefinition[]?
}

@description('The namespace.')
param namespaceName string

@description('The topic.')
param topic topicDefinition

@description('Let the platform count the backlog of each subscription.')
param scaleByBacklog bool

@description('The identity that sends to the topic and receives from its subscriptions.')
param principalId string

var roles = loadJsonContent('../roles.json')

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: namespaceName
}

resource entity 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' = {
  parent: namespace
  name: topic.name
  properties: {
    defaultMessageTimeToLive: topic.?defaultMessageTimeToLive
    requiresDuplicateDetection: topic.?duplicateDetectionHistoryTimeWindow != null
    duplicateDetectionHistoryTimeWindow: topic.?duplicateDetectionHistoryTimeWindow
    maxSizeInMegabytes: topic.?maxSizeInMegabytes
    // A partitioned topic would refuse batches of messages with different session ids.
    enablePartitioning: false
    enableBatchedOperations: true
  }
}

resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(entity.id, principalId, roles.serviceBusDataSender)
  scope: entity
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
  }
}

module subscriptions 'subscription.bicep' = [
  for subscription in topic.?subscriptions ?? []: {
    params: {
      namespaceName: namespaceName
      topicName: entity.name
      subscription: subscription
      scaleByBacklog: scaleByBacklog
      principalId: principalId
    }
  }
]
