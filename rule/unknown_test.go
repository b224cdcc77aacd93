package rule

import (
	"strings"
	"testing"
	"time"

	"palisade/access"
	"palisade/estate"
	"palisade/estate/estatetest"
)

// allUnknown is one resource of each kind that rules look at, with properties
// of which nothing is known.
const allUnknown = `[
  {"type": "Microsoft.CognitiveServices/accounts", "name": "aoai", "kind": "OpenAI", "identity": {"$parameter": "i"}, "properties": {"$parameter": "p"}},
  {"type": "Microsoft.CognitiveServices/accounts/deployments", "name": "aoai/chat", "sku": {"$parameter": "s"}, "properties": {"$parameter": "p"}},
  {"type": "Microsoft.CognitiveServices/accounts/raiPolicies", "name": "aoai/policy", "properties": {"$parameter": "p"}},
  {"type": "Microsoft.CognitiveServices/accounts/connections", "name": "aoai/search", "properties": {"$parameter": "p"}},
  {"type": "Microsoft.CognitiveServices/accounts/defenderForAISettings", "name": "aoai/Default", "properties": {"$parameter": "p"}},
  {"type": "Microsoft.Network/virtualNetworks", "name": "vnet", "properties": {"$parameter": "p"}},
  {"type": "Microsoft.Network/privateEndpoints", "name": "pe", "properties": {"$parameter": "p"}},
  {"type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups", "name": "pe/default", "properties": {"$parameter": "p"}},
  {"type": "Microsoft.Authorization/roleAssignments", "name": "r", "properties": {"$parameter": "p"}},
  {"type": "Microsoft.Web/sites", "name": "app", "properties": {"$parameter": "p"}},
  {"type": "Microsoft.KeyVault/vaults/secrets", "name": "kv/s", "properties": {"$parameter": "p"}},
  {"type": "Microsoft.Insights/diagnosticSettings", "name": "d", "scope": "~/Microsoft.CognitiveServices/accounts/aoai", "properties": {"$parameter": "p"}},
  {"type": "Microsoft.Security/pricings", "name": "AI", "scope": "~sub", "properties": {"$parameter": "p"}}
]`

// TestUnknownIsNeverGreen asks every rule about resources of which nothing is
// known: none may pass, nor blame what it can't know. The rule on indirect paths
// passes, for the role assignment is above the account.
func TestUnknownIsNeverGreen(t *testing.T) {
	e := estate.New(estatetest.Load(t, expand(allUnknown)), estate.Options{})
	s := &Subject{Estate: e, World: access.Compile(e), Now: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)}
	for _, f := range Run(All, s) {
		if f.Rule != indirectPath && (f.Status == Pass || f.Status == Fail) {
			t.Error(strings.TrimSpace(showFinding(f)))
		}
	}
}

// TestOrder holds that the same estate gives the same findings, byte for byte.
func TestOrder(t *testing.T) {
	for _, file := range caseFiles(t) {
		c := readCase(t, file)
		if first, second := c.findings(t), c.findings(t); first != second {
			t.Errorf("%s: findings differ from one run to the next", file)
		}
	}
}
