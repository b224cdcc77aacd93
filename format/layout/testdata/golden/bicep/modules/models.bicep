// Written by a test.

// Models.
// Accounts take no keys, and who calls them has a role and no more.
targetScope = 'resourceGroup'

param location string
param tags object

resource userAssignedIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: 'id-contoso-chat'
}

resource virtualNetwork 'Microsoft.Network/virtualNetworks@2025-01-01' existing = {
  name: 'vnet-contoso-chat'
}

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' = {
  name: 'contoso-chat'
  location: location
  tags: tags
  kind: 'OpenAI'
  sku: { name: 'S0' }
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${userAssignedIdentity.id}': {} }
  }
  properties: {
    customSubDomainName: 'contoso-chat'
    disableLocalAuth: true
    publicNetworkAccess: 'Disabled'
    networkAcls: { defaultAction: 'Deny', ipRules: [] }
  }
}

resource deploymentGpt51 'Microsoft.CognitiveServices/accounts/deployments@2025-06-01' = {
  parent: account
  name: 'gpt-5.1'
  sku: { name: 'DataZoneStandard', capacity: 50 }
  properties: { model: { format: 'OpenAI', name: 'gpt-5.1', version: '2025-11-13' } }
}

resource roleAssignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: '11111111-2222-5333-8444-555555555555'
  scope: account
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd')
    principalType: 'ServicePrincipal'
    principalId: userAssignedIdentity.properties.principalId
  }
}

resource privateEndpoint 'Microsoft.Network/privateEndpoints@2025-01-01' = {
  name: 'pe-contoso-chat'
  location: location
  tags: tags
  properties: {
    subnet: { id: '${virtualNetwork.id}/subnets/endpoints' }
    privateLinkServiceConnections: [
      {
        name: 'account'
        properties: { privateLinkServiceId: account.id, groupIds: ['account'] }
      }
    ]
  }
  dependsOn: [
    deploymentGpt51
  ]
}
