@description('The name of the identity.')
param name string

@description('The region.')
param location string

@description('The tags of all resources.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('The resource to assign to the app.')
output id string = identity.id

@description('The principal to which roles are assigned.')
output principalId string = identity.properties.principalId

@description('The client id by which settings name it.')
output clientId string = identity.properties.clientId
