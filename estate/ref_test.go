package estate

import "testing"

func TestSameText(t *testing.T) {
	tests := []struct {
		a, b string
		want Answer
	}{
		{"abc", "abc", Yes},
		{"abc", "abd", No},
		{"a«x»", "a«x»", Yes},
		{"a«x»", "a«y»", Unsure},
		{"a«x»", "b«x»", No},
		{"«x»a", "«y»b", No},
		{"«x»a", "«y»ba", Unsure},
		{"«x»", "anything", Unsure},
		{"kv-«x»", "kv", No},
		{"kv-«x»", "kv-1", Unsure},
		{"«x»-prod", "prod", No},
	}
	for _, test := range tests {
		if got := SameText(test.a, test.b); got != test.want {
			t.Errorf("%s = %s: %s, want %s", test.a, test.b, got, test.want)
		}
		if got := SameText(test.b, test.a); got != test.want {
			t.Errorf("%s = %s: %s, want %s", test.b, test.a, got, test.want)
		}
	}
}

func TestRef(t *testing.T) {
	r := at(t, `"/subscriptions/S/resourceGroups/RG/"`).ref()
	if r.Key != "/subscriptions/s/resourcegroups/rg" || !r.Known() || !r.Set {
		t.Errorf("known: %+v", r)
	}
	for _, json := range []string{`null`, `""`} {
		if r := at(t, json).ref(); r.Set || len(r.Keys()) != 0 || r.Is("/a/b") != No {
			t.Errorf("%s: %+v", json, r)
		}
	}
	r = at(t, `{"$join": ["/a/", {"$parameter": "P"}, "/b"]}`).ref()
	if r.Known() || r.Key != "/a/«parameters('p')»/b" {
		t.Errorf("partly known: %+v", r)
	}
	for id, want := range map[string]Answer{
		"/a/«parameters('p')»/B": Yes, "/a/x/b": Unsure, "/a/x/c": No, "/a/b": No,
	} {
		if got := r.Is(id); got != want {
			t.Errorf("%s is %s: %s, want %s", r, id, got, want)
		}
	}
	r = at(t, `{"$if": ["c", "/a/x", ""]}`).ref()
	if len(r.Keys()) != 1 || r.Keys()[0] != "/a/x" || r.Known() {
		t.Errorf("choice: %+v", r)
	}
}
