package estate

import (
	"slices"
	"testing"
)

const network = `[
 {"type": "Microsoft.Network/virtualNetworks", "name": "v", "apiVersion": "2024-01-01", "properties": {
  "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
  "dhcpOptions": {"dnsServers": ["10.9.9.9"]},
  "subnets": [
   {"name": "A", "properties": {"addressPrefix": "10.0.0.0/24",
    "serviceEndpoints": [{"service": "Microsoft.CognitiveServices", "locations": ["*"]}],
    "networkSecurityGroup": {"id": "/nsg/1"}, "routeTable": {"id": "/rt/1"}, "natGateway": {"id": "/nat/1"},
    "delegations": [{"name": "d", "properties": {"serviceName": "Microsoft.App/environments"}}],
    "defaultOutboundAccess": false, "privateEndpointNetworkPolicies": "Enabled"}}],
  "virtualNetworkPeerings": [{"name": "p", "properties": {"remoteVirtualNetwork": {"id": "/net/hub"}, "allowForwardedTraffic": true}}]}},
 {"type": "Microsoft.Network/virtualNetworks/subnets", "name": "v/b", "properties": {"addressPrefixes": ["10.0.1.0/24", "10.0.2.0/24"]}},
 {"type": "Microsoft.Network/virtualNetworks/subnets", "name": "v/a", "existing": true},
 {"type": "Microsoft.Network/routeTables", "name": "r", "properties": {"routes": [
  {"name": "out", "properties": {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance", "nextHopIpAddress": "10.0.0.4"}}]}}]`

func TestVirtualNetwork(t *testing.T) {
	e := load(t, network)
	v := only(t, e.VirtualNetworks)
	if v.Prefixes.Items[0] != "10.0.0.0/16" || v.DNSServers.Items[0] != "10.9.9.9" || v.MoreSubnets != nil {
		t.Errorf("network: %+v", v)
	}
	subnets := e.Subnets.Of(v.ID)
	if len(subnets) != 2 {
		t.Fatalf("got %d subnets, want the inline one and the separate one, without the one referred to", len(subnets))
	}
	a := e.Subnets.Get(v.ID + "/subnets/a")
	if a == nil || !a.Inline || a.Name != "A" || a.Type != "Microsoft.Network/virtualNetworks/subnets" || a.APIVersion != "2024-01-01" {
		t.Fatalf("inline: %+v", a)
	}
	if a.Prefixes.Items[0] != "10.0.0.0/24" || a.ServiceEndpoints.Items[0].Service.Value != "Microsoft.CognitiveServices" ||
		a.SecurityGroup.Key != "/nsg/1" || a.RouteTable.Key != "/rt/1" || a.NATGateway.Key != "/nat/1" ||
		a.Delegations.Items[0].Value != "Microsoft.App/environments" || a.DefaultOutbound.Value || a.EndpointPolicies.Value != "Enabled" {
		t.Errorf("inline: %+v", a)
	}
	b := e.Subnets.Get(v.ID + "/subnets/B")
	if !slices.Equal(b.Prefixes.Items, []string{"10.0.1.0/24", "10.0.2.0/24"}) || !b.DefaultOutbound.Value || b.EndpointPolicies.Value != "Disabled" {
		t.Errorf("separate: %+v", b)
	}
	if p := only(t, e.Peerings); p.Remote.Key != "/net/hub" || p.Parent != v.Key || !p.AllowForwarded.Value || !p.AllowAccess.Value {
		t.Errorf("peering: %+v", p)
	}
	if r := only(t, e.RouteTables).Routes.Items[0]; r.NextHop.Value != "VirtualAppliance" || r.NextAddress.Value != "10.0.0.4" || r.Prefix.Value != "0.0.0.0/0" {
		t.Errorf("route: %+v", r)
	}
}

func TestUnknownSubnets(t *testing.T) {
	e := load(t, `[
	 {"type": "Microsoft.Network/virtualNetworks", "name": "v", "properties": {"subnets": {"$parameter": "subnets"}}},
	 {"type": "Microsoft.Network/virtualNetworks", "name": "w", "properties": {"subnets": [
	   {"name": "a"}, {"$if": ["bastion", {"name": "b"}, null]}]}}]`)
	if v := e.VirtualNetworks.All[0]; v.MoreSubnets == nil {
		t.Error("unknown subnets aren't said to be unknown")
	}
	w := e.VirtualNetworks.All[1]
	got := e.Subnets.Of(w.ID)
	if w.MoreSubnets != nil || len(got) != 2 || got[0].Maybe != nil || got[1].Maybe == nil {
		t.Errorf("subnet by a condition: %+v", got)
	}
}
