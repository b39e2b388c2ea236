targetScope = 'subscription'

@description('The name of this environment. It names the resource group, and, with the subscription and the region, everything in it.')
@minLength(1)
@maxLength(20)
param environmentName string

@description('The region of everything.')
param location string = deployment().location

// The app

@description('The version of Node that the app runs on.')
param nodeVersion '22' | '24' = '24'

@description('Memory of an instance, in MB.')
param instanceMemoryMB 512 | 2048 | 4096 = 2048

@description('The most instances of each group of functions. It limits the bill, too.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances to keep warm: `http` for the API, `function:<name>` for another function.')
param alwaysReady { name: string, instanceCount: int }[] = []

@description('Replace instances in turn on a deployment instead of all at once. A preview feature of Azure that not every region has.')
param rollingUpdates bool = false

@description('The issuer of bearer tokens. With it, callers need tokens; without it, function keys.')
param authIssuer string = ''

@description('The audience that a bearer token must have. Required with the issuer.')
param authAudience string = ''

@description('The claim that names the customer of a token with the role Customer.')
param authCustomerClaim string = 'customer_id'

@description('The client id of the console at the issuer. With it, the app serves the console at /; that needs tokens as the door.')
param consoleClientId string = ''

@description('The scope that the console asks the issuer for, such as api://<audience>/.default openid.')
param consoleScope string = 'openid'

@description('How many requests a caller may make in a minute to one instance; 0 for no limit.')
@minValue(0)
@maxValue(9999999)
param rateLimitPerMinute int = 6000

@description('Refuse commands without an idempotency key, so that every retry is safe.')
param requireIdempotencyKeys bool = false

@description('The time zone whose days the daily totals and the books count, an IANA name. Another one needs a rebuild of dailyTotals.')
param bankTimeZone string = 'UTC'

@description('The switched listeners that are on. Each of them has a subscription and a function; the others have neither.')
param listeners string[] = ['webhooks']

@description('Tell customers by e-mail: creates the e-mail of Communication Services, and switches the listener notifications on.')
param email bool = false

@description('Where Communication Services keeps e-mails while it sends them, such as Europe.')
param emailDataLocation string = 'Europe'

@description('Send every event to Event Hubs, where clients of Kafka read it: the listener kafka.')
param eventHubs bool = false

@description('With eventHubs: the partitions of each hub. Their number cannot change later.')
@minValue(1)
@maxValue(32)
param eventHubPartitions int = 4

@description('Origins whose pages may call the API. By default none.')
param corsOrigins string[] = []

// Cosmos DB

@description('The restored account, after a restore. By default, the account that the first deployment creates.')
param cosmosAccountName string = ''

@description('Serverless bills each request; autoscale bills the busiest second of each hour, at least a tenth of the maximum.')
param cosmosCapacity 'serverless' | 'autoscale' = 'serverless'

@description('With autoscale: the most request units a second that all containers share.')
@minValue(1000)
param cosmosMaxThroughput int = 4000

@description('Weaker levels than these two would break guarantees. With Strong, the loss of a region loses no commit.')
param cosmosConsistency 'BoundedStaleness' | 'Strong' = 'BoundedStaleness'

@description('How many days back the store can be restored to any second.')
param backupDays 7 | 30 = 7

@description('Spread Cosmos DB, Storage and the app over the zones of the region. Not with serverless.')
param zoneRedundant bool = false

@description('A second region for Cosmos DB to fail over to. Not with serverless.')
param secondRegion string = ''

// Service Bus

@description('Premium has its own processors and private endpoints; Standard bills by operation.')
param serviceBusTier 'Standard' | 'Premium' = 'Standard'

@description('With Premium: messaging units.')
param serviceBusUnits 1 | 2 | 4 | 8 | 16 = 1

@description('Let the platform count the backlog of each subscription and scale by it. Counting needs the role Data Owner on the subscription; without it the platform scales by slower signs.')
param scaleByBacklog bool = false

// The network

@description('Reach Cosmos DB, Service Bus, Event Hubs, Storage and Key Vault only by private endpoints. Needs the tier Premium of Service Bus.')
param privateNetwork bool = false

