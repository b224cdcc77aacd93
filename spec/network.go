package spec

// Network is how the models are reached.
type Network struct {
	// private: private endpoints in a network of its own. existing: the same, joined to a hub with its zones and DNS. selected: the accounts' public endpoints, for the ranges listed; needs because and expires.
	Mode NetworkMode `spec:"mode" default:"private"`
	// The private addresses of the network, divided among the regions.
	AddressSpace CIDR `spec:"addressSpace" default:"10.90.0.0/20"`
	// Mode selected: the public IPv4 addresses and ranges that are let in.
	Ranges []CIDR `spec:"ranges"`
	// Networks to peer with, by resource ID.
	Peers []ResourceID `spec:"peers"`
	// Mode existing: the hub to join.
	Hub       *Hub `spec:"hub"`
	Exception `spec:",inline"`
}

// Hub is a network that is already there.
type Hub struct {
	// Resource ID of the hub's virtual network, to peer with.
	VNet ResourceID `spec:"vnet,required"`
	// Resource ID of the resource group that has the private DNS zones. By default they are made.
	Zones ResourceID `spec:"zones"`
	// DNS servers of the network, by address. By default Azure's.
	DNS []Address `spec:"dns"`
	// Address of the firewall through which everything goes out. By default nothing goes out.
	Firewall Address `spec:"firewall"`
}

// NetworkMode is how the models are reached.
type NetworkMode string

// The ways to reach the models.
const (
	Private  NetworkMode = "private"
	Selected NetworkMode = "selected"
	Existing NetworkMode = "existing"
)

func (NetworkMode) values() []string { return []string{"private", "selected", "existing"} }
