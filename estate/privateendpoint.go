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
