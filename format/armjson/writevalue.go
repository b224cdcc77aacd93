package armjson

import (
	"strconv"
	"strings"

	"palisade/arm"
	"palisade/expr"
	"palisade/format/layout"
)

// value is an expression as a value of the template: literals stand for
// themselves, everything else is a string in brackets.
func (w *writer) value(n expr.Node) arm.Value {
	switch n := n.(type) {
	case *expr.Literal:
		return literal(n.Value)
	case *expr.Object:
		members := make([]arm.Member, len(n.Members))
		for i, m := range n.Members {
			members[i] = member(w.value(m.Name).Text(), w.value(m.Value))
		}
		return arm.Obj(arm.NewObject(members), arm.Pos{})
	case *expr.Array:
		items := make([]arm.Value, len(n.Items))
		for i, item := range n.Items {
			items[i] = w.value(item.Value)
		}
		return arm.Array(items, arm.Pos{})
	}
	return text("[" + w.expression(n) + "]")
}

func literal(v arm.Value) arm.Value {
	if s, ok := v.Str(); ok {
		return text(escaped(s))
	}
	return v
}

// escaped keeps text from being read as an expression.
func escaped(s string) string {
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		return "[" + s
	}
	return s
}

// expression is n as it stands between the brackets.
func (w *writer) expression(n expr.Node) string {
	switch n := n.(type) {
	case *expr.Literal:
		return w.constant(n.Value)
	case *expr.Object:
		args := make([]string, 0, 2*len(n.Members))
		for _, m := range n.Members {
			args = append(args, w.expression(m.Name), w.expression(m.Value))
		}
		return called("createObject", args)
	case *expr.Array:
		args := make([]string, len(n.Items))
		for i, item := range n.Items {
			args[i] = w.expression(item.Value)
		}
		return called("createArray", args)
	case *expr.Join:
		return w.join(n)
	case *expr.Parameter:
		return "parameters(" + quoted(n.Name) + ")"
	case *expr.Variable:
		return "variables(" + quoted(n.Name) + ")"
	case *expr.Symbol:
		return w.whole(n)
	case *expr.Member:
		return w.member(n)
	case *expr.Index:
		return w.expression(n.X) + "[" + w.expression(n.I) + "]"
	case *expr.If:
		return called("if", w.expressions(n.Condition, n.Then, n.Else))
	case *expr.Call:
		return called(n.Name, w.expressions(n.Args...))
	}
	return "null()" // a layout has no other nodes
}

func (w *writer) expressions(nodes ...expr.Node) []string {
	out := make([]string, len(nodes))
	for i, n := range nodes {
		out[i] = w.expression(n)
	}
	return out
}

func (w *writer) constant(v arm.Value) string {
	switch v.Kind() {
	case arm.StringKind:
		return quoted(v.Text())
	case arm.NullKind:
		return "null()"
	case arm.BoolKind:
		return v.Text() + "()"
	case arm.IntKind:
		return v.Text()
	}
	return called("json", []string{quoted(v.JSON())})
}

// join is string interpolation by format, whose braces are doubled.
func (w *writer) join(n *expr.Join) string {
	var pattern strings.Builder
	var args []string
	for _, p := range n.Parts {
		if s, ok := literalText(p); ok {
			pattern.WriteString(braces.Replace(s))
			continue
		}
		pattern.WriteString("{" + strconv.Itoa(len(args)) + "}")
		args = append(args, w.expression(p))
	}
	return called("format", append([]string{quoted(pattern.String())}, args...))
}

var braces = strings.NewReplacer("{", "{{", "}", "}}")

// whole is the state of a resource.
func (w *writer) whole(s *expr.Symbol) string {
	r := w.file.Resource(s.Name)
	w.asked[r] = true
	return called("reference", []string{quoted(s.Name), quoted(r.APIVersion), quoted("full")})
}

func (w *writer) member(n *expr.Member) string {
	if s, ok := n.X.(*expr.Symbol); ok {
		r := w.file.Resource(s.Name)
		switch n.Name {
		case "id":
			return w.id(r)
		case "properties":
			w.asked[r] = true
			return called("reference", []string{quoted(s.Name)})
		}
	}
	if !layout.IsName(n.Name) {
		return w.expression(n.X) + "[" + quoted(n.Name) + "]"
	}
	return w.expression(n.X) + "." + n.Name
}

// id is the expression of a resource's id: Resource Manager has no other way
// to ask for it.
func (w *writer) id(r *layout.Resource) string { return w.expression(w.file.ID(r.Identity)) }

func called(name string, args []string) string { return name + "(" + strings.Join(args, ", ") + ")" }

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
