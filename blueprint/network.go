package blueprint

import (
	"fmt"
	"math/bits"
	"net/netip"
	"slices"
	"strings"

	"palisade/arm"
	"palisade/spec"
)

// regionNetwork is the virtual network of one region.
type regionNetwork struct {
	region    string
	id        string
	space     netip.Prefix
	endpoints subnet // of private endpoints
	gateway   subnet // of the gateway, where there is one
}

type subnet struct {
	name, id string
	prefix   netip.Prefix
}

const (
	smallest       = 25 // bits of the network of a region at most: its quarters are /27
	endpointSubnet = "endpoints"
	gatewaySubnet  = "gateway"
)

// plan divides the addresses among the regions: each gets the same share, a
// power of two, of which a quarter is for private endpoints and a quarter for
// the gateway; the rest stays free.
func (b *builder) plan() {
	space := b.spec.Network.AddressSpace.Prefix
	share := space.Bits() + bits.Len(uint(len(b.spec.Regions)-1))
	if share > smallest {
		b.say(b.spec.At("network", "addressSpace"), fmt.Sprintf("at least a /%d", smallest-(share-space.Bits())),
			"addressSpace: %s is too small for %d regions", space, len(b.spec.Regions))
		return
	}
	for i, region := range b.spec.Regions {
		n := regionNetwork{region: region, space: nth(space.Addr(), share, i), id: b.id(networkType, b.name(64, "vnet", region))}
		n.endpoints = n.quarter(0, endpointSubnet)
		n.gateway = n.quarter(1, gatewaySubnet)
		b.networks = append(b.networks, n)
	}
}

func (n *regionNetwork) quarter(i int, name string) subnet {
	return subnet{name, n.id + "/subnets/" + name, nth(n.space.Addr(), n.space.Bits()+2, i)}
}

// nth is the network number i of that many bits from an IPv4 address on.
func nth(from netip.Addr, length, i int) netip.Prefix {
	a := from.As4()
	n := uint32(a[0])<<24 | uint32(a[1])<<16 | uint32(a[2])<<8 | uint32(a[3])
	n += uint32(i) << (32 - length)
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}), length)
}

// in is the network of a region.
func (b *builder) in(region string) *regionNetwork {
	for i := range b.networks {
		if b.networks[i].region == region {
			return &b.networks[i]
		}
	}
	return &b.networks[0]
}

// network makes the virtual networks, and what filters and routes in them.
func (b *builder) network() {
	b.part("network", "Network", "Models are reached from private networks alone, and nothing goes out that isn't listed.")
	for i := range b.networks {
		n := &b.networks[i]
		needs := []string{b.endpointRules(n)}
		if b.gatewayIn(n.region) {
			needs = append(needs, b.gatewayRules(n))
		}
		if b.firewall().IsValid() {
			needs = append(needs, b.routes(n))
		}
		b.virtualNetwork(n, needs)
	}
	for i := range b.networks {
		b.peerings(&b.networks[i])
	}
}

func (b *builder) firewall() netip.Addr {
	if hub := b.spec.Network.Hub; hub != nil {
		return hub.Firewall.Addr
	}
	return netip.Addr{}
}

func (b *builder) virtualNetwork(n *regionNetwork, needs []string) {
	at := b.at("network")
	subnets := []arm.Value{b.subnet(at, n, n.endpoints, at.is("privateEndpointNetworkPolicies", "Enabled"))}
	if b.gatewayIn(n.region) {
		subnets = append(subnets, b.subnet(at, n, n.gateway,
			at.is("delegations", b.gatewayDelegation(at)), at.is("privateEndpointNetworkPolicies", "Enabled")))
	}
	b.put(at, n.id, n.region, needs, at.props(
		at.is("addressSpace", at.obj(at.is("addressPrefixes", []string{n.space.String()}))),
		at.is("dhcpOptions", b.nameServers()),
		at.is("subnets", subnets)))
	b.log(at, n.id, "")
}

func (b *builder) nameServers() arm.Value {
	at, hub := b.at("network", "hub", "dns"), b.spec.Network.Hub
	if hub == nil || len(hub.DNS) == 0 {
		return arm.Null(at.pos)
	}
	var servers []string
	for _, a := range hub.DNS {
		servers = append(servers, a.String())
	}
	return at.obj(at.is("dnsServers", servers))
}

