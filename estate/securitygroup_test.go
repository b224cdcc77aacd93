package estate

import (
	"slices"
	"testing"
)

func TestSecurityGroup(t *testing.T) {
	e := load(t, `[
	 {"type": "Microsoft.Network/networkSecurityGroups", "name": "g", "properties": {"securityRules": [
	  {"name": "in", "properties": {"access": "Allow", "direction": "Inbound", "priority": 100, "protocol": "Tcp",
	   "sourceAddressPrefix": "Internet", "sourcePortRange": "*", "destinationAddressPrefixes": ["10.0.0.4", "10.0.0.5"],
	   "destinationPortRange": "443"}}]}},
	 {"type": "Microsoft.Network/networkSecurityGroups/securityRules", "name": "g/out", "properties": {
	  "access": "Deny", "direction": "Outbound", "priority": "200", "protocol": "*",
	  "destinationApplicationSecurityGroups": [{"id": "/asg/1"}]}}]`)
	g := only(t, e.SecurityGroups)
	rules := e.SecurityRules.Of(g.ID)
	if len(rules) != 2 || g.MoreRules != nil {
		t.Fatalf("got %+v", rules)
	}
	in := rules[0]
	if in.Access.Value != "Allow" || in.Priority.Value != 100 || !slices.Equal(in.Sources.Items, []string{"Internet"}) ||
		!slices.Equal(in.Destinations.Items, []string{"10.0.0.4", "10.0.0.5"}) || in.DestinationPorts.Items[0] != "443" {
		t.Errorf("inline: %+v", in)
	}
	if out := rules[1]; out.Priority.Value != 200 || out.DestinationGroups.Items[0].Key != "/asg/1" || out.Sources.Set {
		t.Errorf("separate: %+v", out)
	}
}
