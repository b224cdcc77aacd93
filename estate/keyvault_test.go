package estate

import "testing"

func TestVault(t *testing.T) {
	e := load(t, `[
	 {"type": "Microsoft.KeyVault/vaults", "name": "kv", "apiVersion": "2023-07-01", "properties": {
	  "accessPolicies": [{"objectId": {"$reference": "/ids/one", "path": "principalId"}, "permissions": {"secrets": ["get", "list"], "keys": ["wrapKey"]}}],
	  "enablePurgeProtection": true, "enabledForTemplateDeployment": true, "publicNetworkAccess": "disabled"}},
	 {"type": "Microsoft.KeyVault/vaults/accessPolicies", "name": "kv/add", "properties": {"accessPolicies": [{"objectId": "AB", "permissions": {"secrets": ["all"]}}]}},
	 {"type": "Microsoft.KeyVault/vaults/secrets", "name": "kv/key", "properties": {
	  "value": {"$call": "listKeys", "args": ["/x/ai"], "path": "key1"}}},
	 {"type": "Microsoft.KeyVault/vaults/secrets", "name": "kv/plain", "properties": {"value": "text", "attributes": {"enabled": false}}}]`)
	v := only(t, e.Vaults)
	p := v.AccessPolicies.Items[0]
	if v.RBAC.Value || !v.PurgeProtection.Value || !v.TemplateDeployment.Value || Is(v.PublicNetworkAccess, "Disabled") != Yes ||
		v.Network.Bypass.Value != "AzureServices" || !v.SoftDelete.Value || p.Principal.Key != "/ids/one" || len(p.Secrets.Items) != 2 || p.Keys.Items[0] != "wrapKey" {
		t.Errorf("vault: %+v", v)
	}
	if c := only(t, e.PolicyChanges); c.Parent != v.Key || c.Name != "add" || c.Policies.Items[0].Principal.Key != "ab" {
		t.Errorf("change: %+v", c)
	}
	secrets := e.VaultSecrets.Of(v.ID)
	if s := secrets[0]; len(s.Secrets) != 1 || s.Secrets[0].Owner != "/x/ai" || !s.Enabled.Value {
		t.Errorf("key: %+v", s)
	}
	if s := secrets[1]; len(s.Secrets) != 0 || !s.Value.Is("text") || s.Enabled.Value {
		t.Errorf("plain: %+v", s)
	}
}

// TestVaultRBAC holds the change of the default with API version 2026-02-01.
func TestVaultRBAC(t *testing.T) {
	for version, want := range map[string]bool{"2023-07-01": false, "2026-02-01": true, "2026-03-01-preview": true, "2025-12-01-preview": false, "": false} {
		v := only(t, load(t, `[{"type": "Microsoft.KeyVault/vaults", "name": "kv", "apiVersion": "`+version+`", "properties": {}}]`).Vaults)
		if v.RBAC.Value != want || !v.RBAC.Known() {
			t.Errorf("%q: %v, want %v", version, v.RBAC.Value, want)
		}
	}
}
