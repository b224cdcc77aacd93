package layout_test

import (
	"strings"
	"testing"

	"palisade/arm"
	"palisade/format/layout"
)

// TestDifferences plants one difference at a time into what is read.
func TestDifferences(t *testing.T) {
	const group = "/subscriptions/s/resourceGroups/rg"
	const vault = group + "/providers/Microsoft.KeyVault/vaults/kv"
	const other = group + "/providers/Microsoft.KeyVault/vaults/other"
	secret := func(field string) arm.Value {
		return arm.Unk(arm.Runtime("reference", "", arm.Pos{}, str(vault)).Member(field))
	}
	base := func() []arm.Resource {
		return []arm.Resource{
			{ID: vault, Type: "Microsoft.KeyVault/vaults", APIVersion: "1", Condition: yes(), Deployment: "d",
				Body: object("location", str("x"), "properties", object("a", yes(), "list", arm.Strings([]string{"1", "2"}, arm.Pos{})))},
			{ID: other, Type: "Microsoft.KeyVault/vaults", APIVersion: "1", Condition: yes(), Deployment: "d",
				Body: object("properties", object("p", secret("vaultUri"))), DependsOn: []string{vault}},
		}
	}
	properties := func(members ...any) arm.Value { return object("location", str("x"), "properties", object(members...)) }
	list := arm.Strings([]string{"1", "2"}, arm.Pos{})
	for want, change := range map[string]func(all []arm.Resource) []arm.Resource{
		"":                      func(all []arm.Resource) []arm.Resource { return []arm.Resource{all[1], all[0]} },
		"isn't deployed":        func(all []arm.Resource) []arm.Resource { return all[:1] },
		"is deployed twice":     func(all []arm.Resource) []arm.Resource { return append(all, all[0]) },
		"wasn't to be deployed": func(all []arm.Resource) []arm.Resource { return append(all, arm.Resource{ID: "/x", Type: "a/b"}) },
		"API version 2":         func(all []arm.Resource) []arm.Resource { all[0].APIVersion = "2"; return all },
		"is of type":            func(all []arm.Resource) []arm.Resource { all[0].Type = "a/b"; return all },
		"has the condition":     func(all []arm.Resource) []arm.Resource { all[0].Condition = secret("x"); return all },
		"properties.a is false": func(all []arm.Resource) []arm.Resource {
			all[0].Body = properties("a", arm.Bool(false, arm.Pos{}), "list", list)
			return all
		},
		"properties.a is null": func(all []arm.Resource) []arm.Resource { all[0].Body = properties("list", list); return all },
		"properties.a is \"true\"": func(all []arm.Resource) []arm.Resource {
			all[0].Body = properties("a", str("true"), "list", list)
			return all
		},
		"properties.b is 1": func(all []arm.Resource) []arm.Resource {
			all[0].Body = properties("a", yes(), "list", list, "b", arm.Int(1, arm.Pos{}))
			return all
		},
		"properties.list[1] is": func(all []arm.Resource) []arm.Resource {
			all[0].Body = properties("a", yes(), "list", arm.Strings([]string{"1", "3"}, arm.Pos{}))
			return all
		},
		"properties.list is": func(all []arm.Resource) []arm.Resource {
			all[0].Body = properties("a", yes(), "list", arm.Strings([]string{"1"}, arm.Pos{}))
			return all
		},
		"tags is": func(all []arm.Resource) []arm.Resource {
			all[0].Body = object("location", str("x"), "tags", tags(), "properties", all[0].Body.Get("properties"))
			return all
		},
		"properties.p is \"«": func(all []arm.Resource) []arm.Resource {
			all[1].Body = object("properties", object("p", secret("id")))
			return all
		},
		"doesn't wait for " + vault: func(all []arm.Resource) []arm.Resource { all[1].DependsOn = nil; return all },
	} {
		found := strings.Join(layout.Differences(base(), change(base()), false), "\n")
		if want == "" && found != "" || !strings.Contains(found, want) {
			t.Errorf("differences are %q; expected %q", found, want)
		}
	}
	all := base()
	all[1].DependsOn = nil
	if found := layout.Differences(base(), all, true); len(found) > 0 {
		t.Error("a reference doesn't make it wait:", found)
	}
	all[0].Deployment = "another"
	if found := layout.Differences(base(), all, true); len(found) == 0 {
		t.Error("a reference to what another module deploys makes it wait")
	}
}
