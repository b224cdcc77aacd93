package blueprint_test

import (
	"strings"
	"testing"

	"palisade/arm"
	"palisade/blueprint"
	"palisade/blueprint/types"
	"palisade/estate"
	"palisade/format/layout"
	"palisade/spec"
)

const searchSpec = `
name: docs
subscription: 11111111-1111-4111-8111-111111111111
regions: [swedencentral, francecentral]
models:
  chat: {model: gpt-5.1, version: "2025-11-13", sku: DataZoneStandard, capacity: 100}
  embed: {model: text-embedding-3-large, version: "1", sku: Standard, capacity: 120}
access:
  team:
    who: [{group: 22222222-2222-4222-8222-222222222222}]
    models: [chat, embed]
search:
  sku: standard
  region: francecentral
  replicas: 2
  readers: [33333333-3333-4333-8333-333333333333]
  writers: [44444444-4444-4444-8444-444444444444]
  models: [embed]
  onYourData: true
encryption: {customerKey: true}
`

// searchOf is the plan of a spec with search, and the estate that it makes.
func searchOf(t *testing.T, text string) (*blueprint.Plan, *estate.Estate, *estate.SearchService) {
	t.Helper()
	s := parse(t, "search.yaml", text)
	p := build(t, s)
	for _, problem := range blueprint.Verify(p, s.Cloud) {
		t.Error(problem)
	}
	for _, f := range open(s, p) {
		t.Error(show(f))
	}
	e := estate.New(append(p.Resources(), p.Referred...), estate.Options{})
	if len(e.SearchServices.All) != 1 {
		t.Fatal(len(e.SearchServices.All), "search services")
	}
	return p, e, e.SearchServices.All[0]
}

// TestSearch holds that a search service is closed, who may query it, and what
// it may call.
func TestSearch(t *testing.T) {
	p, e, s := searchOf(t, searchSpec)
	if !s.DisableLocalAuth.Value || s.PublicNetworkAccess.Value != "Disabled" || s.Bypass.Value != "AzureServices" {
		t.Error("open:", s.DisableLocalAuth, s.PublicNetworkAccess, s.Bypass)
	}
	body := s.Body.JSON()
	for _, want := range []string{`"location":"francecentral"`, `"replicaCount":2`, `"partitionCount":1`, `"hostingMode":"Default"`,
		`"semanticSearch":"disabled"`, `"enforcement":"Enabled"`, `"ipRules":[]`, `"identity":{"type":"SystemAssigned"}`} {
		if !strings.Contains(body, want) {
			t.Error("no", want, "in", body)
		}
	}
	if strings.Contains(body, "authOptions") {
		t.Error("Azure takes no authOptions where keys are off")
	}
	roles := map[string]int{}
	for _, r := range p.Resources() {
		if r.Type == "Microsoft.Authorization/roleAssignments" && strings.Contains(r.Body.JSON()+r.ID, "earch") {
			role := estate.BuiltInRole(estate.LastName(r.Properties("roleDefinitionId").Text()))
			roles[role.RoleName.Value+" at "+estate.LastName(estate.TypeOf(r.ID[:strings.LastIndex(r.ID, "/providers/")]))]++
		}
	}
	// The accounts with and without embed are apart, as Search may call one alone.
	for role, n := range map[string]int{
		"Search Index Data Reader at searchServices": 1 + 4, "Search Index Data Contributor at searchServices": 1,
		"Cognitive Services OpenAI User at accounts": 2, "Key Vault Crypto Service Encryption User at keys": 1,
	} {
		if roles[role] != n {
			t.Errorf("%s: %d, not %d", role, roles[role], n)
		}
		delete(roles, role)
	}
	if len(roles) > 0 {
		t.Error("more roles:", roles)
	}
	if len(e.SharedLinks.All) != 2 {
		t.Fatal(len(e.SharedLinks.All), "links to accounts")
	}
	for _, l := range e.SharedLinks.All {
		if l.Group.Value != "openai_account" || !strings.HasSuffix(l.Target.Key, "-embed") {
			t.Error("link to", l.Target.Key, l.Group)
		}
	}
	for _, a := range e.Accounts.All {
		if hosts := a.AllowedFQDNs.Items; len(hosts) != 1 || hosts[0] != "srch-docs.search.windows.net" {
			t.Error(a.ID, "may call", hosts)
		}
	}
}

// TestSearchAlone holds that nothing is trusted, called or listed that isn't
// asked for, in the words of either cloud.
func TestSearchAlone(t *testing.T) {
	for cloud, zone := range map[string]string{"public": "privatelink.search.windows.net", "usgov": "privatelink.search.windows.us"} {
		text := "cloud: " + cloud + "\n" + searchSpec[:strings.Index(searchSpec, "search:")] + "search: {}\n"
		p, e, s := searchOf(t, text)
		if s.Bypass.Value != "None" || len(e.SharedLinks.All) > 0 || !strings.Contains(s.Body.JSON(), `"enforcement":"Disabled"`) {
			t.Error(cloud, s.Body.JSON())
		}
		for _, a := range e.Accounts.All {
			if len(a.AllowedFQDNs.Items) > 0 {
				t.Error(a.ID, "may call", a.AllowedFQDNs.Items)
			}
		}
		if !strings.Contains(listing(p), "/privateDnsZones/"+zone+"/virtualNetworkLinks/") ||
			!strings.Contains(listing(p), "/privateEndpoints/pe-srch-docs/privateDnsZoneGroups/default") {
			t.Error(cloud, "has no zone", zone)
		}
	}
}

// TestSearchRendered holds that each format says the same.
func TestSearchRendered(t *testing.T) {
	s := parse(t, "search.yaml", searchSpec)
	p := build(t, s)
	for _, format := range []string{"arm", "bicep", "terraform"} {
		for _, d := range layout.Differences(p.Resources(), readBack(t, s, p, format), format == "bicep") {
			t.Errorf("%s: %s", format, d)
		}
	}
}

// TestSearchPlanted holds that errors in what Search is are told.
func TestSearchPlanted(t *testing.T) {
	s := parse(t, "search.yaml", searchSpec)
	const service, link = "Microsoft.Search/searchServices", "Microsoft.Search/searchServices/sharedPrivateLinkResources"
	for _, e := range []planted{
		{typ: service, path: "properties.publicNetworkAccess", value: "disabled", says: "isn't one of"},
		{typ: service, path: "properties.networkRuleSet.bypass", value: "AzurePortal", says: "isn't one of"},
		{typ: service, path: "properties.disableLocalAuth", value: "true", says: "is string, not bool"},
		{typ: service, path: "properties.replicaCount", value: 13, says: "out of range"},
		{typ: service, path: "properties.authOption", value: map[string]any{}, says: "no such property"},
		{typ: link, path: "properties.groupId", value: "account", says: "isn't one of openai_account"},
		{typ: link, path: "properties.privateLinkResourceId", value: groupID, says: "isn't the ID of"},
		{typ: link, says: "isn't there", change: func(r *arm.Resource) { r.ID = strings.Replace(r.ID, "/srch-", "/search-", 1) }},
	} {
		p := build(t, s)
		r := find(t, p, e.typ)
		e.plant(t, r)
		var told []types.Problem
		for _, x := range blueprint.Verify(p, spec.PublicCloud) {
			if x.Resource == r.ID {
				told = append(told, x)
			}
		}
		if len(told) == 0 || !strings.Contains(told[0].Message, e.says) {
			t.Errorf("%s %s: not told: %s; told is %v", e.typ, e.path, e.says, told)
		}
	}
}
