package layout_test

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"palisade/arm"
	"palisade/format/layout"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden shows what a small deployment looks like in each format.
func TestGolden(t *testing.T) {
	for _, f := range formats {
		t.Run(f.name, func(t *testing.T) {
			dir := filepath.Join("testdata", "golden", f.name)
			files := f.write(t, small(), layout.Options{Name: "contoso-chat"})
			if *update {
				if err := os.RemoveAll(dir); err != nil {
					t.Fatal(err)
				}
			}
			for _, name := range slices.Sorted(maps.Keys(files)) {
				golden(t, filepath.Join(dir, filepath.FromSlash(name)), files[name])
			}
		})
	}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s isn't what is written now; -update writes it anew:\n%s", path, got)
	}
}

const smallGroup = "/subscriptions/" + subscription + "/resourceGroups/rg-contoso-chat"

// small is a network, an identity, and an account that the identity may use.
func small() []layout.Part {
	const (
		network  = smallGroup + "/providers/Microsoft.Network/virtualNetworks/vnet-contoso-chat"
		identity = smallGroup + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-contoso-chat"
		account  = smallGroup + "/providers/Microsoft.CognitiveServices/accounts/contoso-chat"
		role     = "/subscriptions/" + subscription + "/providers/Microsoft.Authorization/roleDefinitions/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
	)
	resource := func(id, version string, members ...any) arm.Resource {
		parsed, _ := layout.ParseID(id)
		return arm.Resource{ID: id, Type: parsed.Type, Name: parsed.Names[len(parsed.Names)-1], APIVersion: version,
			Condition: yes(), Body: object(members...), DependsOn: []string{smallGroup}}
	}
	group := resource(smallGroup, "2025-04-01", "location", str("swedencentral"), "tags", tags())
	group.DependsOn = nil
	deployment := resource(account+"/deployments/gpt-5.1", "2025-06-01", "sku", object("name", str("DataZoneStandard"), "capacity", arm.Int(50, arm.Pos{})),
		"properties", object("model", object("format", str("OpenAI"), "name", str("gpt-5.1"), "version", str("2025-11-13"))))
	grant := resource(account+"/providers/Microsoft.Authorization/roleAssignments/11111111-2222-5333-8444-555555555555", "2022-04-01",
		"properties", object("roleDefinitionId", str(role), "principalType", str("ServicePrincipal"),
			"principalId", arm.Unk(arm.Runtime("reference", "", arm.Pos{}, str(identity)).Member("principalId"))))
	grant.DependsOn = append(grant.DependsOn, account, identity)
	endpoint := resource(smallGroup+"/providers/Microsoft.Network/privateEndpoints/pe-contoso-chat", "2025-01-01", "location", str("swedencentral"), "tags", tags(),
		"properties", object("subnet", object("id", str(network+"/subnets/endpoints")),
			"privateLinkServiceConnections", arm.Array([]arm.Value{object("name", str("account"),
				"properties", object("privateLinkServiceId", str(account), "groupIds", arm.Strings([]string{"account"}, arm.Pos{})))}, arm.Pos{})))
	endpoint.DependsOn = append(endpoint.DependsOn, network, account, deployment.ID)
	return []layout.Part{
		{Name: "group", Title: "Resource group", Practice: "One resource group holds the deployment.", Resources: []arm.Resource{group}},
		{Name: "network", Title: "Network", Practice: "Models are reached from private networks alone.", Resources: []arm.Resource{
			resource(network, "2025-01-01", "location", str("swedencentral"), "tags", tags(), "properties", object(
				"addressSpace", object("addressPrefixes", arm.Strings([]string{"10.90.0.0/20"}, arm.Pos{})),
				"subnets", arm.Array([]arm.Value{object("name", str("endpoints"), "properties", object("addressPrefix", str("10.90.0.0/22")))}, arm.Pos{}))),
			resource(identity, "2024-11-30", "location", str("swedencentral"), "tags", tags()),
		}},
		{Name: "models", Title: "Models", Practice: "Accounts take no keys, and who calls them has a role and no more.", Resources: []arm.Resource{
			resource(account, "2025-06-01", "location", str("swedencentral"), "tags", tags(), "kind", str("OpenAI"), "sku", object("name", str("S0")),
				"identity", object("type", str("UserAssigned"), "userAssignedIdentities", object(identity, object())),
				"properties", object("customSubDomainName", str("contoso-chat"), "disableLocalAuth", yes(), "publicNetworkAccess", str("Disabled"),
					"networkAcls", object("defaultAction", str("Deny"), "ipRules", arm.Array(nil, arm.Pos{})))),
			deployment, grant, endpoint,
		}},
	}
}

// TestSmall holds that the golden files say what they should.
func TestSmall(t *testing.T) {
	roundTrip(t, small(), layout.Options{Name: "contoso-chat"})
}