@description('With a private network: its addresses, a /23 or larger.')
param networkAddresses string = '10.72.0.0/23'

// Monitoring

@description('The e-mail address that receives alerts. Without it, alerts show only in the portal.')
param alertEmail string = ''

@description('How many traces of a hundred the app keeps, each of them complete. Metrics still count everything.')
@minValue(0)
@maxValue(100)
param tracesKeptPercent int = 100

@description('How many days logs and telemetry are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('The most that is logged in a day, in GB; -1 for no limit. Beyond it, logs stop for the rest of the day.')
param dailyLogCapGb int = -1

var serverless = cosmosCapacity == 'serverless'
var zones = zoneRedundant && serverless
  ? fail('zoneRedundant needs cosmosCapacity autoscale: serverless has no zones')
  : zoneRedundant
var failoverRegion = !empty(secondRegion) && serverless
  ? fail('secondRegion needs cosmosCapacity autoscale: serverless has one region')
  : secondRegion
var messagingTier = privateNetwork && serviceBusTier != 'Premium'
  ? fail('privateNetwork needs serviceBusTier Premium: Standard has no private endpoints')
  : serviceBusTier
var issuer = empty(authIssuer) != empty(authAudience)
  ? fail('authIssuer and authAudience go together: a token is checked for both')
  : authIssuer
var console = !empty(consoleClientId) && empty(authIssuer)
  ? fail('consoleClientId needs authIssuer: in Azure the console is for people with tokens')
  : consoleClientId

var topology = loadJsonContent('topology.json')
var switchable = map(
  filter(
    flatten(map(topology.serviceBus.topics, topic => topic.subscriptions)),
    subscription => contains(subscription, 'switched')
  ),
  subscription => subscription.name
)
var emailed = contains(listeners, 'notifications') && !email
  ? fail('listeners names notifications, which need email')
  : union(listeners, email ? ['notifications'] : [])
var named = contains(listeners, 'kafka') && !eventHubs
  ? fail('listeners names kafka, which needs eventHubs')
  : union(emailed, eventHubs ? ['kafka'] : [])
var switchedOn = empty(filter(named, name => !contains(switchable, name)))
  ? named
  : fail('listeners may name only those that can be switched: ${join(switchable, ', ')}')
// The app registers functions for the same listeners.
var topics = map(
  topology.serviceBus.topics,
  topic => union(topic, {
    subscriptions: filter(
      topic.subscriptions,
      subscription => !contains(subscription, 'switched') || contains(switchedOn, subscription.name)
    )
  })
)
// The listener kafka hears all kinds of aggregates, and each has a hub.
var kinds = map(
  filter(
    flatten(map(
      filter(
        flatten(map(topology.serviceBus.topics, topic => topic.subscriptions)),
        subscription => contains(['kafka'], subscription.name)
      ),
      subscription => subscription.rules
    )),
    rule => contains(rule.properties, 'aggregate')
  ),
  rule => rule.properties.aggregate
)
var tags = { application: 'daybook', 'azd-env-name': environmentName }
var storageSuffix = environment().suffixes.storage
var suffix = uniqueString(subscription().id, environmentName, location)

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-daybook-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { name: 'id-${suffix}', location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    retentionDays: logRetentionDays
    dailyCapGb: dailyLogCapGb
  }
}

