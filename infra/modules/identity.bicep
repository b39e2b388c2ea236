@description('The name of the identity.')
param name string

@description('The region.')
param location string

@description('Tags of everything.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('The resource that the app is given.')
output id string = identity.id

@description('Whom roles are assigned to.')
output principalId string = identity.properties.principalId

@description('What a setting names it by.')
output clientId string = identity.properties.clientId
