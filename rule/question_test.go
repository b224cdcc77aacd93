package rule

import (
	"testing"

	"palisade/arm"
	"palisade/estate"
)

func TestHasSomeValue(t *testing.T) {
	var at arm.Pos
	text := func(s string) arm.Value { return arm.String(s, at) }
	variable := arm.Unk(arm.NotRead("${NAME}", "azd environment variable NAME is not set", at))
	empty := arm.Unk(arm.Call("empty", at, variable))
	isNone := arm.Unk(arm.Call("equals", at, variable, text("")))
	not := func(v arm.Value) arm.Value { return arm.Unk(arm.Call("not", at, v)) }
	for _, c := range []struct {
		name string
		u    *arm.Unknown
		want bool
	}{
		{"parameter", arm.Parameter("name", false, at), true},
		{"member of something unknown", arm.Parameter("names", false, at).Member("account"), false},
		{"azd variable", arm.NotRead("${NAME}", "azd environment variable NAME is not set", at), false},
		{"empty(name) ? 'other' : name", arm.If(empty, text("other"), variable, at), true},
		{"!empty(name) ? name : 'other'", arm.If(not(empty), variable, text("other"), at), true},
		{"name == '' ? 'other' : name", arm.If(isNone, text("other"), variable, at), true},
		{"empty(name) ? '' : name", arm.If(empty, text(""), variable, at), false},
		{"flag ? 'other' : name", arm.If(arm.Unk(arm.Parameter("flag", false, at)), text("other"), variable, at), false},
	} {
		if got := hasSomeValue(estate.Field[string]{Set: true, Unknown: c.u}); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
