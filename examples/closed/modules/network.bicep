param location string
param prefix string

var zones = [
  'privatelink.openai.azure.com'
  'privatelink.cognitiveservices.azure.com'
]

resource vnet 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: '${prefix}-vnet'
  location: location
  properties: {
    addressSpace: { addressPrefixes: ['10.20.0.0/16'] }
    subnets: [
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet('10.20.0.0/16', 24, 0)
          defaultOutboundAccess: false
          networkSecurityGroup: { id: endpointsNsg.id }
        }
      }
      {
        name: 'apps'
        properties: {
          addressPrefix: cidrSubnet('10.20.0.0/16', 23, 1)
          defaultOutboundAccess: false
          networkSecurityGroup: { id: appsNsg.id }
          delegations: [{ name: 'apps', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
    ]
  }
}

resource endpointsNsg 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: '${prefix}-endpoints'
  location: location
  properties: {
    securityRules: [
      {
        name: 'apps-only'
        properties: {
          access: 'Allow'
          direction: 'Inbound'
          priority: 100
          protocol: 'Tcp'
          sourceAddressPrefix: cidrSubnet('10.20.0.0/16', 23, 1)
          sourcePortRange: '*'
          destinationAddressPrefix: 'VirtualNetwork'
          destinationPortRange: '443'
        }
      }
      {
        name: 'deny-rest'
        properties: {
          access: 'Deny'
          direction: 'Inbound'
          priority: 4000
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

resource appsNsg 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: '${prefix}-apps'
  location: location
  properties: { securityRules: [] }
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [for name in zones: {
  name: name
  location: 'global'
}]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [for (name, i) in zones: {
  parent: zone[i]
  name: '${prefix}-vnet'
  location: 'global'
  properties: {
    registrationEnabled: false
    virtualNetwork: { id: vnet.id }
  }
}]

resource environment 'Microsoft.App/managedEnvironments@2025-01-01' = {
  name: '${prefix}-apps'
  location: location
  properties: {
    vnetConfiguration: {
      internal: true
      infrastructureSubnetId: vnet.properties.subnets[1].id
    }
  }
}

output endpointSubnetId string = vnet.properties.subnets[0].id
output zoneIds array = [for (name, i) in zones: zone[i].id]
output environmentId string = environment.id
