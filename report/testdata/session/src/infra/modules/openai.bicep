param name string
param publicAccess string
param logs bool

resource account 'Microsoft.CognitiveServices/accounts@2025-06-01' = {
  name: name
  location: resourceGroup().location
  kind: 'OpenAI'
  sku: { name: 'S0' }
  properties: {
    customSubDomainName: name
    publicNetworkAccess: publicAccess
    networkAcls: {
      defaultAction: 'Deny'
      ipRules: [
        { value: '0.0.0.0/1' }, { value: '128.0.0.0/1' }
      ]
    }
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: 'pe-${name}'
  location: resourceGroup().location
  properties: {
    subnet: { id: resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet-hub', 'snet-endpoints') }
    privateLinkServiceConnections: [
      { name: 'openai', properties: { privateLinkServiceId: account.id, groupIds: ['account'] } }
    ]
  }
}

resource gpt 'Microsoft.CognitiveServices/accounts/deployments@2025-06-01' = {
  parent: account
  name: 'chat'
  sku: { name: 'GlobalStandard', capacity: 50 }
  properties: { model: { format: 'OpenAI', name: 'gpt-4o', version: '2024-11-20' } }
}

resource settings 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (logs) {
  name: 'audit'
  scope: account
  properties: { workspaceId: 'x' }
}

output endpointKey string = account.listKeys().key1
