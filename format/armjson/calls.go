package armjson

import (
	"slices"
	"strings"

	"palisade/arm"
	"palisade/expr"
)

// names are what an expression may refer to: the spelling of each declared
// name by its lower-case form.
type names struct {
	parameters map[string]string
	variables  map[string]string
	// inFunction is set in the body of a user-defined function, whose
	// parameters are locals and which sees no variables.
	inFunction bool
}

func spelled(declared map[string]string, name string) string {
	if s, ok := declared[name]; ok {
		return s
	}
	if s, ok := declared[strings.ToLower(name)]; ok {
		return s
	}
	return name
}

// lowerCall turns the functions that are syntax in disguise into nodes of
// their own. All others, and these with odd arguments, remain calls. The
// arguments are the caller's.
func (p *parser) lowerCall(n expr.Call) expr.Node {
	if n.Namespace == "" {
		if lowered := p.syntax(n); lowered != nil {
			return lowered
		}
	}
	return &expr.Call{Namespace: n.Namespace, Name: n.Name, Args: slices.Clone(n.Args), At: n.At}
}

func (p *parser) syntax(n expr.Call) expr.Node {
	switch strings.ToLower(n.Name) {
	case "parameters":
		return p.parameter(n)
	case "variables":
		return p.variable(n)
	case "lambdavariables":
		return lambdaVariable(n)
	case "lambda":
		return lambda(n)
	case "true", "false", "null":
		return constant(n)
	case "if":
		return conditional(n)
	case "createarray":
		return createArray(n)
	case "createobject":
		return createObject(n)
	case "tryget":
		return tryGet(n)
	case "indexfromend", "tryindexfromend":
		return indexFromEnd(n)
	}
	return nil
}

// onlyText returns the only argument of n, if that is a string.
func onlyText(n expr.Call) (string, bool) {
	if len(n.Args) != 1 {
		return "", false
	}
	return literalText(n.Args[0])
}

func literalText(n expr.Node) (string, bool) {
	l, ok := n.(*expr.Literal)
	if !ok {
		return "", false
	}
	return l.Value.Str()
}

func (p *parser) parameter(n expr.Call) expr.Node {
	name, ok := onlyText(n)
	if !ok {
		return nil
	}
	name = spelled(p.names.parameters, name)
	if p.names.inFunction {
		return &expr.Local{Name: name, At: n.At}
	}
	return &expr.Parameter{Name: name, At: n.At}
}

func (p *parser) variable(n expr.Call) expr.Node {
	name, ok := onlyText(n)
	if !ok || p.names.inFunction {
		return nil
	}
	return &expr.Variable{Name: spelled(p.names.variables, name), At: n.At}
}

func lambdaVariable(n expr.Call) expr.Node {
	name, ok := onlyText(n)
	if !ok {
		return nil
	}
	return &expr.Local{Name: lambdaName(name), At: n.At}
}

// lambdaName keeps the variables of lambdas, which are looked up without
// regard to case, apart from other locals.
func lambdaName(name string) string { return "lambda " + strings.ToLower(name) }

// lambda is lambda('x', 'y', body).
func lambda(n expr.Call) expr.Node {
	if len(n.Args) == 0 {
		return nil
	}
	last := len(n.Args) - 1
	params := make([]string, last)
	for i, arg := range n.Args[:last] {
		name, ok := literalText(arg)
		if !ok {
			return nil
		}
		params[i] = lambdaName(name)
	}
	return &expr.Lambda{Params: params, Body: n.Args[last], At: n.At}
}

func constant(n expr.Call) expr.Node {
	if len(n.Args) > 0 {
		return nil
	}
	switch n.Name[0] | 0x20 {
	case 't':
		return &expr.Literal{Value: arm.Bool(true, n.At)}
	case 'f':
		return &expr.Literal{Value: arm.Bool(false, n.At)}
	}
	return &expr.Literal{Value: arm.Null(n.At)}
}

func conditional(n expr.Call) expr.Node {
	if len(n.Args) != 3 {
		return nil
	}
	return &expr.If{Condition: n.Args[0], Then: n.Args[1], Else: n.Args[2], At: n.At}
}

func createArray(n expr.Call) expr.Node {
	items := make([]expr.ArrayItem, len(n.Args))
	for i, arg := range n.Args {
		items[i].Value = arg
	}
	return &expr.Array{Items: items, At: n.At}
}

func createObject(n expr.Call) expr.Node {
	if len(n.Args)%2 != 0 {
		return nil
	}
	members := make([]expr.ObjectMember, 0, len(n.Args)/2)
	for i := 0; i < len(n.Args); i += 2 {
		name := n.Args[i]
		members = append(members, expr.ObjectMember{Name: name, Value: n.Args[i+1], At: name.Pos()})
	}
	return &expr.Object{Members: members, At: n.At}
}

// tryGet is tryGet(x, step, …): a path of which the first step is safe; the
// others aren't followed where it gives null. A step is a name, an index, or an
// object that counts an index from the end.
func tryGet(n expr.Call) expr.Node {
	if len(n.Args) < 2 {
		return nil
	}
	x := n.Args[0]
	for k, step := range n.Args[1:] {
		safe := k == 0
		if name, ok := literalText(step); ok {
			x = &expr.Member{X: x, Name: name, Safe: safe, Chained: !safe, At: step.Pos()}
			continue
		}
		i, fromEnd := endStep(step)
		x = &expr.Index{X: x, I: i, Safe: safe, Chained: !safe, FromEnd: fromEnd, At: step.Pos()}
	}
	return x
}

// endStep takes apart createObject('value', i, 'fromEnd', true()).
func endStep(step expr.Node) (i expr.Node, fromEnd bool) {
	o, ok := step.(*expr.Object)
	if !ok || len(o.Members) != 2 {
		return step, false
	}
	first, _ := literalText(o.Members[0].Name)
	second, _ := literalText(o.Members[1].Name)
	end, ok := o.Members[1].Value.(*expr.Literal)
	if !ok || first != "value" || second != "fromEnd" {
		return step, false
	}
	fromEnd, _ = end.Value.Bool()
	return o.Members[0].Value, fromEnd
}

// indexFromEnd is indexFromEnd(array, n), and its safe form.
func indexFromEnd(n expr.Call) expr.Node {
	if len(n.Args) != 2 {
		return nil
	}
	safe := len(n.Name) > len("indexFromEnd")
	return &expr.Index{X: n.Args[0], I: n.Args[1], Safe: safe, FromEnd: true, At: n.At}
}
