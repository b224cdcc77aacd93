package estate

import "testing"

func TestPerimeter(t *testing.T) {
	e := load(t, `[
	 {"type": "Microsoft.Network/networkSecurityPerimeters", "name": "n"},
	 {"type": "Microsoft.Network/networkSecurityPerimeters/profiles", "name": "n/p"},
	 {"type": "Microsoft.Network/networkSecurityPerimeters/profiles/accessRules", "name": "n/p/r", "properties": {
	  "direction": "Inbound", "addressPrefixes": ["1.2.3.0/24"], "subscriptions": [{"id": "/subscriptions/s"}]}},
	 {"type": "Microsoft.Network/networkSecurityPerimeters/resourceAssociations", "name": "n/a", "properties": {
	  "privateLinkResource": {"id": "/x/AI"}, "profile": {"id": "/p"}, "accessMode": "Enforced"}},
	 {"type": "Microsoft.Network/networkSecurityPerimeters/resourceAssociations", "name": "n/b", "properties": {}},
	 {"type": "Microsoft.Network/networkSecurityPerimeters/links", "name": "n/l", "properties": {
	  "autoApprovedRemotePerimeterResourceId": "/nsp/2", "localInboundProfiles": ["*"]}}]`)
	n, p := only(t, e.Perimeters), only(t, e.PerimeterProfiles)
	r := only(t, e.PerimeterRules)
	if p.Parent != n.Key || r.Parent != p.Key || r.Prefixes.Items[0] != "1.2.3.0/24" || r.Subscriptions.Items[0].Key != "/subscriptions/s" {
		t.Errorf("rule: %+v", r)
	}
	all := e.PerimeterAssociations.Of(n.ID)
	if len(all) != 2 || all[0].Target.Key != "/x/ai" || all[0].Mode.Value != "Enforced" || all[1].Mode.Value != "Learning" {
		t.Errorf("associations: %+v", all)
	}
	if l := only(t, e.PerimeterLinks); l.Remote.Key != "/nsp/2" || l.LocalInbound.Items[0] != "*" {
		t.Errorf("link: %+v", l)
	}
}
