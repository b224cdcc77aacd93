# Written by a test.

# Resource group.
# One resource group holds the deployment.

resource "azapi_resource" "group" {
  type      = "Microsoft.Resources/resourceGroups@2025-04-01"
  parent_id = local.subscription
  name      = "rg-contoso-chat"
  location  = local.location
  tags      = local.tags
}
