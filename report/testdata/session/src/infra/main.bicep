targetScope = 'resourceGroup'

@description('Object id of the team that runs the models.')
param operatorsId string

@allowed(['Enabled', 'Disabled'])
param publicAccess string = 'Enabled'
param logs bool

module chat 'modules/openai.bicep' = {
  name: 'chat'
  params: {
    name: 'oai-chat-${uniqueString(resourceGroup().id)}'
    publicAccess: publicAccess
    logs: logs
  }
}

resource operators 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, operatorsId)
  properties: {
    principalId: operatorsId
    principalType: 'User'
    roleDefinitionId: contributor
  }
}

var contributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b24988ac-6180-42a0-ab88-20f7382dd24c')
