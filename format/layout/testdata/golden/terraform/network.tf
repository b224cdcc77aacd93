# Written by a test.

# Network.
# Models are reached from private networks alone.

resource "azapi_resource" "virtual_network" {
  type      = "Microsoft.Network/virtualNetworks@2025-01-01"
  parent_id = azapi_resource.group.id
  name      = "vnet-contoso-chat"
  location  = local.location
  tags      = local.tags

  body = {
    properties = {
      addressSpace = {
        addressPrefixes = ["10.90.0.0/20"]
      }
      subnets = [
        {
          name = "endpoints"
          properties = {
            addressPrefix = "10.90.0.0/22"
          }
        },
      ]
    }
  }
}

resource "azapi_resource" "user_assigned_identity" {
  type      = "Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30"
  parent_id = azapi_resource.group.id
  name      = "id-contoso-chat"
  location  = local.location
  tags      = local.tags

  response_export_values = ["properties.principalId"]
}
