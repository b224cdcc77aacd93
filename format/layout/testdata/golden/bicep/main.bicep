// Written by a test.
targetScope = 'subscription'

var location = 'swedencentral'
var tags = { environment: 'prod', 'cost-center': '4711' }

// Resource group.
// One resource group holds the deployment.
resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-contoso-chat'
  location: location
  tags: tags
}

// Models are reached from private networks alone.
module network 'modules/network.bicep' = {
  name: 'contoso-chat-network'
  scope: group
  params: {
    location: location
    tags: tags
  }
}

// Accounts take no keys, and who calls them has a role and no more.
module models 'modules/models.bicep' = {
  name: 'contoso-chat-models'
  scope: group
  params: {
    location: location
    tags: tags
  }
  dependsOn: [
    network
  ]
}
