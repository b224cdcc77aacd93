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
	// own reach the internet; absent: true here, though newer API versions make
	// new subnets private.
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

func decodeVirtualNetwork(e *Estate, r *Resource) {
	e.VirtualNetworks.add(r, &VirtualNetwork{
		Resource:     r,
		Prefixes:     r.prop("addressSpace", "addressPrefixes").texts(),
		DNSServers:   r.prop("dhcpOptions", "dnsServers").texts(),
		MoreSubnets:  e.inline(r, "subnets", r.prop("subnets")),
		MorePeerings: e.inline(r, "virtualNetworkPeerings", r.prop("virtualNetworkPeerings")),
	})
}

func decodeSubnet(e *Estate, r *Resource) {
	e.Subnets.add(r, &Subnet{
		Resource:         r,
		Prefixes:         joined(r.prop("addressPrefix").text(""), r.prop("addressPrefixes").texts()),
		ServiceEndpoints: list(r.prop("serviceEndpoints"), decodeServiceEndpoint),
		SecurityGroup:    r.prop("networkSecurityGroup", "id").ref(),
		RouteTable:       r.prop("routeTable", "id").ref(),
		NATGateway:       r.prop("natGateway", "id").ref(),
		Delegations:      list(r.prop("delegations"), decodeDelegation),
		DefaultOutbound:  r.prop("defaultOutboundAccess").flag(true),
		EndpointPolicies: r.prop("privateEndpointNetworkPolicies").text("Disabled"),
	})
}

func decodeServiceEndpoint(n node) (ServiceEndpoint, bool) {
	return ServiceEndpoint{n.at("service").text(""), n.at("locations").texts(), n.pos}, true
}

func decodeDelegation(n node) (Field[string], bool) {
	return n.at("properties", "serviceName").text(""), true
}

func decodePeering(e *Estate, r *Resource) {
	e.Peerings.add(r, &Peering{
		Resource:       r,
		Remote:         r.prop("remoteVirtualNetwork", "id").ref(),
		AllowAccess:    r.prop("allowVirtualNetworkAccess").flag(true),
		AllowForwarded: r.prop("allowForwardedTraffic").flag(false),
		AllowGateway:   r.prop("allowGatewayTransit").flag(false),
		UseGateways:    r.prop("useRemoteGateways").flag(false),
		State:          r.prop("peeringState").text(""),
	})
}

func decodeRouteTable(e *Estate, r *Resource) {
	e.RouteTables.add(r, &RouteTable{r, list(r.prop("routes"), decodeRoute)})
}

func decodeRoute(n node) (Route, bool) {
	p := n.at("properties")
	return Route{
		Name:        n.at("name").text(""),
		Prefix:      p.at("addressPrefix").text(""),
		NextHop:     p.at("nextHopType").text(""),
		NextAddress: p.at("nextHopIpAddress").text(""),
		Pos:         n.pos,
	}, true
}

// NetworkElsewhere reports whether a network isn't declared here, so that what
// is linked to it may be declared elsewhere, too.
func (e *Estate) NetworkElsewhere(network string) bool {
	v := e.VirtualNetworks.Get(network)
	return v == nil || v.Referred
}
