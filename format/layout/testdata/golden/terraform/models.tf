# Written by a test.

# Models.
# Accounts take no keys, and who calls them has a role and no more.

resource "azapi_resource" "account" {
  type      = "Microsoft.CognitiveServices/accounts@2025-06-01"
  parent_id = azapi_resource.group.id
  name      = "contoso-chat"
  location  = local.location
  tags      = local.tags

  identity {
    type         = "UserAssigned"
    identity_ids = [azapi_resource.user_assigned_identity.id]
  }

  body = {
    kind = "OpenAI"
    sku = {
      name = "S0"
    }
    properties = {
      customSubDomainName = "contoso-chat"
      disableLocalAuth    = true
      publicNetworkAccess = "Disabled"
      networkAcls = {
        defaultAction = "Deny"
        ipRules       = []
      }
    }
  }
}

resource "azapi_resource" "deployment_gpt51" {
  type      = "Microsoft.CognitiveServices/accounts/deployments@2025-06-01"
  parent_id = azapi_resource.account.id
  name      = "gpt-5.1"

  body = {
    sku = {
      name     = "DataZoneStandard"
      capacity = 50
    }
    properties = {
      model = {
        format  = "OpenAI"
        name    = "gpt-5.1"
        version = "2025-11-13"
      }
    }
  }
}

resource "azapi_resource" "role_assignment" {
  type      = "Microsoft.Authorization/roleAssignments@2022-04-01"
  parent_id = azapi_resource.account.id
  name      = "11111111-2222-5333-8444-555555555555"

  body = {
    properties = {
      roleDefinitionId = "${local.subscription}/providers/Microsoft.Authorization/roleDefinitions/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
      principalType    = "ServicePrincipal"
      principalId      = azapi_resource.user_assigned_identity.output.properties.principalId
    }
  }
}

resource "azapi_resource" "private_endpoint" {
  type      = "Microsoft.Network/privateEndpoints@2025-01-01"
  parent_id = azapi_resource.group.id
  name      = "pe-contoso-chat"
  location  = local.location
  tags      = local.tags

  body = {
    properties = {
      subnet = {
        id = "${azapi_resource.virtual_network.id}/subnets/endpoints"
      }
      privateLinkServiceConnections = [
        {
          name = "account"
          properties = {
            privateLinkServiceId = azapi_resource.account.id
            groupIds             = ["account"]
          }
        },
      ]
    }
  }

  depends_on = [azapi_resource.deployment_gpt51]
}
