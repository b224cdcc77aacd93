package estate

import "testing"

const account = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/"

const endpoints = `[
 {"type": "Microsoft.CognitiveServices/accounts", "id": "` + account + `ai", "name": "ai"},
 {"type": "Microsoft.CognitiveServices/accounts", "id": "` + account + `other", "name": "other"},
 {"type": "Microsoft.Network/privateEndpoints", "name": "auto", "properties": {"subnet": {"id": "/net/v/subnets/a"},
  "privateLinkServiceConnections": [{"name": "c", "properties": {"privateLinkServiceId": "` + account + `AI", "groupIds": ["account"]}}],
  "ipConfigurations": [{"name": "i", "properties": {"privateIPAddress": "10.0.0.5", "groupId": "account", "memberName": "default"}}],
  "customDnsConfigs": [{"fqdn": "ai.openai.azure.com", "ipAddresses": ["10.0.0.5"]}]}},
 {"type": "Microsoft.Network/privateEndpoints", "name": "manual", "properties": {
  "manualPrivateLinkServiceConnections": [{"properties": {"privateLinkServiceId": "` + account + `ai", "groupIds": {"$parameter": "g"}}}]}},
 {"type": "Microsoft.Network/privateEndpoints", "name": "choice", "properties": {
  "privateLinkServiceConnections": [{"properties": {"privateLinkServiceId": {"$if": ["c", "` + account + `ai", "` + account + `other"]}}}]}},
 {"type": "Microsoft.Network/privateEndpoints", "name": "somewhere", "properties": {
  "privateLinkServiceConnections": [{"properties": {"privateLinkServiceId": {"$parameter": "target"}}}]}},
 {"type": "Microsoft.Network/privateEndpoints", "name": "open", "properties": {"privateLinkServiceConnections": {"$parameter": "all"}}},
 {"type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups", "name": "auto/default", "properties": {
  "privateDnsZoneConfigs": [{"name": "z", "properties": {"privateDnsZoneId": "/zones/One"}}]}},
 {"type": "Microsoft.CognitiveServices/accounts/privateEndpointConnections", "id": "` + account + `ai/privateEndpointConnections/x", "properties": {
  "privateEndpoint": {"id": "/pe/1"}, "privateLinkServiceConnectionState": {"status": "Rejected"}, "groupIds": ["account"]}}]`

func TestPrivateEndpoint(t *testing.T) {
	e := load(t, endpoints)
	p := e.PrivateEndpoints.All[0]
	c := p.Connections.Items[0]
	if p.Subnet.Key != "/net/v/subnets/a" || c.Manual || c.Status.Value != "Approved" || c.Groups.Items[0] != "account" ||
		p.Addresses.Items[0].Address.Value != "10.0.0.5" || p.CustomDNS.Items[0].Name.Value != "ai.openai.azure.com" {
		t.Errorf("automatic: %+v", p)
	}
	if c := e.PrivateEndpoints.All[1].Connections.Items[0]; !c.Manual || c.Status.Value != "Pending" || c.Groups.Known() {
		t.Errorf("manual: %+v", c)
	}
	if z := only(t, e.ZoneGroups); z.Parent != p.Key || z.Zones.Items[0].Key != "/zones/one" {
		t.Errorf("zone group: %+v", z)
	}
	if c := only(t, e.TargetConnections); c.Status.Value != "Rejected" || c.Endpoint.Key != "/pe/1" || c.Parent != Key(account+"ai") {
		t.Errorf("connection of the target: %+v", c)
	}
}

func TestEndpointsTo(t *testing.T) {
	e := load(t, endpoints)
	tests := map[string]map[string]bool{ // target → endpoint → sure
		account + "ai":    {"auto": true, "manual": true, "choice": false, "somewhere": false, "open": false},
		account + "other": {"choice": false, "somewhere": false, "open": false},
	}
	for id, want := range tests {
		got := e.EndpointsTo(id)
		if len(got) != len(want) {
			t.Errorf("%s: got %d paths, want %d", id, len(got), len(want))
		}
		for _, p := range got {
			if sure, ok := want[p.Endpoint.Name]; !ok || sure != p.Sure {
				t.Errorf("%s: %s is sure: %v", id, p.Endpoint.Name, p.Sure)
			}
		}
	}
}

// TestEndpointByUnknownName joins by text: the name isn't known, but it is the
// same one, and it isn't that of the other declared account.
func TestEndpointByUnknownName(t *testing.T) {
	const a, b = "/subscriptions/s/providers/N/accounts/a-«x»", "/subscriptions/s/providers/N/accounts/«y»"
	e := load(t, `[{"type": "N/accounts", "id": "`+a+`"}, {"type": "N/accounts", "id": "`+b+`"},
	 {"type": "Microsoft.Network/privateEndpoints", "name": "p", "properties": {
	  "privateLinkServiceConnections": [{"properties": {"privateLinkServiceId": "`+a+`"}}]}}]`)
	if got := e.EndpointsTo(a); len(got) != 1 || !got[0].Sure {
		t.Errorf("to its target: %+v", got)
	}
	if got := e.EndpointsTo(b); len(got) != 0 {
		t.Errorf("to another: %+v", got)
	}
}
