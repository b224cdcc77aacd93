// A deployment that looks guarded and isn't: an IP firewall that covers the
// whole internet, keys that are on, and two places that hand them out.
param location string = resourceGroup().location
param prefix string = 'contoso'

@description('Group of the developers.')
param developers string = '8a1f6d1e-0a55-4c43-8e65-6f2f3b6f3a01'

@description('One developer, so that it works right away.')
param alice string = '6d0c4f5b-7f14-4c43-b9c5-0d7a0b6b8f02'

var csUser = 'a97b65f3-24c7-4388-baec-2e87135dc908' // Cognitive Services User
var contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c'

resource aoai 'Microsoft.CognitiveServices/accounts@2024-10-01' = {
  name: '${prefix}-aoai'
  location: location
  kind: 'OpenAI'
  sku: { name: 'S0' }
  properties: {
    customSubDomainName: '${prefix}-aoai'
    publicNetworkAccess: 'Enabled'
    networkAcls: {
      defaultAction: 'Deny'
      bypass: 'AzureServices'
      ipRules: [
        { value: '0.0.0.0/1' }
        { value: '128.0.0.0/1' }
      ]
    }
  }

  resource gpt4o 'deployments' = {
    name: 'gpt-4o'
    sku: { name: 'GlobalStandard', capacity: 50 }
    properties: {
      model: { format: 'OpenAI', name: 'gpt-4o', version: '2024-05-13' }
      raiPolicyName: relaxed.name
      versionUpgradeOption: 'NoAutoUpgrade'
    }
  }

  resource relaxed 'raiPolicies' = {
    name: 'relaxed'
    properties: {
      basePolicyName: 'Microsoft.DefaultV2'
      mode: 'Asynchronous_filter'
      contentFilters: [
        { name: 'Hate', source: 'Prompt', enabled: true, blocking: true, severityThreshold: 'High' }
        { name: 'Violence', source: 'Prompt', enabled: true, blocking: false, severityThreshold: 'Medium' }
        { name: 'Jailbreak', source: 'Prompt', enabled: false, blocking: false }
      ]
    }
  }
}

resource team 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(aoai.id, developers, csUser)
  scope: aoai
  properties: {
    principalId: developers
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', csUser)
  }
}

resource person 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, alice, contributor)
  properties: {
    principalId: alice
    principalType: 'User'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', contributor)
  }
}

resource app 'Microsoft.Web/sites@2023-12-01' = {
  name: '${prefix}-chat'
  location: location
  properties: {
    siteConfig: {
      appSettings: [
        { name: 'AZURE_OPENAI_ENDPOINT', value: aoai.properties.endpoint }
        { name: 'AZURE_OPENAI_KEY', value: aoai.listKeys().key1 }
      ]
    }
  }
}

output endpoint string = aoai.properties.endpoint
output key string = aoai.listKeys().key1
