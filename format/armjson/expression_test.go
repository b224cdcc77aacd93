package armjson

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"palisade/arm"
	"palisade/expr"
)

var someNames = &names{
	parameters: map[string]string{"name": "name", "mynet": "myNet"},
	variables:  map[string]string{"zone": "zone"},
}

// unparse writes n as an expression of ARM JSON.
func unparse(n expr.Node) string {
	switch n := n.(type) {
	case *expr.Literal:
		if s, ok := n.Value.Str(); ok {
			return "'" + strings.ReplaceAll(s, "'", "''") + "'"
		}
		if n.Value.Kind() == arm.BoolKind || n.Value.IsNull() {
			return n.Value.JSON() + "()"
		}
		if n.Value.Kind() == arm.FloatKind {
			f, _ := n.Value.Float()
			whole, fraction, _ := strings.Cut(strconv.FormatFloat(f, 'f', -1, 64), ".")
			return whole + "." + fraction
		}
		return n.Value.JSON()
	case *expr.Parameter:
		return unparseCall("parameters", &expr.Literal{Value: arm.String(n.Name, n.At)})
	case *expr.Variable:
		return unparseCall("variables", &expr.Literal{Value: arm.String(n.Name, n.At)})
	case *expr.Local:
		if name, ok := strings.CutPrefix(n.Name, "lambda "); ok {
			return "lambdaVariables('" + strings.ReplaceAll(name, "'", "''") + "')"
		}
		return "local " + n.Name
	case *expr.Lambda:
		args := make([]expr.Node, len(n.Params))
		for i, p := range n.Params {
			args[i] = &expr.Literal{Value: arm.String(strings.TrimPrefix(p, "lambda "), n.At)}
		}
		return unparseCall("lambda", append(args, n.Body)...)
	case *expr.If:
		return unparseCall("if", n.Condition, n.Then, n.Else)
	case *expr.Array:
		items := make([]expr.Node, len(n.Items))
		for i, item := range n.Items {
			items[i] = item.Value
		}
		return unparseCall("createArray", items...)
	case *expr.Object:
		var args []expr.Node
		for _, m := range n.Members {
			args = append(args, m.Name, m.Value)
		}
		return unparseCall("createObject", args...)
	case *expr.Member:
		if n.Safe {
			return unparseCall("tryGet", n.X, &expr.Literal{Value: arm.String(n.Name, n.At)})
		}
		if n.Chained {
			return unparseStep(n.X, &expr.Literal{Value: arm.String(n.Name, n.At)})
		}
		return unparse(n.X) + "." + n.Name
	case *expr.Index:
		switch {
		case n.FromEnd && n.Safe:
			return unparseCall("tryIndexFromEnd", n.X, n.I)
		case n.FromEnd && n.Chained:
			end := &expr.Object{Members: []expr.ObjectMember{
				{Name: &expr.Literal{Value: arm.String("value", n.At)}, Value: n.I},
				{Name: &expr.Literal{Value: arm.String("fromEnd", n.At)}, Value: &expr.Literal{Value: arm.Bool(true, n.At)}},
			}}
			return unparseStep(n.X, end)
		case n.FromEnd:
			return unparseCall("indexFromEnd", n.X, n.I)
		case n.Safe:
			return unparseCall("tryGet", n.X, n.I)
		case n.Chained:
			return unparseStep(n.X, n.I)
		}
		return unparse(n.X) + "[" + unparse(n.I) + "]"
	case *expr.Join:
		return unparseCall("join of", n.Parts...)
	case *expr.For:
		return unparseCall("for "+n.Index, n.Items, n.Body)
	case *expr.Call:
		if n.Namespace != "" {
			return unparseCall(n.Namespace+"."+n.Name, n.Args...)
		}
		return unparseCall(n.Name, n.Args...)
	}
	return fmt.Sprintf("%T", n)
}

// unparseStep adds a step to a chain that begins with a safe one.
func unparseStep(chain, step expr.Node) string {
	return strings.TrimSuffix(unparse(chain), ")") + ", " + unparse(step) + ")"
}

