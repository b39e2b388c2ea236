@description('The name of the vault.')
param name string

@description('The region.')
param location string

@description('Tags of everything.')
param tags object

@description('Reachable from outside of the virtual network.')
param publicAccess bool

@description('The identity that reads the secret.')
param principalId string

@description('Where diagnostic logs go.')
param workspaceId string

@description('The first key that signs cursors. It is made up by the first deployment; later ones leave the key that is there.')
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

@description('Where the key that signs cursors is: without a version, so that a new one is taken up.')
output cursorKeyUri string = '${vault.properties.vaultUri}secrets/${cursorKey.name}'
