package types

import (
	"strings"
	"testing"

	"palisade/arm"
)

// TestTable holds that every definition was read, and that patterns can be
// asked.
func TestTable(t *testing.T) {
	if n := len(table()); n != 82 {
		t.Errorf("%d types", n)
	}
	for name, d := range table() {
		if d.body == nil || d.version == "" || d.scopes == 0 {
			t.Error(name, "has no body, version or scope")
		}
	}
	if Version("microsoft.keyvault/VAULTS") != "2026-02-01" || Version("Microsoft.KeyVault/none") != "" {
		t.Error("versions")
	}
}

func TestSplit(t *testing.T) {
	const group = "/subscriptions/s/resourceGroups/g"
	for _, test := range []struct {
		id, typ string
		scope   int
		names   string
	}{
		{group, "Microsoft.Resources/resourceGroups", atSubscription, "g"},
		{group + "/providers/A.B/c/n", "A.B/c", atGroup, "n"},
		{group + "/providers/A.B/c/n/d/m", "A.B/c/d", atGroup, "n m"},
		{group + "/providers/A.B/c/n/providers/E.F/g/m", "E.F/g", atResource, "m"},
		{"/subscriptions/s/providers/A.B/c/n", "A.B/c", atSubscription, "n"},
		{"/providers/A.B/c/n", "A.B/c", atTenant, "n"},
		{"/providers/Microsoft.Management/managementGroups/m/providers/A.B/c/n", "A.B/c", atManagementGroup, "n"},
	} {
		scope, typ, names, ok := split(test.id)
		if !ok || scope != test.scope || typ != test.typ || strings.Join(names, " ") != test.names {
			t.Error(test.id, scope, typ, names, ok)
		}
	}
	for _, id := range []string{"", "/", "x", "/subscriptions/s", "/subscriptions", group + "/", group + "/x", group + "/providers", group + "/providers/A.B",
		group + "/providers/A.B/c", group + "/providers/A.B/c/n/d", group + "//A.B/c/n", group + "/other/A.B/c/n"} {
		if _, typ, _, ok := split(id); ok {
			t.Errorf("%q is an ID of %s", id, typ)
		}
	}
}

// TestUnknown holds that what is known only later fits everywhere.
func TestUnknown(t *testing.T) {
	later := arm.Unk(arm.Parameter("later", false, arm.Pos{}))
	member := func(name string, v arm.Value) arm.Member { return arm.Member{Name: name, Value: v} }
	object := func(members ...arm.Member) arm.Value { return arm.Obj(arm.NewObject(members), arm.Pos{}) }
	r := arm.Resource{
		ID:   "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a1",
		Type: "Microsoft.CognitiveServices/accounts", Name: "a1", APIVersion: "2026-05-01",
		Body: object(member("location", later), member("sku", object(member("name", later))),
			member("properties", object(member("disableLocalAuth", later), member("networkAcls", later)))),
	}
	if problems := Check([]arm.Resource{r}); len(problems) > 0 {
		t.Error(problems)
	}
	r.Existing, r.APIVersion = true, ""
	if problems := Check([]arm.Resource{r}); len(problems) > 0 {
		t.Error("of what isn't deployed:", problems)
	}
}

// TestMatches asks patterns that look ahead for the length.
func TestMatches(t *testing.T) {
	const redis = `^(?=.{1,60}$)[A-Za-z0-9]+(-[A-Za-z0-9]+)*$`
	for text, want := range map[string]bool{"a-b": true, "": false, "a--b": false, strings.Repeat("a", 61): false} {
		if matches(redis, text) != want {
			t.Errorf("%q", text)
		}
	}
	if !matches(`(?<!x)y`, "anything") {
		t.Error("a pattern that can't be asked refuses")
	}
}

// FuzzSplit holds that IDs of any shape are taken apart or refused.
func FuzzSplit(f *testing.F) {
	f.Add("/subscriptions/s/resourceGroups/g/providers/A.B/c/n/providers/E.F/g/m")
	f.Add("/providers/Microsoft.Management/managementGroups/m/providers/A.B/c/n")
	f.Add("/subscriptions//resourceGroups")
	f.Fuzz(func(t *testing.T, id string) {
		_, typ, names, ok := split(id)
		if ok && len(names) != strings.Count(typ, "/") {
			t.Errorf("%q: %s has the names %q", id, typ, names)
		}
	})
}
