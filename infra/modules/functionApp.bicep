@description('The part that makes all names unique.')
param suffix string

@description('The region.')
param location string

@description('The tags of all resources.')
param tags object

@description('The identity of the app.')
param identityId string

@description('The client id by which settings name the identity.')
param identityClientId string

@description('The version of Node.')
param nodeVersion string

@description('Memory of an instance, in MB.')
param instanceMemoryMB int

@description('The most instances of each group of functions.')
param maximumInstanceCount int

@description('Instances that are kept warm.')
param alwaysReady { name: string, instanceCount: int }[]

@description('Replace instances in turn on a deployment.')
param rollingUpdates bool

@description('Spread instances over the zones of the region.')
param zoneRedundant bool

@description('The subnet from which the app reaches its services; empty for the internet.')
param subnetId string

@description('The blob container that holds the code.')
param deploymentContainer string

@description('The storage account of the host.')
param storageName string

@description('The endpoint of Cosmos DB.')
param cosmosEndpoint string

@description('The host name of Service Bus.')
param serviceBusNamespace string

@description('The address of the secrets by which the app signs cursors, quotes and messages.')
param cursorKeyUri string

@description('The connection string of Application Insights.')
param applicationInsights string

@description('How many traces of a hundred are kept.')
param tracesKeptPercent int

@description('The issuer of bearer tokens, or nothing.')
param authIssuer string

@description('The address of Event Hubs, or nothing.')
param eventHubsNamespace string

@description('The audience of bearer tokens, or nothing.')
param authAudience string

@description('The claim that names a customer.')
param authCustomerClaim string

@description('The client as which the console signs people in, or nothing: then there is no console.')
param consoleClientId string

@description('What the console asks the issuer for.')
param consoleScope string

@description('How many requests a caller may make in a minute to one instance.')
param rateLimitPerMinute int

@description('Refuse commands without an idempotency key.')
param requireIdempotencyKeys bool

@description('The time zone whose days the daily totals count.')
param bankTimeZone string

@description('The switched listeners that are on.')
param listeners string[]

@description('The endpoint of Communication Services that sends e-mails, or nothing.')
param emailEndpoint string

@description('The address from which e-mails come, or nothing.')
param emailFrom string

@description('Origins whose pages may call the API.')
param corsOrigins string[]

@description('The workspace of diagnostic logs.')
param workspaceId string

var signIn = { credential: 'managedidentity', clientId: identityClientId }
var connections = union(
  {
    COSMOS: union(signIn, { accountEndpoint: cosmosEndpoint })
    SERVICEBUS: union(signIn, { fullyQualifiedNamespace: serviceBusNamespace })
    AzureWebJobsStorage: union(signIn, { accountName: storageName })
  },
  empty(emailEndpoint) ? {} : { EMAIL: union(signIn, { endpoint: emailEndpoint }) },
  empty(eventHubsNamespace) ? {} : { KAFKA: union(signIn, { fullyQualifiedNamespace: eventHubsNamespace }) }
)
// The part p of the connection NAME is the setting NAME__p.
var connectionSettings = flatten(map(
  items(connections),
  connection => map(items(connection.value), part => { name: '${connection.key}__${part.key}', value: part.value })
))

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${suffix}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: 'func-${suffix}'
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    // Published types do not know siteUpdateStrategy yet.
    functionAppConfig: any(union(
      {
        deployment: {
          storage: {
            type: 'blobContainer'
            value: deploymentContainer
            authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
          }
        }
        runtime: { name: 'node', version: nodeVersion }
        scaleAndConcurrency: {
          instanceMemoryMB: instanceMemoryMB
          maximumInstanceCount: maximumInstanceCount
          alwaysReady: alwaysReady
          // docs/deploy.md has the arithmetic.
          triggers: { http: { perInstanceConcurrency: 32 } }
        }
      },
      rollingUpdates ? { siteUpdateStrategy: { type: 'RollingUpdate' } } : {}
    ))
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      cors: { allowedOrigins: corsOrigins, supportCredentials: false }
      appSettings: concat(
        connectionSettings,
        [
          // Azure's own page at / would tell everybody that this is a function app.
          { name: 'AzureWebJobsDisableHomepage', value: 'true' }
          // The host reads a body whole before the app can refuse the request; by default, up to 100 MB.
          { name: 'FUNCTIONS_REQUEST_BODY_SIZE_LIMIT', value: '131072' }
          { name: 'CURSOR_KEY', value: '@Microsoft.KeyVault(SecretUri=${cursorKeyUri})' }
          { name: 'RATE_LIMIT_PER_MINUTE', value: string(rateLimitPerMinute) }
          { name: 'REQUIRE_IDEMPOTENCY_KEYS', value: requireIdempotencyKeys ? 'true' : 'false' }
          { name: 'BANK_TIME_ZONE', value: bankTimeZone }
          { name: 'LISTENERS', value: join(listeners, ',') }
          // Omits log lines for each invocation, which the host also reports as a request.
          { name: 'AzureFunctionsJobHost__logging__logLevel__Function', value: 'Warning' }
          { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: applicationInsights }
          {
            name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING'
            value: 'Authorization=AAD;ClientId=${identityClientId}'
          }
        ],
        // Decides by the trace's id, so that all instances decide alike, regardless of the host's own decision.
        tracesKeptPercent == 100
          ? []
          : [
              { name: 'OTEL_TRACES_SAMPLER', value: 'microsoft.fixed_percentage' }
              { name: 'OTEL_TRACES_SAMPLER_ARG', value: '0.${padLeft(tracesKeptPercent, 2, '0')}' }
            ],
        empty(emailFrom) ? [] : [{ name: 'EMAIL_FROM', value: emailFrom }],
        empty(authIssuer)
          ? []
          : [
              { name: 'AUTH_ISSUER', value: authIssuer }
              { name: 'AUTH_AUDIENCE', value: authAudience }
              { name: 'AUTH_CUSTOMER_CLAIM', value: authCustomerClaim }
            ],
        empty(consoleClientId)
          ? []
          : [
              { name: 'CONSOLE', value: 'true' }
              { name: 'CONSOLE_CLIENT_ID', value: consoleClientId }
              { name: 'CONSOLE_SCOPE', value: consoleScope }
            ]
      )
    }
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'workspace'
  scope: app
  properties: {
    workspaceId: workspaceId
    // Application Insights already has the logs of host and app.
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

@description('The name of the app.')
output name string = app.name

@description('The URL of the API.')
output url string = 'https://${app.properties.defaultHostName}/api'
