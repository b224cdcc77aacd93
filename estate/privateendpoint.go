package estate

import "palisade/arm"

// PrivateEndpoint is Microsoft.Network/privateEndpoints.
type PrivateEndpoint struct {
	*Resource
	Subnet      Ref
	Connections List[EndpointTarget] // those with automatic approval, then manual ones
	Addresses   List[EndpointAddress]
	// CustomDNS is what a live endpoint tells of the names it serves.
	CustomDNS List[EndpointName]
}

// EndpointTarget is what a private endpoint leads to.
type EndpointTarget struct {
	Name   Field[string]
	Target Ref          // the resource, without its group
	Groups List[string] // group ids such as account, vault, blob
	// Manual reports that the owner of the target must approve by hand.
	Manual bool
	// Status is Approved | Pending | Rejected | Disconnected. Absent: Approved
	// for an automatic connection, as Azure refuses to make one without the
	// right to approve; Pending for a manual one.
	Status Field[string]
	Pos    arm.Pos
}

// EndpointAddress is a fixed private address of an endpoint.
type EndpointAddress struct {
	Address Field[string]
	Group   Field[string]
	Member  Field[string]
}

// EndpointName is a name that an endpoint serves, with its addresses.
type EndpointName struct {
	Name      Field[string]
	Addresses List[string]
}

// ZoneGroup is Microsoft.Network/privateEndpoints/privateDnsZoneGroups: it
// keeps the records of its Parent, an endpoint, in the zones.
type ZoneGroup struct {
	*Resource
	Zones List[Ref]
}

// EndpointConnection is the other end of a private endpoint, on its target:
// an item of privateEndpointConnections or a resource of that type.
type EndpointConnection struct {
	Endpoint Ref
	Status   Field[string] // Approved | Pending | Rejected | Disconnected
	Groups   List[string]
	Pos      arm.Pos
}

// TargetConnection is a resource …/privateEndpointConnections, which approves
// or rejects an endpoint. Parent is the target.
type TargetConnection struct {
	*Resource
	EndpointConnection
}

func decodePrivateEndpoint(e *Estate, r *Resource) {
	targets := list(r.prop("privateLinkServiceConnections"), endpointTarget("Approved"))
	manual := list(r.prop("manualPrivateLinkServiceConnections"), endpointTarget("Pending"))
	e.PrivateEndpoints.add(r, &PrivateEndpoint{
		Resource:    r,
		Subnet:      r.prop("subnet", "id").ref(),
		Connections: merged(targets, manual),
		Addresses:   list(r.prop("ipConfigurations"), decodeEndpointAddress),
		CustomDNS:   list(r.prop("customDnsConfigs"), decodeEndpointName),
	})
}

// endpointTarget reads a connection; absent is its status where none is written.
func endpointTarget(absent string) func(node) (EndpointTarget, bool) {
	return func(n node) (EndpointTarget, bool) {
		p := n.at("properties")
		return EndpointTarget{
			Name:   n.at("name").text(""),
			Target: p.at("privateLinkServiceId").ref(),
			Groups: p.at("groupIds").texts(),
			Manual: absent == "Pending",
			Status: p.at("privateLinkServiceConnectionState", "status").text(absent),
			Pos:    n.pos,
		}, true
	}
}

func decodeEndpointAddress(n node) (EndpointAddress, bool) {
	p := n.at("properties")
	return EndpointAddress{p.at("privateIPAddress").text(""), p.at("groupId").text(""), p.at("memberName").text("")}, true
}

func decodeEndpointName(n node) (EndpointName, bool) {
	return EndpointName{n.at("fqdn").text(""), n.at("ipAddresses").texts()}, true
}

func decodeZoneGroup(e *Estate, r *Resource) {
	zones := list(r.prop("privateDnsZoneConfigs"), func(n node) (Ref, bool) {
		return n.at("properties", "privateDnsZoneId").ref(), true
	})
	e.ZoneGroups.add(r, &ZoneGroup{r, zones})
}

func (n node) endpointConnections() List[EndpointConnection] {
	return list(n, func(m node) (EndpointConnection, bool) { return decodeEndpointConnection(m), true })
}

func decodeEndpointConnection(n node) EndpointConnection {
	p := n.at("properties")
	return EndpointConnection{
		Endpoint: p.at("privateEndpoint", "id").ref(),
		Status:   p.at("privateLinkServiceConnectionState", "status").text(""),
		Groups:   joined(p.at("groupId").text(""), p.at("groupIds").texts()),
		Pos:      n.pos,
	}
}

func decodeTargetConnection(e *Estate, r *Resource) {
	e.TargetConnections.add(r, &TargetConnection{r, decodeEndpointConnection(r.at())})
}
