package armjson

import (
	"strings"
	"testing"

	"palisade/arm"
)

func environment(name string) (string, bool) {
	value, ok := map[string]string{"SET": "on", "EMPTY": ""}[name]
	return value, ok
}

func TestReadParameters(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"values", `{"parameters": {"a": {"value": 1}, "b": {"value": ["x", null]}}}`, `{"a":1,"b":["x",null]}`},
		{"null", `{"parameters": {"a": {"value": null}}}`, `{"a":null}`},
		{"bare", `{"a": {"value": true}}`, `{"a":true}`},
		{"parameter of the name parameters", `{"parameters": {"value": 2}}`, `{"parameters":2}`},
		{"none", `{"$schema": "x", "parameters": {}}`, `{}`},
		{"key vault", `{"parameters": {"k": {"reference": {"keyVault": {"id": "/v"}, "secretName": "s"}}}}`, `{"k":"«getSecret('/v', 's')»"}`},
		{"placeholder", `{"parameters": {"a": {"value": "${UNSET}"}}}`, `{"a":"«${UNSET}»"}`},
		{"placeholder that is set", `{"parameters": {"a": {"value": "${SET}"}}}`, `{"a":"on"}`},
		{"placeholder that is empty", `{"parameters": {"a": {"value": "${EMPTY}"}}}`, `{"a":""}`},
		{"default of one that is empty", `{"parameters": {"a": {"value": "${EMPTY=x}"}}}`, `{"a":"x"}`},
		{"default", `{"parameters": {"a": {"value": "${UNSET=x y}"}}}`, `{"a":"x y"}`},
		{"no default", `{"parameters": {"a": {"value": "${UNSET=}"}}}`, `{"a":""}`},
		{"other defaults", `{"parameters": {"a": {"value": "${UNSET:-x}${UNSET:=y}${UNSET-z}"}}}`, `{"a":"xyz"}`},
		{"default in a default", `{"parameters": {"a": {"value": "${UNSET=a-${SET}-${NOT=b}}."}}}`, `{"a":"a-on-b."}`},
		{"known parts", `{"parameters": {"a": {"value": "kv-${UNSET}-${SET}"}}}`, `{"a":"kv-«${UNSET}»-on"}`},
		{"deep", `{"parameters": {"a": {"value": {"b": ["${SET}"]}}}}`, `{"a":{"b":["on"]}}`},
		{"other operators", `{"parameters": {"a": {"value": "${SET^^}"}}}`, `{"a":"«${SET^^}»"}`},
		{"not a placeholder", `{"parameters": {"a": {"value": "${{ x }} ${ ${1} $SET {SET}"}}}`, `{"a":"${{ x }} ${ ${1} $SET {SET}"}`},
		{"command", `{"parameters": {"a": {"value": "$(secretOrRandomPassword v s)"}}}`, `{"a":"«$(secretOrRandomPassword v s)»"}`},
	} {
		got, diagnostics := ReadParameters(mustRead(t, c.text), environment)
		if s := arm.Obj(got, arm.Pos{}).JSON(); s != c.want || len(diagnostics) > 0 {
			t.Errorf("%s: %s %v, want %s", c.name, s, diagnostics, c.want)
		}
	}
}

func TestReadParametersPlaceholderWithoutQuotes(t *testing.T) {
	v, diagnostics := read(`{"parameters": {"a": {"value": ${UNSET=true}}, "b": {"value": ${UNSET}}}}`)
	if len(diagnostics) != 2 || diagnostics[0].Severity != arm.Warning {
		t.Errorf("%v, want two warnings", diagnostics)
	}
	got, _ := ReadParameters(v, NoEnvironment)
	if s := arm.Obj(got, arm.Pos{}).JSON(); s != `{"a":"true","b":"«${UNSET}»"}` {
		t.Error(s)
	}
}

func TestReadParametersReasons(t *testing.T) {
	text := `{"parameters": {"a": {"value": "x${UNSET}"}, "k": {"reference": {"keyVault": {"id": "/v"}, "secretName": "s"}}}}`
	got, _ := ReadParameters(mustRead(t, text), NoEnvironment)
	a, _ := got.Get("a").Unknown()
	k, _ := got.Get("k").Unknown()
	if a.Why() != "azd environment variable UNSET is not set" || a.IsSecret() {
		t.Error(a.Why(), a.IsSecret())
	}
	if k.Why() != "parameter k is a secret in a key vault" || !k.IsSecret() {
		t.Error(k.Why(), k.IsSecret())
	}
}

func TestReadParametersErrors(t *testing.T) {
	for text, want := range map[string]string{
		`[]`:                       "t.json:1:1: expected an object of parameters",
		`{"parameters": []}`:       "t.json:1:1: expected an object of parameters",
		`{"x": 1}`:                 "t.json:1:1: expected an object of parameters",
		`{"parameters":{"a": 1}}`:  `t.json:1:16: parameter a has neither "value" nor "reference"`,
		`{"parameters":{"a": {}}}`: `t.json:1:16: parameter a has neither "value" nor "reference"`,
	} {
		got, diagnostics := ReadParameters(mustRead(t, text), NoEnvironment)
		if len(diagnostics) != 1 || diagnostics[0].String() != want {
			t.Errorf("%s: %v, want %s", text, diagnostics, want)
		}
		if strings.Contains(text, `"a"`) && !got.Get("a").IsUnknown() {
			t.Errorf("%s: %s, want unknown", text, got.Get("a").JSON())
		}
	}
}
