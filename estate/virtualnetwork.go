package estate

import "palisade/arm"

// VirtualNetwork is Microsoft.Network/virtualNetworks. Subnets and peerings are
// in their own tables, whether they are written inline or by themselves.
type VirtualNetwork struct {
	*Resource
	Prefixes   List[string]
	DNSServers List[string] // absent: Azure's resolver, which reads linked private zones
	// MoreSubnets and MorePeerings are why it isn't known what other subnets
	// or peerings are written inline, or nil.
	MoreSubnets  *arm.Unknown
	MorePeerings *arm.Unknown
}

// Subnet is Microsoft.Network/virtualNetworks/subnets. Parent is its network.
type Subnet struct {
	*Resource
	Prefixes         List[string]
	ServiceEndpoints List[ServiceEndpoint]
	SecurityGroup    Ref
	RouteTable       Ref
	NATGateway       Ref
	Delegations      List[Field[string]] // service names, such as Microsoft.App/environments
	// DefaultOutbound reports that machines without a public address of their
	// own reach the internet; absent: true in the API versions until 2025-05-01.
	DefaultOutbound Field[bool]
	// EndpointPolicies says whether security group and routes act on traffic to
	// private endpoints: Disabled | Enabled | NetworkSecurityGroupEnabled |
	// RouteTableEnabled; absent: Disabled.
	EndpointPolicies Field[string]
}

// ServiceEndpoint gives a subnet's traffic to a service the subnet's identity.
type ServiceEndpoint struct {
	Service   Field[string] // Microsoft.CognitiveServices, Microsoft.KeyVault, …
	Locations List[string]
	Pos       arm.Pos
}

// Peering is Microsoft.Network/virtualNetworks/virtualNetworkPeerings: one
// direction between its Parent and Remote. Traffic needs both directions.
type Peering struct {
	*Resource
	Remote         Ref
	AllowAccess    Field[bool] // absent: true
	AllowForwarded Field[bool] // absent: false
	AllowGateway   Field[bool] // absent: false
	UseGateways    Field[bool] // absent: false
	State          Field[string]
}

// RouteTable is Microsoft.Network/routeTables.
type RouteTable struct {
	*Resource
	Routes List[Route]
}

// Route is a route of a table.
type Route struct {
	Name        Field[string]
	Prefix      Field[string] // CIDR or service tag
	NextHop     Field[string] // Internet, VirtualAppliance, VirtualNetworkGateway, VnetLocal, None
	NextAddress Field[string]
	Pos         arm.Pos
}
