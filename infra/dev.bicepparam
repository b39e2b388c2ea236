using 'main.bicep'

// Complete, and as cheap as possible. `azd up` deploys this one.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'dev')
param instanceMemoryMB = 512
param dailyLogCapGb = 1
param authIssuer = readEnvironmentVariable('AUTH_ISSUER', '')
param authAudience = readEnvironmentVariable('AUTH_AUDIENCE', '')
param alertEmail = readEnvironmentVariable('ALERT_EMAIL', '')
