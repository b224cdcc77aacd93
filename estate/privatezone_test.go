package estate

import "testing"

func TestPrivateZone(t *testing.T) {
	e := load(t, `[
	 {"type": "Microsoft.Network/privateDnsZones", "name": "privatelink.openai.azure.com"},
	 {"type": "Microsoft.Network/privateDnsZones/virtualNetworkLinks", "name": "privatelink.openai.azure.com/l", "properties": {
	  "virtualNetwork": {"id": "/net/v"}, "registrationEnabled": false, "resolutionPolicy": "NxDomainRedirect"}},
	 {"type": "Microsoft.Network/privateDnsZones/A", "name": "privatelink.openai.azure.com/ai", "properties": {
	  "aRecords": [{"ipv4Address": "10.0.0.5"}, {"ipv4Address": {"$parameter": "ip"}}]}}]`)
	z := only(t, e.PrivateZones)
	if z.Name != "privatelink.openai.azure.com" {
		t.Errorf("zone: %+v", z.Resource)
	}
	if l := only(t, e.ZoneLinks); l.Parent != z.Key || l.Network.Key != "/net/v" || l.Resolution.Value != "NxDomainRedirect" {
		t.Errorf("link: %+v", l)
	}
	r := only(t, e.ARecords)
	if r.Parent != z.Key || r.Name != "ai" || r.Addresses.Items[0].Value != "10.0.0.5" || r.Addresses.Items[1].Known() {
		t.Errorf("record: %+v", r)
	}
}
