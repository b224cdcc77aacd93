package blueprint_test

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"palisade/blueprint"
	"palisade/spec"
)

// policyOf is the policy of the API that a plan has.
func policyOf(t *testing.T, p *blueprint.Plan) string {
	t.Helper()
	for _, r := range p.Resources() {
		if r.Type == "Microsoft.ApiManagement/service/apis/policies" {
			return r.Properties("value").Text()
		}
	}
	t.Fatal("there is no policy")
	return ""
}

// step is one element of a policy with what stands around it.
type step struct {
	path  string
	attrs map[string]string
	text  string
}

// steps reads a policy, which has to be well-formed.
func steps(t *testing.T, text string) []step {
	t.Helper()
	var all []step
	var open []int
	var names []string
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			names = append(names, x.Name.Local)
			s := step{path: strings.Join(names, "/"), attrs: map[string]string{}}
			for _, a := range x.Attr {
				s.attrs[a.Name.Local] = a.Value
			}
			open = append(open, len(all))
			all = append(all, s)
		case xml.EndElement:
			names, open = names[:len(names)-1], open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				all[open[len(open)-1]].text += strings.TrimSpace(string(x))
			}
		}
	}
}

const apimSpec = `
name: api
tenant: 33333333-3333-4333-8333-333333333333
subscription: 11111111-1111-4111-8111-111111111111
regions: [swedencentral, francecentral]
models:
  gpt-5.1: {version: "2025-11-13", sku: DataZoneStandard, capacity: 100, limits: {tokensPerMinute: 300k}}
  old:
    model: gpt-5
    upstreams:
      - url: https://contoso-old.openai.azure.com
        deployment: gpt5
        key: https://kv-api.vault.azure.net/secrets/old
        because: the account is another team's and takes keys until it moves
        expires: 2027-03-31
access:
  team:
    who:
      - group: 22222222-2222-4222-8222-222222222222
      - user: 88888888-8888-4888-8888-888888888888
        because: on call
        expires: 2027-01-31
    models: [gpt-5.1]
    limits: {tokensPerMinute: 50k, tokensPerMonth: 100M}
    callerLimits: {tokensPerDay: 500k, requestsPerMinute: 60}
    from: [10.20.0.0/16]
    through: [99999999-9999-4999-8999-999999999999]
    allow: {tools: [function], store: false, images: false, maxTokens: 4k}
    expires: 2027-12-31
  apps:
    who:
      - managedIdentity: /subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/apps/providers/Microsoft.ManagedIdentity/userAssignedIdentities/search
    models: [old]
gateway:
  kind: apim
  limits: {tokensPerMinute: 1M}
  apim: {sku: SKU, publisherName: "Contoso & Söhne <ai>", publisherEmail: ai@contoso.com}
`

func TestAPIMPolicy(t *testing.T) {
	p := build(t, parse(t, "api.yaml", strings.Replace(apimSpec, "SKU", "StandardV2", 1)))
	all := steps(t, policyOf(t, p))
	has := func(path string, want ...string) {
		t.Helper()
		if !slices.ContainsFunc(all, func(s step) bool { return strings.HasSuffix(s.path, path) && s.says(want) }) {
			t.Errorf("no %s with %q", path, want)
		}
	}
	has("inbound/validate-azure-ad-token", "33333333-3333-4333-8333-333333333333", "401")
	has("validate-azure-ad-token/audiences/audience", "https://cognitiveservices.azure.com")
	has("inbound/set-header", "api-key", "delete")
	has("inbound/choose/when", `["groups"].Contains("22222222-2222-4222-8222-222222222222")`, `"gpt-5.1"`, `"99999999-9999-4999-8999-999999999999"`, "new DateTime(2028, 1, 1)")
	has("inbound/choose/when", `== "88888888-8888-4888-8888-888888888888" && DateTime.UtcNow < new DateTime(2027, 2, 1)`)
	has("inbound/choose/otherwise/return-response/set-status", "403")
	has("inbound/choose/otherwise/return-response/set-status", "404")
	has("when/llm-token-limit", "grant team", "50000")
	has("when/llm-token-limit", "grant team", "100000000", "Monthly")
	has("when/llm-token-limit", "caller team", `context.Variables["caller"]`, "500000", "Daily")
	has("when/rate-limit-by-key", "60", "caller team")
	has("when/llm-token-limit", "model gpt-5.1", "300000")
	has("inbound/llm-token-limit", `"all"`, "1000000")
	has("when/ip-filter/address-range", "10.20.0.0", "10.20.255.255")
	has("choose/when", `"function"`, `["tools"]`)
	has("choose/when", `["store"]`)
	has("choose/when", "image_url")
	has("choose/when", "max_completion_tokens", "> 4000")
	has("when/set-backend-service", "pool-gpt-5-1")
	has("when/authentication-managed-identity", "https://cognitiveservices.azure.com", "{{gateway-client-id}}")
	has("inbound/llm-emit-token-metric/dimension", "Grant")
	has("backend/retry/forward-request", "120")
	has("on-error/set-header/value", "")
	has("inbound/set-query-parameter", "api-version", "skip")
	has("inbound/set-query-parameter/value", "2025-04-01-preview") // reasoning models refuse the last stable one
}

