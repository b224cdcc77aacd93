package estate

import (
	"testing"

	"palisade/arm"
	"palisade/estate/estatetest"
)

func TestPrincipalOf(t *testing.T) {
	tests := []struct {
		name, json   string
		owner, which string
	}{
		{"user-assigned", `{"$reference": "/A/Uami", "path": "principalId"}`, "/a/uami", "principalId"},
		{"its client", `{"$reference": "/a/uami", "path": "clientId"}`, "/a/uami", "clientId"},
		{"in full", `{"$reference": "/a/uami", "full": true, "path": "properties.principalId"}`, "/a/uami", "principalId"},
		{"system-assigned", `{"$reference": "/a/site", "full": true, "path": "identity.principalId"}`, "/a/site", "principalId"},
		{"a group", `{"$reference": "g:Microsoft.Graph/groups/x", "path": "id"}`, "g:microsoft.graph/groups/x", "id"},
		{"an application", `{"$reference": "g:Microsoft.Graph/applications/x", "path": "appId"}`, "g:microsoft.graph/applications/x", "appId"},
		{"id partly unknown", `{"$reference": {"$join": ["/a/", {"$parameter": "P"}]}, "path": "principalId"}`, "/a/«parameters('p')»", "principalId"},
		{"another member", `{"$reference": "/a/uami", "path": "tenantId"}`, "", ""},
		{"deeper member", `{"$reference": "/a/d", "path": "outputs.principalId.id"}`, "", ""},
		{"parameter", `{"$parameter": "principalId"}`, "", ""},
		{"text", `"0000"`, "", ""},
	}
	for _, test := range tests {
		owner, which, ok := PrincipalOf(estatetest.Value(t, test.json))
		if owner != test.owner || which != test.which || ok != (test.owner != "") {
			t.Errorf("%s: %q %q %v", test.name, owner, which, ok)
		}
	}
}

func TestPrincipalOfCalls(t *testing.T) {
	p := arm.Pos{}
	str := func(s string) arm.Value { return arm.String(s, p) }
	site := arm.Unk(arm.Runtime("reference", "", p, str("/a/site"), str("2022-01-01"), str("Full")))
	try := func(v arm.Value, name string) arm.Value { return arm.Unk(arm.Call("tryGet", p, v, str(name))) }
	carried := site.Get("identity", "userAssignedIdentities")
	u, _ := carried.Unknown()
	tests := map[string]struct {
		v     arm.Value
		owner string
	}{
		"tryGet":   {try(try(site, "identity"), "principalId"), "/a/site"},
		"coalesce": {arm.Unk(arm.Call("coalesce", p, try(try(site, "identity"), "principalId"), str(""))), "/a/site"},
		"carried":  {arm.Unk(u.Index(str("/a/Uami"))).Get("principalId"), "/a/uami"},
		"other":    {arm.Unk(arm.Call("toLower", p, site.Get("identity", "principalId"))), ""},
	}
	for name, test := range tests {
		if owner, _, _ := PrincipalOf(test.v); owner != test.owner {
			t.Errorf("%s: %q, want %q", name, owner, test.owner)
		}
	}
}

func TestSecretsIn(t *testing.T) {
	v := estatetest.Value(t, `{"a": [
	 {"$join": ["Key=", {"$call": "listKeys", "args": ["/A/Account", "2024-10-01"], "path": "key1"}]},
	 {"$call": "listkeys", "args": ["/a/account"], "path": "key2"},
	 {"$call": "listAdminKeys", "args": ["/a/search"]},
	 {"$reference": "/a/b", "path": "endpoint"}, "text"]}`)
	got := SecretsIn(v)
	if len(got) != 2 || got[0].Owner != "/a/account" || got[1].Owner != "/a/search" || got[1].Function != "listAdminKeys" {
		t.Errorf("got %+v", got)
	}
	if got := SecretsIn(arm.Value{}); got != nil {
		t.Errorf("null: %+v", got)
	}
}

func TestPrincipalRef(t *testing.T) {
	if p := at(t, `"ABC-1"`).principal(); p.Key != "abc-1" || p.Object != "abc-1" || !p.Known() {
		t.Errorf("object id: %+v", p)
	}
	if p := at(t, `{"$reference": "/A/Uami", "path": "principalId"}`).principal(); p.Key != "/a/uami" || !p.Known() {
		t.Errorf("symbol: %+v", p)
	}
	if p := at(t, `{"$parameter": "p"}`).principal(); p.Known() || p.Key != "«parameters('p')»" || len(p.Each()) != 1 {
		t.Errorf("parameter: %+v", p)
	}
	p := at(t, `{"$if": ["c", {"$reference": "/a/x", "path": "principalId"}, {"$reference": "/a/y", "full": true, "path": "identity.principalId"}]}`).principal()
	if len(p.Each()) != 2 || p.Choices[0].Key != "/a/x" || p.Choices[1].Key != "/a/y" || p.Known() {
		t.Errorf("choice: %+v", p)
	}
	if p := at(t, `""`).principal(); p.Set || p.Each() != nil {
		t.Errorf("empty: %+v", p)
	}
}