func unparseCall(name string, args ...expr.Node) string {
	texts := make([]string, len(args))
	for i, arg := range args {
		texts[i] = unparse(arg)
	}
	return name + "(" + strings.Join(texts, ", ") + ")"
}

func TestParseExpression(t *testing.T) {
	for text, want := range map[string]string{
		`['a']`:                                  `'a'`,
		`['it''s ''''']`:                         `'it''s '''''`,
		`['']`:                                   `''`,
		`[12]`:                                   `12`,
		`[-12]`:                                  `-12`,
		`[-1.50]`:                                `-1.5`,
		`[2.]`:                                   `2.`,
		`[true()]`:                               `true()`,
		`[ NULL ( ) ]`:                           `null()`,
		`[concat('a', 'b')]`:                     `concat('a', 'b')`,
		"[ concat (\r\n\t'a' ,\n 'b' ) ]":        `concat('a', 'b')`,
		`[parameters('MYNET').subnets[0].id]`:    `parameters('myNet').subnets[0].id`,
		`[Parameters('unknown')]`:                `parameters('unknown')`,
		`[parameters(variables('zone'))]`:        `parameters(variables('zone'))`,
		`[variables('Zone')['a b'][add(1, 2)]]`:  `variables('zone')['a b'][add(1, 2)]`,
		`[contoso.unique_name('x')]`:             `contoso.unique_name('x')`,
		`[contoso . f().x]`:                      `contoso.f().x`,
		`[reference('x', '2024-01-01', 'Full')]`: `reference('x', '2024-01-01', 'Full')`,
		`[if(true(), 1, 2)]`:                     `if(true(), 1, 2)`,
		`[if(true(), 1)]`:                        `if(true(), 1)`,
		`[createArray()]`:                        `createArray()`,
		`[createObject('a', createArray(1))]`:    `createObject('a', createArray(1))`,
		`[createObject('a')]`:                    `createObject('a')`,
		`[tryGet(parameters('name'), 'a', 0)]`:   `tryGet(parameters('name'), 'a', 0)`,
		`[tryGet(f(), createObject('value', 1, 'fromEnd', true()), 'a')]`:       `tryIndexFromEnd(f(), 1, 'a')`,
		`[tryIndexFromEnd(createArray(1), 1)]`:                                  `tryIndexFromEnd(createArray(1), 1)`,
		`[indexFromEnd(createArray(1), 1)]`:                                     `indexFromEnd(createArray(1), 1)`,
		`[map(createArray(1), lambda('X', 'y', add(lambdaVariables('x'), 1)))]`: `map(createArray(1), lambda('x', 'y', add(lambdaVariables('x'), 1)))`,
	} {
		n, diagnostics := parseExpression(text, arm.Pos{}, someNames)
		if len(diagnostics) > 0 || unparse(n) != want {
			t.Errorf("%s: %s %v, want %s", text, unparse(n), diagnostics, want)
		}
	}
}

func TestParseExpressionInFunction(t *testing.T) {
	inside := &names{parameters: map[string]string{"first": "First"}, inFunction: true}
	n, _ := parseExpression("[concat(parameters('first'), 'x')]", arm.Pos{}, inside)
	if got := unparse(n); got != "concat(local First, 'x')" {
		t.Error(got)
	}
}

