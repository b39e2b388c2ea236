using 'main.bicep'

// In a private network, over three zones, with warm instances.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'production')
param alwaysReady = [{ name: 'http', instanceCount: 2 }]
param cosmosCapacity = 'autoscale'
param cosmosMaxThroughput = 10000
param backupDays = 30
param zoneRedundant = true
param serviceBusTier = 'Premium'
param scaleByBacklog = true
param privateNetwork = true
param tracesKeptPercent = 10
param logRetentionDays = 90
param authIssuer = readEnvironmentVariable('AUTH_ISSUER', '')
param authAudience = readEnvironmentVariable('AUTH_AUDIENCE', '')
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
