package estate

import (
	"slices"
	"testing"

	"palisade/estate/estatetest"
)

// load makes an estate of resources in JSON.
func load(t *testing.T, text string) *Estate {
	t.Helper()
	return New(estatetest.Load(t, text), Options{})
}

// only returns the one resource of a table.
func only[T any](t *testing.T, table Table[T]) *T {
	t.Helper()
	if len(table.All) != 1 {
		t.Fatalf("got %d of %T, want 1", len(table.All), *new(T))
	}
	return table.All[0]
}

func TestAccount(t *testing.T) {
	a := only(t, load(t, `[{
	 "type": "Microsoft.CognitiveServices/accounts", "name": "ai", "kind": "AIServices", "location": "westeurope",
	 "sku": {"name": "S0"},
	 "identity": {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {"/Ids/One": {}}},
	 "properties": {
	  "publicNetworkAccess": "Disabled", "disableLocalAuth": true, "customSubDomainName": "ai",
	  "networkAcls": {"defaultAction": "Deny", "bypass": "AzureServices",
	   "ipRules": [{"value": "1.2.3.4"}],
	   "virtualNetworkRules": [{"id": "/net/a/subnets/b", "ignoreMissingVnetServiceEndpoint": true}]},
	  "restrictOutboundNetworkAccess": true, "allowedFqdnList": ["a.example"],
	  "encryption": {"keySource": "Microsoft.KeyVault", "keyVaultProperties": {"keyName": "k", "keyVaultUri": "https://v/"}},
	  "userOwnedStorage": [{"resourceId": "/st/1"}],
	  "networkInjections": [{"scenario": "agent", "subnetArmId": "/net/a/subnets/c"}],
	  "privateEndpointConnections": [{"properties": {"privateEndpoint": {"id": "/pe/1"},
	   "privateLinkServiceConnectionState": {"status": "Approved"}}}]
	 }}]`).Accounts)
	texts := map[string][2]string{
		"kind":     {a.Kind.Value, "AIServices"},
		"sku":      {a.SKU.Value, "S0"},
		"location": {a.Location.Value, "westeurope"},
		"public":   {a.PublicNetworkAccess.Value, "Disabled"},
		"host":     {a.CustomSubDomain.Value, "ai"},
		"action":   {a.Network.DefaultAction.Value, "Deny"},
		"bypass":   {a.Network.Bypass.Value, "AzureServices"},
		"ip":       {a.Network.IPRules.Items[0].Value.Value, "1.2.3.4"},
		"subnet":   {a.Network.VNetRules.Items[0].Subnet.Key, "/net/a/subnets/b"},
		"source":   {a.Encryption.KeySource.Value, "Microsoft.KeyVault"},
		"key":      {a.Encryption.KeyName.Value, "k"},
		"storage":  {a.UserOwnedStorage.Items[0].Storage.Key, "/st/1"},
		"agents":   {a.NetworkInjection.Items[0].Subnet.Key, "/net/a/subnets/c"},
		"endpoint": {a.Connections.Items[0].Endpoint.Key, "/pe/1"},
		"status":   {a.Connections.Items[0].Status.Value, "Approved"},
		"uami":     {a.Identity.UserAssigned.Items[0].Key, "/ids/one"},
	}
	for name, pair := range texts {
		if pair[0] != pair[1] {
			t.Errorf("%s: %q, want %q", name, pair[0], pair[1])
		}
	}
	for name, got := range map[string]Answer{
		"disableLocalAuth": True(a.DisableLocalAuth), "restrict": True(a.RestrictOutbound),
		"ignore": True(a.Network.VNetRules.Items[0].IgnoreMissing), "system": True(a.Identity.System),
	} {
		if got != Yes {
			t.Errorf("%s: %s", name, got)
		}
	}
	if !slices.Equal(a.AllowedFQDNs.Items, []string{"a.example"}) {
		t.Errorf("names: %+v", a.AllowedFQDNs)
	}
}

func TestAccountDefaults(t *testing.T) {
	a := only(t, load(t, `[{"type": "Microsoft.CognitiveServices/accounts", "name": "ai", "properties": {}}]`).Accounts)
	if a.PublicNetworkAccess.Value != "Enabled" || a.PublicNetworkAccess.Set || a.DisableLocalAuth.Value ||
		a.Network.Set.Value || a.Network.DefaultAction.Value != "Allow" || a.Network.Bypass.Value != "None" ||
		!a.Network.IPRules.Known() || a.CustomSubDomain.Value != "" || True(a.Identity.System) != No {
		t.Errorf("got %+v", a)
	}
}

func TestAccountUnknowns(t *testing.T) {
	a := only(t, load(t, `[{"type": "Microsoft.CognitiveServices/accounts", "name": "ai", "properties": {
	 "publicNetworkAccess": {"$if": ["private", "Disabled", "Enabled"]},
	 "disableLocalAuth": {"$parameter": "d"},
	 "networkAcls": {"$if": ["acls", {"defaultAction": "Deny", "ipRules": [{"value": "1.2.3.4"}]}, null]}},
	 "condition": {"$parameter": "deploy"}}]`).Accounts)
	if a.Maybe == nil || Is(a.PublicNetworkAccess, "Disabled") != Unsure || len(a.PublicNetworkAccess.Choices) != 2 {
		t.Errorf("choice: %+v", a.PublicNetworkAccess)
	}
	if True(a.DisableLocalAuth) != Unsure || a.DisableLocalAuth.Unknown.Why() != "parameter d has no value" {
		t.Errorf("parameter: %+v", a.DisableLocalAuth)
	}
	n := a.Network
	if !slices.Equal(n.Set.Choices, []bool{true, false}) || !slices.Equal(n.DefaultAction.Choices, []string{"Deny", "Allow"}) ||
		len(n.IPRules.Possible) != 1 || len(n.IPRules.Items) != 0 {
		t.Errorf("rules by a condition: %+v", n)
	}
}

func TestReferredAccount(t *testing.T) {
	a := only(t, load(t, `[{"type": "Microsoft.CognitiveServices/accounts", "name": "ai", "existing": true}]`).Accounts)
	if !a.Referred || a.Maybe != nil {
		t.Errorf("got %+v", a.Resource)
	}
	for name, known := range map[string]bool{
		"kind": a.Kind.Known(), "public": a.PublicNetworkAccess.Known(), "keys": a.DisableLocalAuth.Known(),
		"action": a.Network.DefaultAction.Known(), "ips": a.Network.IPRules.Known(), "identity": a.Identity.System.Known(),
	} {
		if known {
			t.Errorf("%s of an account that is only referred to is known", name)
		}
	}
	if why := a.Kind.Unknown.Why(); why != "ai is declared elsewhere; only referred to here" {
		t.Errorf("why: %s", why)
	}
}

func TestProject(t *testing.T) {
	e := load(t, `[{"type": "Microsoft.CognitiveServices/accounts/projects", "name": "ai/p", "properties": {"displayName": "P"}}]`)
	p := only(t, e.Projects)
	a := only(t, e.Accounts) // implied
	if p.Parent != a.Key || !a.Referred || a.ID != estatetest.ID("", "Microsoft.CognitiveServices/accounts", "ai") || p.DisplayName.Value != "P" {
		t.Errorf("project %+v of account %+v", p.Resource, a.Resource)
	}
}
