@description('The part that makes all names unique.')
param suffix string

@description('The region.')
param location string

@description('The tags of all resources.')
param tags object

@description('The address that receives alerts, or empty.')
param email string

@description('The Application Insights that log alerts query.')
param applicationInsightsId string

@description('The account of Cosmos DB.')
param cosmosId string

@description('The namespace of Service Bus.')
param serviceBusId string

// Each row that a query returns is an alert, and says what is wrong.
var questions = loadJsonContent('../alerts.json')

// The topics of one namespace have the same size.
var fullBytes = loadJsonContent('../topology.json').serviceBus.topics[0].maxSizeInMegabytes * 1024 * 1024

var limits = [
  {
    name: 'dead-letters'
    description: 'Messages were given up: docs/operations.md, dead letters.'
    scope: serviceBusId
    namespace: 'Microsoft.ServiceBus/namespaces'
    metric: 'DeadletteredMessages'
    aggregation: 'Average'
    threshold: 0
    dimensions: []
  }
  {
    name: 'cosmos-throttling'
    description: 'Cosmos DB refuses requests: docs/operations.md, scaling.'
    scope: cosmosId
    namespace: 'Microsoft.DocumentDB/databaseAccounts'
    metric: 'TotalRequests'
    aggregation: 'Count'
    threshold: 100
    dimensions: [{ name: 'StatusCode', operator: 'Include', values: ['429'] }]
  }
  {
    name: 'topic-size'
    description: 'The topic that EntityName names is filled to 60 %. Full, it refuses everything. Who holds most: az servicebus topic subscription list, as in docs/operations.md, a full topic.'
    scope: serviceBusId
    namespace: 'Microsoft.ServiceBus/namespaces'
    metric: 'Size'
    aggregation: 'Maximum'
    threshold: fullBytes * 6 / 10
    dimensions: [{ name: 'EntityName', operator: 'Include', values: ['*'] }]
  }
  {
    name: 'servicebus-throttling'
    description: 'Service Bus refuses requests: docs/operations.md, scaling.'
    scope: serviceBusId
    namespace: 'Microsoft.ServiceBus/namespaces'
    metric: 'ThrottledRequests'
    aggregation: 'Total'
    threshold: 0
    dimensions: []
  }
]

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'daybook'
    enabled: true
    emailReceivers: empty(email)
      ? []
      : [{ name: 'operators', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource metricAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for limit in limits: {
    name: '${limit.name}-${suffix}'
    location: 'global'
    tags: tags
    properties: {
      description: limit.description
      severity: 2
      enabled: true
      scopes: [limit.scope]
      evaluationFrequency: 'PT1M'
      windowSize: 'PT5M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: limit.name
            criterionType: 'StaticThresholdCriterion'
            metricNamespace: limit.namespace
            metricName: limit.metric
            timeAggregation: limit.aggregation
            dimensions: limit.dimensions
            operator: 'GreaterThan'
            threshold: limit.threshold
          }
        ]
      }
      actions: [{ actionGroupId: operators.id }]
    }
  }
]

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for question in questions: {
    name: '${question.name}-${suffix}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: question.name
      description: question.description
      severity: 2
      enabled: true
      scopes: [applicationInsightsId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT10M'
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: join(question.query, '\n')
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [operators.id] }
    }
  }
]
