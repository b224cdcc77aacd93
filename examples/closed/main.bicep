// A model that only one workload reaches, over a private endpoint, with its own
// identity and no key.
targetScope = 'resourceGroup'

param location string
param prefix string = 'fabrikam'

module network 'modules/network.bicep' = {
  params: { location: location, prefix: prefix }
}

module logs 'modules/logs.bicep' = {
  params: { location: location, prefix: prefix }
}

resource workload 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: '${prefix}-chat'
  location: location
}

module model 'modules/model.bicep' = {
  params: {
    location: location
    prefix: prefix
    subnetId: network.outputs.endpointSubnetId
    zoneIds: network.outputs.zoneIds
    workspaceId: logs.outputs.workspaceId
    callerPrincipalId: workload.properties.principalId
  }
}

resource chat 'Microsoft.App/containerApps@2025-01-01' = {
  name: '${prefix}-chat'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${workload.id}': {} }
  }
  properties: {
    environmentId: network.outputs.environmentId
    template: {
      containers: [
        {
          name: 'chat'
          image: 'fabrikam.azurecr.io/chat@sha256:6f8b2c1d9e0a4b3c5d7e8f9012345678abcdef0123456789abcdef0123456789'
          env: [
            { name: 'AZURE_OPENAI_ENDPOINT', value: model.outputs.endpoint }
            { name: 'AZURE_CLIENT_ID', value: workload.properties.clientId }
          ]
        }
      ]
    }
  }
}

output endpoint string = model.outputs.endpoint
