package estate

import (
	"slices"
	"testing"
)

func TestListOfTexts(t *testing.T) {
	tests := []struct {
		name, json      string
		items, possible []string
		known, open     bool
	}{
		{"written", `["a", "b"]`, []string{"a", "b"}, nil, true, false},
		{"empty", `[]`, nil, nil, true, false},
		{"null", `null`, nil, nil, true, false},
		{"null element", `["a", null]`, []string{"a"}, nil, true, false},
		{"unknown", `{"$parameter": "p"}`, nil, nil, false, true},
		{"unknown element", `["a", {"$parameter": "p"}]`, []string{"a"}, nil, false, true},
		{"choice of lists", `{"$if": ["c", ["a"], []]}`, nil, []string{"a"}, false, false},
		{"choice of a list and null", `{"$if": ["c", ["a"], null]}`, nil, []string{"a"}, false, false},
		{"choice of a list and an unknown", `{"$if": ["c", ["a"], {"$parameter": "p"}]}`, nil, []string{"a"}, false, true},
		{"choice of elements", `["a", {"$if": ["c", "b", "d"]}]`, []string{"a"}, []string{"b", "d"}, false, false},
		{"wrong type", `"a"`, nil, nil, false, true},
	}
	for _, test := range tests {
		l := at(t, test.json).texts()
		if !slices.Equal(l.Items, test.items) || !slices.Equal(l.Possible, test.possible) || l.Known() != test.known || l.Open != test.open {
			t.Errorf("%s: got %+v", test.name, l)
		}
	}
}

func TestListOfObjects(t *testing.T) {
	l := list(at(t, `[{"value": "1.2.3.4"}, {"$parameter": "p"}, {"value": {"$parameter": "q"}}]`), decodeIPRule)
	if len(l.Items) != 3 || !l.Known() {
		t.Fatalf("got %+v", l)
	}
	for i, known := range []bool{true, false, false} {
		if l.Items[i].Value.Known() != known {
			t.Errorf("item %d: %+v", i, l.Items[i])
		}
	}
}

func TestJoined(t *testing.T) {
	got := func(json string) List[string] {
		n := at(t, json)
		return joined(n.at("one").text(""), n.at("many").texts())
	}
	if l := got(`{"one": "a", "many": ["b"]}`); !slices.Equal(l.Items, []string{"a", "b"}) || !l.Known() {
		t.Errorf("both: %+v", l)
	}
	if l := got(`{"one": {"$parameter": "p"}}`); l.Known() || !l.Open || !l.Set {
		t.Errorf("unknown: %+v", l)
	}
	if l := got(`{"one": {"$if": ["c", "a", "b"]}}`); !slices.Equal(l.Possible, []string{"a", "b"}) || l.Open {
		t.Errorf("choice: %+v", l)
	}
	if l := got(`{}`); l.Set || !l.Known() {
		t.Errorf("neither: %+v", l)
	}
}

func TestEntries(t *testing.T) {
	l := at(t, `{"b": 1, "a": 2}`).entries()
	if len(l.Items) != 2 || l.Items[0].name != "b" || l.Items[1].name != "a" {
		t.Errorf("got %+v", l)
	}
	if l := at(t, `{"$parameter": "p"}`).entries(); !l.Open {
		t.Errorf("unknown: %+v", l)
	}
}
