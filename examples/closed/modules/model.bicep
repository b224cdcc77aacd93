param location string
param prefix string
param subnetId string
param zoneIds array
param workspaceId string
param callerPrincipalId string

var openAIUser = '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd' // Cognitive Services OpenAI User

resource aoai 'Microsoft.CognitiveServices/accounts@2024-10-01' = {
  name: '${prefix}-aoai'
  location: location
  kind: 'OpenAI'
  sku: { name: 'S0' }
  identity: { type: 'SystemAssigned' }
  properties: {
    customSubDomainName: '${prefix}-aoai'
    disableLocalAuth: true
    publicNetworkAccess: 'Disabled'
    restrictOutboundNetworkAccess: true
    allowedFqdnList: []
    networkAcls: {
      defaultAction: 'Deny'
      bypass: 'None'
      ipRules: []
      virtualNetworkRules: []
    }
  }
}

resource filter 'Microsoft.CognitiveServices/accounts/raiPolicies@2024-10-01' = {
  parent: aoai
  name: 'guarded'
  properties: {
    basePolicyName: 'Microsoft.DefaultV2'
    mode: 'Blocking'
    contentFilters: [for pair in flatten(map(['Hate', 'Sexual', 'Violence', 'Selfharm'], name => map(['Prompt', 'Completion'], source => { name: name, source: source }))): {
      name: pair.name
      source: pair.source
      enabled: true
      blocking: true
      severityThreshold: 'Medium'
    }]
  }
}

resource gpt 'Microsoft.CognitiveServices/accounts/deployments@2024-10-01' = {
  parent: aoai
  name: 'gpt-5.1'
  sku: { name: 'DataZoneStandard', capacity: 50 }
  properties: {
    model: { format: 'OpenAI', name: 'gpt-5.1', version: '2025-11-13' }
    raiPolicyName: filter.name
    versionUpgradeOption: 'OnceCurrentVersionExpired'
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: '${prefix}-aoai'
  location: location
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      { name: 'aoai', properties: { privateLinkServiceId: aoai.id, groupIds: ['account'] } }
    ]
  }

  resource zones 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [for (id, i) in zoneIds: {
        name: 'zone${i}'
        properties: { privateDnsZoneId: id }
      }]
    }
  }
}

resource caller 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(aoai.id, callerPrincipalId, openAIUser)
  scope: aoai
  properties: {
    principalId: callerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', openAIUser)
  }
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'all'
  scope: aoai
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output endpoint string = aoai.properties.endpoint
