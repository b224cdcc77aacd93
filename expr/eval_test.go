package expr_test

import (
	"testing"

	"palisade/arm"
	"palisade/expr"
)

func lit(v arm.Value) expr.Node         { return &expr.Literal{Value: v} }
func param(name string) expr.Node       { return &expr.Parameter{Name: name} }
func local(name string) expr.Node       { return &expr.Local{Name: name} }
func list(items ...arm.Value) expr.Node { return lit(arm.Array(items, arm.Pos{})) }

func member(name string, v expr.Node) expr.ObjectMember {
	return expr.ObjectMember{Name: lit(str(name)), Value: v}
}

func spread(v expr.Node) expr.ObjectMember { return expr.ObjectMember{Value: v, Spread: true} }

// TestNodes evaluates nodes that only Bicep makes.
func TestNodes(t *testing.T) {
	flag := &expr.If{Condition: param("flag"), Then: lit(object("a", num(1))), Else: lit(object())}
	merged := &expr.Object{Members: []expr.ObjectMember{member("x", lit(num(1))), spread(param("u")), member("y", lit(num(2)))}}
	isA := &expr.Call{Name: "equals", Args: []expr.Node{local("i"), lit(str("a"))}}
	cases := []struct {
		name string
		n    expr.Node
		want string
	}{
		{"spread of an unknown object", merged, `unknown: «shallowMerge({"x":1}, parameters('u'), {"y":2})»`},
		{"member behind the spread", &expr.Member{X: merged, Name: "y"}, `2`},
		{"member before the spread", &expr.Member{X: merged, Name: "x"}, `unknown: «shallowMerge({"x":1}, parameters('u'), {"y":2}).x»`},
		{"spread of a choice", &expr.Object{Members: []expr.ObjectMember{spread(flag), member("b", lit(num(2)))}},
			`unknown: «if(parameters('flag'), {"a":1,"b":2}, {"b":2})»`},
		{"spread of null", &expr.Object{Members: []expr.ObjectMember{spread(lit(arm.Null(arm.Pos{}))), member("b", lit(num(2)))}}, `{"b":2}`},
		{"spread of a string", &expr.Object{Members: []expr.ObjectMember{spread(lit(str("s")))}}, "error: can't spread string into an object"},
		{"spread of an unknown array", &expr.Array{Items: []expr.ArrayItem{{Value: lit(num(1))}, {Value: param("u"), Spread: true}, {Value: lit(num(2))}}},
			`unknown: «concat([1], parameters('u'), [2])»`},
		{"spread of an array", &expr.Array{Items: []expr.ArrayItem{{Value: list(num(1)), Spread: true}, {Value: lit(num(2))}}}, `[1,2]`},
		{"join of an object", &expr.Join{Parts: []expr.Node{lit(str("<")), lit(object("a", str("b"))), lit(arm.Bool(true, arm.Pos{}))}}, `"<{'a':'b'}True"`},
		{"loop", &expr.For{Items: list(str("a"), str("b")), Item: "i", Index: "k", Filter: isA, Body: local("k")}, `[0]`},
		{"loop with an unknown filter", &expr.For{Items: lit(arm.Array([]arm.Value{str("b"), str("a")}, arm.Pos{})), Item: "i", Body: local("i"),
			Filter: &expr.Call{Name: "equals", Args: []expr.Node{local("i"), param("u")}}},
			`unknown: «if(equals('b', parameters('u')), if(equals('a', parameters('u')), ["b","a"], ["b"]), if(equals('a', parameters('u')), ["a"], []))»`},
		{"loop over something unknown", &expr.For{Items: param("u"), Item: "i", Body: &expr.Member{X: local("i"), Name: "name"}},
			`unknown: «map(parameters('u'), each(parameters('u')).name)»`},
		{"loop over a choice", &expr.For{Items: &expr.If{Condition: param("flag"), Then: list(str("a")), Else: list()}, Item: "i", Body: local("i")},
			`unknown: «if(parameters('flag'), ["a"], [])»`},
		{"choice by a choice", &expr.If{Condition: &expr.If{Condition: param("flag"), Then: lit(arm.Bool(false, arm.Pos{})), Else: lit(arm.Bool(true, arm.Pos{}))},
			Then: lit(num(1)), Else: lit(num(2))}, `unknown: «if(parameters('flag'), 2, 1)»`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h := &host{}
			got := show(expr.Env{Host: h, Budget: &expr.Budget{}}.Eval(c.n), h)
			if got != c.want {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestErrorsInLoopsAreToldOnce holds that the same error at the same place is
// reported for its first turn only.
func TestErrorsInLoopsAreToldOnce(t *testing.T) {
	v, h := evaluate(t, "map(range(0, 100), lambda('n', int('x')))")
	if items, _ := v.Items(); len(items) != 100 || len(h.messages) != 1 {
		t.Errorf("%d items, messages %q", len(items), h.messages)
	}
}
