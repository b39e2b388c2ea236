@description('The name of the vault.')
param name string

@description('The region.')
param location string

@description('The tags of all resources.')
param tags object

@description('Reachable from outside of the virtual network.')
param publicAccess bool

@description('The identity that reads the secret.')
param principalId string

@description('The workspace of diagnostic logs.')
param workspaceId string

@description('The first secret by which the app signs cursors, quotes and messages. The first deployment generates it; later ones keep what is there.')
@secure()
param firstCursorKey string = newGuid()

var roles = loadJsonContent('../roles.json')

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    networkAcls: { defaultAction: publicAccess ? 'Allow' : 'Deny', bypass: 'AzureServices' }
  }
}

@onlyIfNotExists()
resource cursorKey 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'cursor-key'
  properties: { value: firstCursorKey, contentType: 'text/plain' }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(cursorKey.id, principalId, roles.keyVaultSecretsUser)
  scope: cursorKey
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'workspace'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'AuditEvent', enabled: true }]
  }
}

@description('The vault.')
output id string = vault.id

@description('The address of the secrets of the app, without a version, so that the app picks up new ones.')
output cursorKeyUri string = '${vault.properties.vaultUri}secrets/${cursorKey.name}'