func (s step) says(want []string) bool {
	text := s.text
	for _, value := range s.attrs {
		text += "\x00" + value
	}
	return !slices.ContainsFunc(want, func(w string) bool { return !strings.Contains(text, w) })
}

// TestAPIMOrder holds that nothing is asked of a call before its token is.
func TestAPIMOrder(t *testing.T) {
	p := build(t, parse(t, "api.yaml", strings.Replace(apimSpec, "SKU", "StandardV2", 1)))
	for _, s := range steps(t, policyOf(t, p)) {
		switch s.path {
		case "policies", "policies/inbound", "policies/inbound/base", "policies/inbound/set-header":
			continue
		case "policies/inbound/validate-azure-ad-token":
			return
		}
		t.Fatal("before the token comes", s.path)
	}
}

// TestAPIMTiers holds what differs by tier: the way in, and who manages it.
func TestAPIMTiers(t *testing.T) {
	for _, test := range []struct {
		sku, mode, public string
		endpoint          bool
		sql               bool // a rule of the classic tiers
	}{
		{"StandardV2", "External", "Disabled", true, false},
		{"PremiumV2", "Internal", "Enabled", false, false},
		{"Premium", "Internal", "Enabled", false, true},
		{"Developer", "Internal", "Enabled", false, true},
	} {
		t.Run(test.sku, func(t *testing.T) {
			s := parse(t, "api.yaml", strings.Replace(apimSpec, "SKU", test.sku, 1))
			p := build(t, s)
			service := find(t, p, "Microsoft.ApiManagement/service")
			got := service.Properties("virtualNetworkType").Text() + " " + service.Properties("publicNetworkAccess").Text()
			if got != test.mode+" "+test.public {
				t.Error(got)
			}
			others, _ := service.Properties("additionalLocations").Items()
			if (len(others) == 1) != (test.sku == "Premium") {
				t.Error("gateways elsewhere:", len(others))
			}
			endpoint, sql := false, false
			for _, r := range p.Resources() {
				endpoint = endpoint || r.Name == "pe-apim-api"
				sql = sql || r.Type == "Microsoft.Network/networkSecurityGroups" && strings.Contains(r.Body.JSON(), `"sql"`)
			}
			if endpoint != test.endpoint || sql != test.sql {
				t.Error("endpoint", endpoint, "sql", sql)
			}
			for _, problem := range blueprint.Verify(p, s.Cloud) {
				t.Error(problem)
			}
			for _, f := range open(s, p) {
				t.Error(show(f))
			}
		})
	}
}

// TestAPIMKeys holds that an upstream's key stays in the vault, and that the
// identity's token doesn't go to where a key does.
func TestAPIMKeys(t *testing.T) {
	p := build(t, parse(t, "api.yaml", strings.Replace(apimSpec, "SKU", "StandardV2", 1)))
	named := map[string]string{}
	for _, r := range p.Resources() {
		if r.Type == "Microsoft.ApiManagement/service/namedValues" && r.Properties("secret").Text() == "true" {
			if !r.Properties("value").IsNull() {
				t.Error("a secret named value has a value")
			}
			named[r.Name] = r.Properties("keyVault", "secretIdentifier").Text()
		}
		if r.Type == "Microsoft.ApiManagement/service/backends" && r.Name == "old-1" {
			header, _ := r.Properties("credentials", "header", "api-key").Items()
			if len(header) != 1 || named[strings.Trim(header[0].Text(), "{}")] != "https://kv-api.vault.azure.net/secrets/old" {
				t.Error("the backend doesn't take its key from the vault:", named, r.Body.JSON())
			}
		}
	}
	policy := policyOf(t, p)
	if i := strings.Index(policy, "pool-old"); i < 0 || strings.Contains(policy[i:i+200], "authentication-managed-identity") {
		t.Error("the identity's token goes to an upstream with a key")
	}
}

// TestAPIMRefuses holds that what API Management can't do is said.
func TestAPIMRefuses(t *testing.T) {
	for _, test := range []struct{ old, new, want string }{
		{"limits: {tokensPerMinute: 1M}", "limits: {concurrent: 10}", "concurrent"},
		{"limits: {tokensPerMinute: 1M}", "from: [\"fd00::/8\"]", "from"},
		{"limits: {tokensPerMinute: 1M}", "tokens: {groupOverage: graph}", "groupOverage"},
		{"limits: {tokensPerMinute: 1M}", "tokens: {tenants: [44444444-4444-4444-8444-444444444444]}", "tenants"},
		{"limits: {tokensPerMinute: 1M}", "safety: {url: https://x.cognitiveservices.azure.com}", "safety"},
		{"limits: {tokensPerMinute: 1M}", "retry: {hedgeAfter: 1s}", "hedgeAfter"},
		{"limits: {tokensPerMinute: 1M}", "retry: {maxWait: 1s}", "maxWait"},
		{"models: [old]", "models: [old]\n    role: Cognitive Services Data Reader", "role"},
	} {
		s := parse(t, "api.yaml", strings.Replace(strings.Replace(apimSpec, "SKU", "StandardV2", 1), test.old, test.new, 1))
		p, problems := blueprint.Build(s)
		if p != nil || !slices.ContainsFunc(problems, func(x spec.Problem) bool {
			return strings.Contains(x.Message, test.want) && strings.Contains(x.Message, "can't hold to it")
		}) {
			t.Error(test.new, problems)
		}
	}
}