func TestParseExpressionErrors(t *testing.T) {
	deep := "[" + strings.Repeat("f(", expressionDepth) + "1" + strings.Repeat(")", expressionDepth) + "]"
	for _, c := range []struct {
		text, want string
		col        int
	}{
		{`[]`, "ends where a value should be", 3},
		{`[concat('a']`, "expected ) or a comma after an argument, but found the end", 13},
		{`[concat('a' 'b')]`, `expected ) or a comma after an argument, but found '\''`, 14},
		{`[concat('a',)]`, "unexpected ')'", 14},
		{`[concat('a]`, "string is not closed", 10},
		{`[concat('a')) ]`, "unexpected ')' after the expression", 14},
		{`[parameters('a').]`, "expected the name of a member, but found the end", 19},
		{`[parameters('a')[0]`, "expected ] after the index, but found the end", 20},
		{`[name]`, `"name" is neither a string in single quotes nor a function with its arguments`, 3},
		{`[a.b.c()]`, `"a.b" is neither a string in single quotes nor a function with its arguments`, 3},
		{`[1.2.3]`, "1.2.3 is not a number", 3},
		{`['a'.b]`, "unexpected '.' after the expression", 6},
		{`["x"]`, `unexpected '"'`, 3},
		{`[concat('a')][0]]`, "unexpected ']' after the expression", 14},
		{deep, "nested more than 200 levels deep", 2*expressionDepth + 3},
	} {
		file := arm.NewFile("t.json", []byte(c.text))
		n, diagnostics := parseExpression(c.text, file.At(0), someNames)
		want := fmt.Sprintf("t.json:1:%d: expression: %s", c.col, c.want)
		if len(diagnostics) != 1 || diagnostics[0].String() != want {
			t.Errorf("%.40s: %v, want %s", c.text, diagnostics, want)
		}
		if l, ok := n.(*expr.Literal); !ok || !l.Value.IsUnknown() {
			t.Errorf("%.40s: %s, want an unknown", c.text, unparse(n))
		}
	}
}

func TestParseExpressionLength(t *testing.T) {
	text := "['" + strings.Repeat("x", expressionLimit) + "']"
	n, diagnostics := parseExpression(text, arm.Pos{}, someNames)
	if len(diagnostics) != 1 || diagnostics[0].Severity != arm.Warning || len(unparse(n)) != expressionLimit+2 {
		t.Errorf("%v, want one warning", diagnostics)
	}
}

// TestParseExpressionPositions looks at the text that stands where the nodes
// say they do.
func TestParseExpressionPositions(t *testing.T) {
	text := `{"x": "[concat(parameters('name').size['k'], 'b', 12)]"}`
	v := mustRead(t, text).Get("x")
	s, _ := v.Str()
	n, _ := parseExpression(s, v.Pos(), someNames)
	call := n.(*expr.Call)
	index := call.Args[0].(*expr.Index)
	for want, n := range map[string]expr.Node{
		"concat(": call, "['k']": index, "size": index.X, "parameters": index.X.(*expr.Member).X,
		"'k'": index.I, "'b'": call.Args[1], "12": call.Args[2],
	} {
		if got := text[n.Pos().Offset:]; !strings.HasPrefix(got, want) {
			t.Errorf("%s stands at %s", want, got)
		}
	}
}

func TestStringsThatAreNoExpressions(t *testing.T) {
	l := newLowerer(arm.Value{})
	for text, want := range map[string]string{
		"[[x]":  "[x]",
		"[[]":   "[]",
		"[[x":   "[[x",
		"[x":    "[x",
		"[x] y": "[x] y",
		"x]":    "x]",
		" [x]":  " [x]",
		"[":     "[",
		"":      "",
	} {
		n, ok := l.node(arm.String(text, arm.Pos{})).(*expr.Literal)
		if !ok || !n.Value.Is(want) || len(l.diagnostics) > 0 {
			t.Errorf("%s: %s %v, want %s", text, unparse(n), l.diagnostics, want)
		}
	}
}

// FuzzExpression writes out what it has parsed and parses that again.
func FuzzExpression(f *testing.F) {
	for _, seed := range []string{
		"[concat('a''b', parameters('name')[0].x, -1.5)]", "[tryGet(f.g(), 'a', 1)]", "[if(true(), null(), createObject('a', 1))]",
		"[map(createArray(1), lambda('x', lambdaVariables('x')))]", "[f(\n)[", "['", "[[]", "[a.b.c]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !isExpression(text) {
			return
		}
		file := arm.NewFile("t.json", []byte(text))
		n, diagnostics := parseExpression(text, file.At(0), someNames)
		if len(diagnostics) > 0 {
			return
		}
		again, diagnostics := parseExpression("["+unparse(n)+"]", arm.Pos{}, someNames)
		if len(diagnostics) > 0 || unparse(again) != unparse(n) {
			t.Fatalf("%s: %s, again %s %v", text, unparse(n), unparse(again), diagnostics)
		}
	})
}
