@export()
@description('A subscription of the topology. A message must have all application properties that a rule names, or meet its condition.')
@sealed()
type subscriptionDefinition = {
  name: string
  // It is deployed only where the parameter `listeners` names it.
  switched: bool?
  lockDuration: string?
  maxDeliveryCount: int?
  rules: { name: string, properties: { *: string }?, sql: string? }[]?
}

@description('The namespace.')
param namespaceName string

@description('The topic.')
param topicName string

@description('The subscription.')
param subscription subscriptionDefinition

@description('Let the platform count the backlog.')
param scaleByBacklog bool

@description('The identity that receives.')
param principalId string

var roles = loadJsonContent('../roles.json')
// Counting messages needs a right to manage, and no narrower built-in role has it.
var role = scaleByBacklog ? roles.serviceBusDataOwner : roles.serviceBusDataReceiver

resource topic 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' existing = {
  name: '${namespaceName}/${topicName}'
}

resource entity 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = {
  parent: topic
  name: subscription.name
  properties: {
    lockDuration: subscription.?lockDuration
    maxDeliveryCount: subscription.?maxDeliveryCount
    requiresSession: false
    enableBatchedOperations: true
    // Operators see expired messages there; otherwise they would vanish silently.
    deadLetteringOnMessageExpiration: true
    deadLetteringOnFilterEvaluationExceptions: true
  }
}

// Creates the rules in order: the first, `$Default`, replaces the rule that lets a new subscription receive everything.
@batchSize(1)
resource rules 'Microsoft.ServiceBus/namespaces/topics/subscriptions/rules@2024-01-01' = [
  for rule in subscription.?rules ?? []: {
    parent: entity
    name: rule.name
    properties: rule.?sql == null
      ? { filterType: 'CorrelationFilter', correlationFilter: { properties: rule.?properties } }
      : { filterType: 'SqlFilter', sqlFilter: { sqlExpression: rule.?sql } }
  }
]

resource receiver 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(entity.id, principalId, role)
  scope: entity
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
  }
}
