package estate

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"palisade/arm"
	"palisade/estate/estatetest"
)

func TestDuplicates(t *testing.T) {
	const a = `{"type": "Microsoft.CognitiveServices/accounts", "name": "ai", "properties": {"disableLocalAuth": true}}`
	const again = `{"type": "Microsoft.CognitiveServices/accounts", "name": "AI", "properties": {}}`
	const maybe = `{"type": "Microsoft.CognitiveServices/accounts", "name": "ai", "condition": {"$parameter": "c"}}`
	const existing = `{"type": "Microsoft.CognitiveServices/accounts", "name": "ai", "existing": true}`
	tests := map[string]struct {
		resources string
		want      int
		referred  bool // the last one
	}{
		"declared twice":                     {a + "," + again, 2, false},
		"declared, then referred to":         {a + "," + existing, 1, false},
		"referred to, then declared":         {existing + "," + a, 1, false},
		"perhaps declared, and referred to":  {existing + "," + maybe, 2, true},
		"referred to twice":                  {existing + "," + existing, 1, true},
		"perhaps declared, and declared too": {maybe + "," + a + "," + existing, 2, false},
	}
	for name, test := range tests {
		e := load(t, "["+test.resources+"]")
		all := e.Accounts.Declarations(estatetest.ID("", "Microsoft.CognitiveServices/accounts", "ai"))
		if len(all) != test.want || len(e.Accounts.All) != test.want {
			t.Errorf("%s: got %d, want %d", name, len(all), test.want)
			continue
		}
		for _, a := range all {
			if len(a.Others) != test.want-1 || slices.Contains(a.Others, a.Resource) {
				t.Errorf("%s: others %+v", name, a.Others)
			}
		}
		if all[len(all)-1].Referred != test.referred {
			t.Errorf("%s: referred %v", name, !test.referred)
		}
	}
}

func TestOutputs(t *testing.T) {
	v := estatetest.Value(t, `{"$call": "listKeys", "args": ["/x/ai"], "path": "key1"}`)
	e := New(nil, Options{Outputs: []Output{{Name: "key", Value: v}}})
	if len(e.Outputs) != 1 || len(e.Outputs[0].Secrets) != 1 || e.Outputs[0].Secrets[0].Owner != "/x/ai" {
		t.Errorf("got %+v", e.Outputs)
	}
}

// TestReferredIsUnknown holds that no kind of resource that is only referred to
// looks as if it had its defaults: its first property is unknown.
func TestReferredIsUnknown(t *testing.T) {
	for typ := range decoders() {
		src := arm.Resource{ID: "/subscriptions/s/providers/" + typ, Type: typ, Existing: true}
		e := New([]arm.Resource{src}, Options{})
		if r := e.Resources[0]; !r.Referred || !r.prop("anything").v.IsUnknown() || r.Identity.System.Known() {
			t.Errorf("%s: %+v", typ, r)
		}
	}
}

// FuzzNew decodes any JSON as each kind of resource.
func FuzzNew(f *testing.F) {
	f.Add(`{"properties": {"a": [null, {"b": 1}]}}`)
	f.Add(`{"properties": {"subnets": [{"name": {"$parameter": "p"}}, {"$if": ["c", {}, null]}], "privateLinkServiceConnections": {"$parameter": "p"}}}`)
	f.Add(`{"id": "/«/providers/»/", "name": "", "identity": {"type": []}}`)
	f.Add(`[1, 2]`)
	types := sortedTypes()
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) {
			t.Skip()
		}
		body := estatetest.Value(t, text)
		var resources []arm.Resource
		for _, typ := range types {
			resources = append(resources, arm.Resource{ID: body.Get("id").Text(), Type: typ, Name: body.Get("name").Text(), Body: body})
		}
		e := New(resources, Options{})
		e.Assignments(body.Get("id").Text())
		e.EndpointsTo(body.Get("id").Text())
	})
}

func sortedTypes() []string {
	var types []string
	for typ := range decoders() {
		types = append(types, typ)
	}
	slices.Sort(types)
	return types
}

// FuzzIDs holds that the functions of ids end, and that parents get shorter.
func FuzzIDs(f *testing.F) {
	f.Add("/subscriptions/s/resourceGroups/«a/b»/providers/N/t/x", "/subscriptions/«")
	f.Add("»«/«/»", "//")
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, key := range Ancestors(a) {
			if len(Parent(key)) >= len(key) && key != Root {
				t.Errorf("parent of %q is %q", key, Parent(key))
			}
		}
		TypeOf(a)
		LastName(a)
		if sameID(Key(a), Key(b)) != sameID(Key(b), Key(a)) {
			t.Errorf("%q and %q: not symmetric", a, b)
		}
		New(nil, Options{}).Within(a, b)
	})
}

// BenchmarkNew decodes 10,000 resources and 100,000 role assignments and asks
// which of these apply to each account.
func BenchmarkNew(b *testing.B) {
	resources := manyResources(10_000, 100_000)
	b.ResetTimer()
	for b.Loop() {
		e := New(resources, Options{})
		for _, a := range e.Accounts.All {
			if sure, _ := e.Assignments(a.ID); len(sure) == 0 {
				b.Fatal("no assignments")
			}
		}
	}
}

func manyResources(accounts, grants int) []arm.Resource {
	var resources []arm.Resource
	group := "/subscriptions/«subscription().subscriptionId»/resourceGroups/rg"
	for i := range accounts {
		id := fmt.Sprintf("%s/providers/Microsoft.CognitiveServices/accounts/a%d", group, i)
		resources = append(resources, arm.Resource{ID: id, Type: "Microsoft.CognitiveServices/accounts"})
	}
	for i := range grants {
		body := arm.Obj(arm.NewObject([]arm.Member{{Name: "properties", Value: arm.Obj(arm.NewObject([]arm.Member{
			{Name: "principalId", Value: arm.String(fmt.Sprint("p", i%1000), arm.Pos{})},
			{Name: "roleDefinitionId", Value: arm.String("/r/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd", arm.Pos{})},
		}), arm.Pos{})}}), arm.Pos{})
		id := fmt.Sprintf("%s/providers/Microsoft.Authorization/roleAssignments/%d", resources[i%accounts].ID, i)
		resources = append(resources, arm.Resource{ID: id, Type: "Microsoft.Authorization/roleAssignments", Body: body})
	}
	return resources
}
