// Written by a test.

// Network.
// Models are reached from private networks alone.
targetScope = 'resourceGroup'

param location string
param tags object

resource virtualNetwork 'Microsoft.Network/virtualNetworks@2025-01-01' = {
  name: 'vnet-contoso-chat'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.90.0.0/20'] }
    subnets: [
      {
        name: 'endpoints'
        properties: { addressPrefix: '10.90.0.0/22' }
      }
    ]
  }
}

resource userAssignedIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-contoso-chat'
  location: location
  tags: tags
}
