@description('The part that makes all names unique.')
param suffix string

@description('The tags of all resources.')
param tags object

@description('Where e-mails are kept while the service sends them.')
param dataLocation string

@description('The identity that sends.')
param principalId string

var roles = loadJsonContent('../roles.json')

resource service 'Microsoft.Communication/emailServices@2025-05-01' = {
  name: 'email-${suffix}'
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation }

  resource domain 'domains' = {
    // The name that Azure prescribes for a domain of its own.
    name: 'AzureManagedDomain'
    location: 'global'
    tags: tags
    properties: { domainManagement: 'AzureManaged', userEngagementTracking: 'Disabled' }
  }
}

resource communication 'Microsoft.Communication/communicationServices@2025-05-01' = {
  name: 'comm-${suffix}'
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation, disableLocalAuth: true, linkedDomains: [service::domain.id] }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(communication.id, principalId, roles.communicationAndEmailServiceOwner)
  scope: communication
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.communicationAndEmailServiceOwner
    )
  }
}

@description('Where the app sends e-mails.')
output endpoint string = 'https://${communication.properties.hostName}'

@description('The address from which they come.')
output from string = 'DoNotReply@${service::domain.properties.fromSenderDomain}'