func (b *builder) subnet(at place, n *regionNetwork, s subnet, more ...arm.Member) arm.Value {
	members := []arm.Member{
		at.is("addressPrefix", s.prefix.String()),
		at.is("networkSecurityGroup", at.id(b.rulesID(n, s.name))),
		at.is("defaultOutboundAccess", false),
	}
	if b.firewall().IsValid() {
		members = append(members, at.is("routeTable", at.id(b.routesID(n))))
	}
	return at.obj(at.is("name", s.name), at.props(append(members, more...)...))
}

func (b *builder) routesID(n *regionNetwork) string {
	return b.id(routeType, b.name(80, "rt", n.region))
}

// routes sends what leaves the network through the firewall.
func (b *builder) routes(n *regionNetwork) string {
	at := b.at("network", "hub", "firewall")
	routes := []arm.Value{at.route("all", "0.0.0.0/0", at.is("nextHopType", "VirtualAppliance"), at.is("nextHopIpAddress", b.firewall().String()))}
	if b.classicAPIM() { // its managers' answers go back the way that they came; virtual-network-reference.md
		routes = append(routes, at.route("api-management", "ApiManagement", at.is("nextHopType", "Internet")))
	}
	return b.put(at, b.routesID(n), n.region, nil, at.props(
		at.is("disableBgpRoutePropagation", true), at.is("routes", routes)))
}

func (p place) route(name, to string, hop ...arm.Member) arm.Value {
	return p.obj(p.is("name", name), p.props(append([]arm.Member{p.is("addressPrefix", to)}, hop...)...))
}

// peerings join the network of a region with those of the other regions, with
// the peers and with the hub.
func (b *builder) peerings(n *regionNetwork) {
	for i := range b.networks {
		if other := &b.networks[i]; other != n {
			b.peering(b.at("regions"), n.id, "region-"+other.region, other.id, []string{n.id, other.id})
		}
	}
	for i, p := range b.spec.Network.Peers {
		at := b.at("network", "peers", fmt.Sprint(i))
		b.peering(at, n.id, peerName(string(p)), string(p), []string{n.id})
	}
	if hub := b.spec.Network.Hub; b.spec.Network.Mode == spec.Existing && hub != nil {
		at := b.at("network", "hub", "vnet")
		b.peering(at, n.id, "hub", string(hub.VNet), []string{n.id})
	}
}

func (b *builder) peering(at place, network, name, remote string, needs []string) {
	slices.Sort(needs)
	b.put(at, network+"/virtualNetworkPeerings/"+name, "", slices.Compact(needs), at.props(
		at.is("remoteVirtualNetwork", at.id(remote)),
		at.is("allowVirtualNetworkAccess", true),
		at.is("allowForwardedTraffic", true),
		at.is("allowGatewayTransit", false),
		at.is("useRemoteGateways", false)))
}

// peerName names what has to do with a network that isn't ours. Networks of
// several groups may be called the same.
func peerName(id string) string {
	return shortened("peer-"+lastOf(id)+"-"+hash(strings.ToLower(id), 4), 80)
}

// peers makes the other halves of the peerings, in the groups of the peers.
func (b *builder) peers() {
	for i, p := range b.spec.Network.Peers {
		at, id := b.at("network", "peers", fmt.Sprint(i)), string(p)
		b.refer(at, id)
		b.partAt(groupIn(id), peerName(id), "Peered network "+lastOf(id), "A peering needs both directions, and nothing else in the network is changed.")
		for i := range b.networks {
			n := &b.networks[i]
			b.peering(at, id, lastOf(n.id), n.id, []string{n.id})
		}
	}
}

// hub makes what belongs into the hub's subscription: the other halves of the
// peerings, and the links of its zones where the networks ask Azure's DNS.
func (b *builder) hub() {
	b.peers()
	hub := b.spec.Network.Hub
	if b.spec.Network.Mode != spec.Existing || hub == nil {
		return
	}
	at := b.at("network", "hub", "vnet")
	b.refer(at, string(hub.VNet))
	b.partAt(groupIn(string(hub.VNet)), "hub", "Hub", "The hub is peered in both directions, and nothing else in it is changed.")
	for i := range b.networks {
		n := &b.networks[i]
		b.peering(at, string(hub.VNet), lastOf(n.id), n.id, []string{n.id})
	}
	if hub.Zones == "" || len(hub.DNS) > 0 {
		return
	}
	b.partAt(string(hub.Zones), "hub-zones", "Zones of the hub", "The networks are linked to the zones that are there, instead of to copies of them.")
	for _, zone := range b.zoneNames() {
		b.zoneLinks(b.at("network", "hub", "zones"), b.zone(zone), nil)
	}
}
