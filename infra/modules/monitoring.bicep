@description('The part that makes all names unique.')
param suffix string

@description('The region.')
param location string

@description('The tags of all resources.')
param tags object

@description('The identity that sends telemetry.')
param principalId string

@description('How many days logs are kept.')
param retentionDays int

@description('The most that is logged in a day, in GB; -1 for no limit.')
param dailyCapGb int

var roles = loadJsonContent('../roles.json')

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: 'log-${suffix}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: dailyCapGb }
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${suffix}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
  }
}

resource publisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, principalId, roles.monitoringMetricsPublisher)
  scope: insights
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.monitoringMetricsPublisher)
  }
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(insights.id, 'daybook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Daybook'
    category: 'workbook'
    version: 'Notebook/1.0'
    sourceId: insights.id
    serializedData: replace(loadTextContent('../workbook.json'), '<applicationInsightsId>', insights.id)
  }
}

@description('The workspace of diagnostic logs.')
output workspaceId string = workspace.id

@description('The Application Insights that alerts query.')
output applicationInsightsId string = insights.id

@description('The connection string of telemetry. It holds no secret, since keys are off.')
output connectionString string = insights.properties.ConnectionString