module cosmos 'modules/cosmos.bicep' = {
  scope: group
  params: {
    name: empty(cosmosAccountName) ? 'cosmos-${suffix}' : cosmosAccountName
    location: location
    tags: tags
    database: topology.cosmos.database
    containers: topology.cosmos.containers
    serverless: serverless
    maxThroughput: cosmosMaxThroughput
    consistency: cosmosConsistency
    backupDays: backupDays
    zoneRedundant: zones
    secondRegion: failoverRegion
    publicAccess: !privateNetwork
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module serviceBus 'modules/serviceBus.bicep' = {
  scope: group
  params: {
    name: 'sb-${suffix}'
    location: location
    tags: tags
    topics: topics
    tier: messagingTier
    units: serviceBusUnits
    scaleByBacklog: scaleByBacklog
    publicAccess: !privateNetwork
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module hubs 'modules/eventHubs.bicep' = if (eventHubs) {
  scope: group
  params: {
    name: 'evh-${suffix}'
    location: location
    tags: tags
    hubs: map(kinds, kind => 'events_${kind}')
    partitions: eventHubPartitions
    publicAccess: !privateNetwork
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'st${suffix}'
    location: location
    tags: tags
    zoneRedundant: zones
    publicAccess: !privateNetwork
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module keyVault 'modules/keyVault.bicep' = {
  scope: group
  params: {
    name: 'kv-${suffix}'
    location: location
    tags: tags
    publicAccess: !privateNetwork
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  scope: group
  params: {
    name: 'vnet-${suffix}'
    location: location
    tags: tags
    addresses: networkAddresses
    endpoints: concat(
      [
        { name: 'cosmos', resourceId: cosmos.outputs.id, kind: 'Sql', zone: 'privatelink.documents.azure.com' }
        { name: 'bus', resourceId: serviceBus.outputs.id, kind: 'namespace', zone: 'privatelink.servicebus.windows.net' }
        { name: 'blob', resourceId: storage.outputs.id, kind: 'blob', zone: 'privatelink.blob.${storageSuffix}' }
        { name: 'queue', resourceId: storage.outputs.id, kind: 'queue', zone: 'privatelink.queue.${storageSuffix}' }
        { name: 'table', resourceId: storage.outputs.id, kind: 'table', zone: 'privatelink.table.${storageSuffix}' }
        { name: 'vault', resourceId: keyVault.outputs.id, kind: 'vault', zone: 'privatelink.vaultcore.azure.net' }
      ],
      // Event Hubs has the names of Service Bus.
      eventHubs
        ? [{ name: 'hubs', resourceId: hubs!.outputs.id, kind: 'namespace', zone: 'privatelink.servicebus.windows.net' }]
        : []
    )
  }
}

module emailService 'modules/email.bicep' = if (email) {
  scope: group
  params: {
    suffix: suffix
    tags: tags
    dataLocation: emailDataLocation
    principalId: identity.outputs.principalId
  }
}

module functionApp 'modules/functionApp.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: tags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReady: alwaysReady
    rollingUpdates: rollingUpdates
    zoneRedundant: zones
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    deploymentContainer: storage.outputs.deploymentContainer
    storageName: storage.outputs.name
    cosmosEndpoint: cosmos.outputs.endpoint
    serviceBusNamespace: serviceBus.outputs.fullyQualifiedName
    eventHubsNamespace: eventHubs ? hubs!.outputs.fullyQualifiedName : ''
    cursorKeyUri: keyVault.outputs.cursorKeyUri
    applicationInsights: monitoring.outputs.connectionString
    tracesKeptPercent: tracesKeptPercent
    authIssuer: issuer
    authAudience: authAudience
    authCustomerClaim: authCustomerClaim
    consoleClientId: console
    consoleScope: consoleScope
    rateLimitPerMinute: rateLimitPerMinute
    requireIdempotencyKeys: requireIdempotencyKeys
    bankTimeZone: bankTimeZone
    listeners: switchedOn
    emailEndpoint: email ? emailService!.outputs.endpoint : ''
    emailFrom: email ? emailService!.outputs.from : ''
    corsOrigins: corsOrigins
    workspaceId: monitoring.outputs.workspaceId
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    suffix: suffix
    location: location
    tags: tags
    email: alertEmail
    applicationInsightsId: monitoring.outputs.applicationInsightsId
    cosmosId: cosmos.outputs.id
    serviceBusId: serviceBus.outputs.id
  }
}

// In camel case: Azure changes the case of some names in capitals.
@description('The resource group of everything.')
output resourceGroupName string = group.name

@description('The name of the function app, for deploying code to it.')
output functionAppName string = functionApp.outputs.name

@description('The URL of the API.')
output apiUrl string = functionApp.outputs.url
