package blueprint_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"palisade/arm"
	"palisade/blueprint"
	"palisade/estate"
)

const (
	minimalFile  = "../examples/deploy/minimal.yaml"
	minimalLines = 12
	// frontLine puts API Management in front of the minimal file.
	frontLine = "gateway: {kind: apim, apim: {publisherName: Contoso, publisherEmail: ai-platform@contoso.com}}\n"
	// searchLine puts Azure AI Search next to it.
	searchLine = "search: {sku: basic}\n"
	// longAccess is that of the minimal file, and the same in one line.
	longAccess  = "access:\n  chat-team:\n    who: [{group: 22222222-2222-4222-8222-222222222222}]\n    models: [gpt-5.1]\n"
	shortAccess = "access: {chat-team: {who: [{group: 22222222-2222-4222-8222-222222222222}], models: [gpt-5.1]}}\n"
)

// TestMinimal holds that a dozen lines make all that a secure deployment is,
// with and without API Management and Search, and break no rule.
func TestMinimal(t *testing.T) {
	text, err := os.ReadFile(minimalFile)
	if err != nil {
		t.Fatal(err)
	}
	alone, search := string(text), []string{"Microsoft.Search/searchServices"}
	everything := strings.Replace(alone, longAccess, shortAccess, 1) + frontLine + searchLine
	for _, test := range []struct {
		name, text string
		has        []string
	}{
		{"alone", alone, nil},
		{"API Management", alone + frontLine, frontTypes},
		{"Search", alone + searchLine, search},
		{"everything", everything, append(search, frontTypes...)},
	} {
		t.Run(test.name, func(t *testing.T) { minimal(t, test.text, test.has) })
	}
}

func minimal(t *testing.T, text string, has []string) {
	t.Helper()
	if n := written(text); n > minimalLines {
		t.Errorf("%d lines", n)
	}
	s := parse(t, minimalFile, text)
	p := build(t, s)
	for _, problem := range blueprint.Verify(p, s.Cloud) {
		t.Error(problem)
	}
	for _, f := range open(s, p) {
		t.Error(show(f))
	}
	if len(p.Accepted) > 0 || len(s.Exceptions()) > 0 {
		t.Error("it takes exceptions:", p.Accepted, s.Exceptions())
	}
	made := map[string]bool{}
	for _, r := range p.Resources() {
		made[r.Type] = true
	}
	for _, typ := range slices.Concat(minimalTypes, has) {
		if !made[typ] {
			t.Error("nothing of type", typ)
		}
	}
	reached(t, p)
}

// written counts the lines that say something.
func written(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			n++
		}
	}
	return n
}

// privateTypes are those that have to have a private endpoint, with its zones.
var privateTypes = []string{
	"Microsoft.CognitiveServices/accounts", "Microsoft.KeyVault/vaults", "Microsoft.Storage/storageAccounts",
	"Microsoft.Insights/privateLinkScopes", "Microsoft.ApiManagement/service", "Microsoft.Search/searchServices",
}

// loggedTypes are those that have to have diagnostic settings.
var loggedTypes = append([]string{
	"Microsoft.OperationalInsights/workspaces", "Microsoft.Network/virtualNetworks", "Microsoft.Network/networkSecurityGroups",
}, slices.DeleteFunc(slices.Clone(privateTypes), func(typ string) bool {
	return typ == "Microsoft.Insights/privateLinkScopes" || typ == "Microsoft.Storage/storageAccounts" // its blob service has them
})...)

// reached holds that each service of the plan has a private endpoint with a
// group of zones, and diagnostic settings.
func reached(t *testing.T, p *blueprint.Plan) {
	t.Helper()
	grouped, targets, logs := map[string]bool{}, map[string]bool{}, map[string]bool{}
	all := p.Resources()
	for _, r := range all {
		switch r.Type {
		case "Microsoft.Network/privateEndpoints/privateDnsZoneGroups":
			grouped[strings.ToLower(estate.Parent(r.ID))] = true
		case "Microsoft.Insights/diagnosticSettings":
			logs[strings.ToLower(r.ID[:strings.LastIndex(r.ID, "/providers/")])] = true
		}
	}
	for _, r := range all {
		if r.Type == "Microsoft.Network/privateEndpoints" && grouped[r.Key()] {
			for _, c := range items(r.Properties("privateLinkServiceConnections")) {
				targets[strings.ToLower(c.Get("properties", "privateLinkServiceId").Text())] = true
			}
		}
	}
	for _, r := range all {
		if slices.Contains(privateTypes, r.Type) && !targets[r.Key()] {
			t.Error(r.ID, "has no private endpoint with zones")
		}
		if slices.Contains(loggedTypes, r.Type) && !logs[r.Key()] {
			t.Error(r.ID, "has no diagnostic settings")
		}
	}
}

func items(v arm.Value) []arm.Value {
	list, _ := v.Items()
	return list
}

// frontTypes are what API Management in front adds.
var frontTypes = []string{
	"Microsoft.ManagedIdentity/userAssignedIdentities",
	"Microsoft.ApiManagement/service",
	"Microsoft.ApiManagement/service/apis",
	"Microsoft.ApiManagement/service/apis/operations",
	"Microsoft.ApiManagement/service/apis/policies",
	"Microsoft.ApiManagement/service/apis/diagnostics",
	"Microsoft.ApiManagement/service/backends",
	"Microsoft.ApiManagement/service/loggers",
	"Microsoft.ApiManagement/service/namedValues",
}

// minimalTypes are what every deployment has.
var minimalTypes = []string{
	"Microsoft.Resources/resourceGroups",
	"Microsoft.Network/virtualNetworks",
	"Microsoft.Network/networkSecurityGroups",
	"Microsoft.Network/privateEndpoints",
	"Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
	"Microsoft.Network/privateDnsZones",
	"Microsoft.Network/privateDnsZones/virtualNetworkLinks",
	"Microsoft.CognitiveServices/accounts",
	"Microsoft.CognitiveServices/accounts/raiPolicies",
	"Microsoft.CognitiveServices/accounts/deployments",
	"Microsoft.CognitiveServices/accounts/defenderForAISettings",
	"Microsoft.Authorization/roleAssignments",
	"Microsoft.KeyVault/vaults",
	"Microsoft.Storage/storageAccounts",
	"Microsoft.Storage/storageAccounts/blobServices/containers",
	"Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies",
	"Microsoft.OperationalInsights/workspaces",
	"Microsoft.Insights/components",
	"Microsoft.Insights/privateLinkScopes",
	"Microsoft.Insights/privateLinkScopes/scopedResources",
	"Microsoft.Insights/diagnosticSettings",
	"Microsoft.Insights/actionGroups",
	"Microsoft.Insights/activityLogAlerts",
	"Microsoft.Insights/metricAlerts",
	"Microsoft.Consumption/budgets",
	"Microsoft.Security/pricings",
	"Microsoft.Authorization/policyAssignments",
	"Microsoft.Authorization/locks",
}
