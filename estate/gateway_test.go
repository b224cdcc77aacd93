package estate

import "testing"

const gateway = `[
 {"type": "Microsoft.ApiManagement/service", "name": "gw", "sku": {"name": "StandardV2"}, "identity": {"type": "SystemAssigned"}, "properties": {
  "virtualNetworkType": "External", "virtualNetworkConfiguration": {"subnetResourceId": "/net/v/subnets/g"},
  "customProperties": {"Tls10": "False"}, "configurationApi": {"legacyApi": "Disabled"}}},
 {"type": "Microsoft.ApiManagement/service/apis", "name": "gw/chat", "properties": {"path": "openai", "subscriptionRequired": false,
  "serviceUrl": "https://ai.openai.azure.com", "subscriptionKeyParameterNames": {"header": "api-key"}}},
 {"type": "Microsoft.ApiManagement/service/apis/operations", "name": "gw/chat/post", "properties": {"method": "POST", "urlTemplate": "/x"}},
 {"type": "Microsoft.ApiManagement/service/apis/policies", "name": "gw/chat/policy", "properties": {"format": "rawxml", "value": "<policies/>"}},
 {"type": "Microsoft.ApiManagement/service/policyFragments", "name": "gw/f", "properties": {"value": {"$join": ["<a>", {"$parameter": "p"}]}}},
 {"type": "Microsoft.ApiManagement/service/backends", "name": "gw/b", "properties": {"url": "https://ai.openai.azure.com/openai",
  "credentials": {"header": {"api-key": [{"$call": "listKeys", "args": ["/x/ai"], "path": "key1"}]}}, "tls": {"validateCertificateName": false}}},
 {"type": "Microsoft.ApiManagement/service/backends", "name": "gw/pool", "properties": {"type": "Pool", "pool": {"services": [{"id": "/backends/B"}]}}},
 {"type": "Microsoft.ApiManagement/service/namedValues", "name": "gw/key", "properties": {"displayName": "ai-key", "secret": true, "value": {"$call": "listKeys", "args": ["/x/ai"]}}},
 {"type": "Microsoft.ApiManagement/service/namedValues", "name": "gw/kv", "properties": {"keyVault": {"secretIdentifier": "https://kv/secrets/k"}}},
 {"type": "Microsoft.ApiManagement/service/products", "name": "gw/p", "properties": {"state": "published"}},
 {"type": "Microsoft.ApiManagement/service/products/apis", "name": "gw/p/chat"},
 {"type": "Microsoft.ApiManagement/service/subscriptions", "name": "gw/s", "properties": {"scope": "/apis", "primaryKey": "chosen", "allowTracing": true}},
 {"type": "Microsoft.ApiManagement/service/apis/diagnostics", "name": "gw/chat/azuremonitor", "properties": {"loggerId": "/l/1", "largeLanguageModel": {"logs": "enabled"}}}]`

func TestGateway(t *testing.T) {
	e := load(t, gateway)
	g := only(t, e.Gateways)
	if g.SKU.Value != "StandardV2" || g.NetworkType.Value != "External" || g.Subnet.Key != "/net/v/subnets/g" ||
		g.PublicNetworkAccess.Value != "Enabled" || g.Custom.Items[0].Value.Value != "False" || g.LegacyAPI.Value != "Disabled" || True(g.Identity.System) != Yes {
		t.Errorf("gateway: %+v", g)
	}
	if d := only(t, e.GatewayDiagnostics); d.Prompts.Value != "enabled" || d.Logger.Key != "/l/1" {
		t.Errorf("diagnostic: %+v", d)
	}
}

func TestGatewayAPI(t *testing.T) {
	e := load(t, gateway)
	a := only(t, e.APIs)
	if a.Parent != e.Gateways.All[0].Key || a.Path.Value != "openai" || a.SubscriptionRequired.Value || a.KeyHeader.Value != "api-key" || a.KeyQuery.Value != "subscription-key" {
		t.Errorf("api: %+v", a)
	}
	if o := only(t, e.Operations); o.Parent != a.Key || o.Method.Value != "POST" {
		t.Errorf("operation: %+v", o)
	}
	if p := only(t, e.Policies); p.Parent != a.Key || p.XML.Value != "<policies/>" || p.Format.Value != "rawxml" {
		t.Errorf("policy: %+v", p)
	}
	if f := only(t, e.PolicyFragments); f.XML.Known() || f.Text.Text() != "<a>«parameters('p')»" {
		t.Errorf("fragment: %+v", f)
	}
}

func TestGatewayBackend(t *testing.T) {
	e := load(t, gateway)
	b := e.Backends.All[0]
	if b.URL.Value != "https://ai.openai.azure.com/openai" || len(b.Secrets) != 1 || b.Headers.Items[0].Name != "api-key" || b.ValidateName.Value || !b.ValidateChain.Value {
		t.Errorf("backend: %+v", b)
	}
	if p := e.Backends.All[1]; p.Type.Value != "Pool" || p.Pool.Items[0].Key != "/backends/b" {
		t.Errorf("pool: %+v", p)
	}
	if n := e.NamedValues.All[0]; n.DisplayName.Value != "ai-key" || !n.Secret.Value || len(n.Secrets) != 1 {
		t.Errorf("named value: %+v", n)
	}
	if n := e.NamedValues.All[1]; n.VaultSecret.Value != "https://kv/secrets/k" || n.DisplayName.Value != "kv" {
		t.Errorf("named value of a vault: %+v", n)
	}
}

func TestGatewayProduct(t *testing.T) {
	e := load(t, gateway)
	p := only(t, e.Products)
	if l := only(t, e.ProductLinks); !p.SubscriptionRequired.Value || l.Parent != p.Key || l.Kind != "apis" || l.Name != "chat" {
		t.Errorf("product %+v with %+v", p, l)
	}
	if s := only(t, e.Subscriptions); s.Scope.Value != "/apis" || !s.PrimaryKey.Is("chosen") || !s.AllowTracing.Value || !s.SecondaryKey.IsNull() {
		t.Errorf("subscription: %+v", s)
	}
}
