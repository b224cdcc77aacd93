package estate

import (
	"slices"
	"testing"

	"palisade/arm"
	"palisade/estate/estatetest"
)

// at reads a member of a JSON object for a test.
func at(t *testing.T, text string, path ...string) node {
	return node{v: estatetest.Value(t, text), set: true}.at(path...)
}

func TestFieldText(t *testing.T) {
	tests := []struct {
		name, json string
		value      string
		set, known bool
		choices    []string
	}{
		{"written", `{"a": "Disabled"}`, "Disabled", true, true, nil},
		{"any case of the name", `{"A": "Disabled"}`, "Disabled", true, true, nil},
		{"absent", `{}`, "Enabled", false, true, nil},
		{"null", `{"a": null}`, "Enabled", false, true, nil},
		{"unknown", `{"a": {"$parameter": "p"}}`, "", true, false, nil},
		{"choice", `{"a": {"$if": ["c", "Disabled", "Enabled"]}}`, "", true, false, []string{"Disabled", "Enabled"}},
		{"choice that agrees", `{"a": {"$if": ["c", "Disabled", "Disabled"]}}`, "Disabled", true, true, nil},
		{"choice with null", `{"a": {"$if": ["c", "Disabled", null]}}`, "", true, false, []string{"Disabled", "Enabled"}},
		{"choice that agrees with the default", `{"a": {"$if": ["c", "Enabled", null]}}`, "Enabled", true, true, nil},
		{"choice with an unknown", `{"a": {"$if": ["c", "Disabled", {"$parameter": "p"}]}}`, "", true, false, nil},
		{"wrong type", `{"a": ["Disabled"]}`, "", true, false, nil},
		{"join", `{"a": {"$join": ["x-", {"$parameter": "p"}]}}`, "", true, false, nil},
	}
	for _, test := range tests {
		f := at(t, test.json, "a").text("Enabled")
		if f.Value != test.value || f.Set != test.set || f.Known() != test.known || !slices.Equal(f.Choices, test.choices) {
			t.Errorf("%s: got %+v", test.name, f)
		}
	}
}

func TestFieldBelowUnknowns(t *testing.T) {
	if f := at(t, `{"a": {"$parameter": "p"}}`, "a", "b").text("x"); f.Known() || !f.Set {
		t.Errorf("member of an unknown: %+v", f)
	}
	f := at(t, `{"a": {"$if": ["c", {"b": "Deny"}, null]}}`, "a", "b").text("Allow")
	if f.Known() || !slices.Equal(f.Choices, []string{"Deny", "Allow"}) {
		t.Errorf("member of a choice: %+v", f)
	}
	open := arm.NewObject(nil).Open(arm.NotRead("x", "for the test", arm.Pos{}))
	if f := (node{v: arm.Obj(open, arm.Pos{})}).at("b").text("x"); f.Known() {
		t.Errorf("unwritten member of an open object: %+v", f)
	}
}

func TestFieldFlagAndNumber(t *testing.T) {
	for json, want := range map[string]bool{`{"a": true}`: true, `{"a": "True"}`: true, `{"a": "false"}`: false, `{}`: false} {
		if f := at(t, json, "a").flag(false); !f.Known() || f.Value != want {
			t.Errorf("%s: %+v", json, f)
		}
	}
	if f := at(t, `{"a": "yes"}`, "a").flag(false); f.Known() {
		t.Errorf("a word that isn't a bool: %+v", f)
	}
	for json, want := range map[string]int64{`{"a": 7}`: 7, `{"a": "7"}`: 7, `{"a": 7.0}`: 7, `{}`: 1} {
		if f := at(t, json, "a").number(1); !f.Known() || f.Value != want {
			t.Errorf("%s: %+v", json, f)
		}
	}
	if f := at(t, `{"a": 7.5}`, "a").number(1); f.Known() {
		t.Errorf("a fraction: %+v", f)
	}
}

func TestFieldPositions(t *testing.T) {
	text := "{\n \"a\": {\n  \"b\": \"x\"\n }\n}"
	if line, _ := at(t, text, "a", "b").text("").Pos.LineCol(); line != 3 {
		t.Errorf("written property: line %d, want 3", line)
	}
	if line, _ := at(t, text, "a", "absent").text("").Pos.LineCol(); line != 2 {
		t.Errorf("absent property: line %d, want 2, that of its object", line)
	}
}

func TestAnswers(t *testing.T) {
	sure := at(t, `{"a": "Disabled"}`, "a").text("")
	choice := at(t, `{"a": {"$if": ["c", "Disabled", "disabled"]}}`, "a").text("")
	split := at(t, `{"a": {"$if": ["c", "Disabled", "Enabled"]}}`, "a").text("")
	vague := at(t, `{"a": {"$parameter": "p"}}`, "a").text("")
	tests := []struct {
		f    Field[string]
		want Answer
	}{{sure, Yes}, {choice, Yes}, {split, Unsure}, {vague, Unsure}}
	for _, test := range tests {
		if got := Is(test.f, "DISABLED"); got != test.want {
			t.Errorf("%s is disabled: %s, want %s", test.f, got, test.want)
		}
	}
	if got := Is(split, "SecuredByPerimeter"); got != No {
		t.Errorf("none of the choices: %s, want no", got)
	}
	if True(Field[bool]{}) != No {
		t.Error("the zero field is false")
	}
}

// TestManyChoices holds the bound on choices: 2^20 of them must not be listed.
func TestManyChoices(t *testing.T) {
	v := arm.String("x", arm.Pos{})
	for range 20 {
		v = arm.Unk(arm.If(arm.Unk(arm.Parameter("c", false, arm.Pos{})), v, v, arm.Pos{}))
	}
	if f := (node{v: v, set: true}).text(""); f.Known() {
		t.Errorf("got %+v", f)
	}
}
