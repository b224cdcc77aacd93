package estate

import (
	"slices"
	"testing"

	"palisade/estate/estatetest"
)

func TestParent(t *testing.T) {
	const group = "/subscriptions/s/resourcegroups/rg"
	tests := map[string]string{
		group + "/providers/Microsoft.Storage/storageAccounts/a":                                                     group,
		group + "/providers/Microsoft.Network/virtualNetworks/v/subnets/n":                                           group + "/providers/microsoft.network/virtualnetworks/v",
		group + "/providers/Microsoft.Storage/storageAccounts/a/providers/Microsoft.Authorization/roleAssignments/r": group + "/providers/microsoft.storage/storageaccounts/a",
		group + "/providers/Microsoft.Authorization/roleAssignments/r":                                               group,
		group:              "/subscriptions/s",
		"/subscriptions/s": "/",
		"/subscriptions/s/providers/Microsoft.Authorization/locks/l":                                             "/subscriptions/s",
		"/providers/Microsoft.Authorization/roleAssignments/r":                                                   "/",
		"/providers/Microsoft.Management/managementGroups/m":                                                     "/",
		"/providers/Microsoft.Management/managementGroups/m/providers/Microsoft.Authorization/roleAssignments/r": "/providers/microsoft.management/managementgroups/m",
		"«parameters('account')»/providers/Microsoft.Authorization/roleAssignments/r":                            "«parameters('account')»",
		"/subscriptions/«reference('/x/y')»/resourceGroups/rg":                                                   "/subscriptions/«reference('/x/y')»",
		"nonsense": "",
		"/":        "",
		"":         "",
	}
	for id, want := range tests {
		if got := Parent(id); got != want {
			t.Errorf("parent of %s: %q, want %q", id, got, want)
		}
	}
}

func TestTypeOf(t *testing.T) {
	tests := map[string]string{
		"/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/n": "Microsoft.Network/virtualNetworks/subnets",
		"/subscriptions/s/providers/A.B/c/d/providers/Microsoft.Authorization/roleAssignments/r":     "Microsoft.Authorization/roleAssignments",
		"/subscriptions/s/resourceGroups/rg":                                                         "",
		"":                                                                                           "",
		"providers":                                                                                  "",
	}
	for id, want := range tests {
		if got := TypeOf(id); got != want {
			t.Errorf("type of %s: %q, want %q", id, got, want)
		}
	}
}

const groups = `[
 {"type": "Microsoft.Management/managementGroups", "name": "top", "scope": "/",
  "properties": {"details": {"parent": {"id": "/"}}}},
 {"type": "Microsoft.Management/managementGroups", "name": "mid", "scope": "/",
  "properties": {"details": {"parent": {"id": "/providers/Microsoft.Management/managementGroups/top"}}}},
 {"type": "Microsoft.Management/managementGroups/subscriptions", "name": "mid/S1", "scope": "/"},
 {"type": "Microsoft.CognitiveServices/accounts", "name": "{\"x\"}",
  "id": "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a-«x»"},
 {"type": "Microsoft.CognitiveServices/accounts", "name": "b",
  "id": "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/«y»"}
]`

func TestWithin(t *testing.T) {
	e := New(estatetest.Load(t, groups), Options{})
	const mg, rg = "/providers/Microsoft.Management/managementGroups/", "/subscriptions/s1/resourceGroups/rg"
	const accounts = rg + "/providers/Microsoft.CognitiveServices/accounts/"
	tests := []struct {
		id, scope string
		want      Answer
	}{
		{rg, "/", Yes},
		{rg, "/subscriptions/S1", Yes},
		{rg, "/subscriptions/s", No},
		{rg, rg + "2", No},
		{"/subscriptions/s1", rg, No},
		{rg, mg + "mid", Yes},
		{rg, mg + "top", Yes},
		{rg, mg + "other", No},
		{"/subscriptions/s2/resourceGroups/rg", mg + "mid", Unsure},
		{mg + "mid", mg + "top", Yes},
		{rg, "/subscriptions/«p»", Unsure},
		{rg, "«p»", Unsure},
		{rg, "", Unsure},
		{accounts + "«y»", accounts + "a-«x»", No}, // both are declared
		{accounts + "«z»", accounts + "a-«x»", Unsure},
		{accounts + "«z»", rg + "/providers/Microsoft.Storage/storageAccounts/«z»", No},
	}
	for _, test := range tests {
		if got := e.Within(test.id, test.scope); got != test.want {
			t.Errorf("%s within %s: %s, want %s", test.id, test.scope, got, test.want)
		}
	}
}

func TestScopes(t *testing.T) {
	e := New(estatetest.Load(t, groups), Options{})
	got := e.Scopes("/subscriptions/S1/resourceGroups/rg")
	want := []string{"/subscriptions/s1/resourcegroups/rg", "/subscriptions/s1",
		"/providers/microsoft.management/managementgroups/mid", "/providers/microsoft.management/managementgroups/top", "/"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := e.Scopes("/"); !slices.Equal(got, []string{"/"}) {
		t.Errorf("root: %q", got)
	}
}
