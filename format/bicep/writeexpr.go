package bicep

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"palisade/arm"
	"palisade/expr"
	"palisade/format/layout"
)

// lineWidth is up to where an object or array is kept on one line.
const lineWidth = 110

// wide is n where it may take several lines; margin is what the line that it
// starts on begins with. Small lists and objects stay on one line. It calls
// itself as deep as n is nested, which the layout limits.
func (w *writer) wide(n expr.Node, margin string) string {
	if s := w.expression(n); isSmall(n) && len(margin)+len(s) <= lineWidth {
		return s
	}
	switch n := n.(type) {
	case *expr.Object:
		return w.objectLines(n, margin)
	case *expr.Array:
		var b strings.Builder
		b.WriteString("[\n")
		for _, item := range n.Items {
			b.WriteString(margin + "  " + w.wide(item.Value, margin+"  ") + "\n")
		}
		return b.String() + margin + "]"
	case *expr.Literal:
		if isTextNode(n) {
			return "'''\n" + n.Value.Text() + "'''"
		}
	}
	return w.expression(n)
}

func isTextNode(n expr.Node) bool {
	l, ok := n.(*expr.Literal)
	if !ok {
		return false
	}
	s, ok := l.Value.Str()
	return ok && isText(s)
}

// isText reports whether s is several lines that a multi-line string can have
// in it, which has no escapes.
func isText(s string) bool {
	return strings.Count(s, "\n") > 1 && !strings.Contains(s, "'''") && !strings.HasSuffix(s, "'") &&
		!strings.ContainsFunc(s, func(c rune) bool { return c < ' ' && c != '\n' && c != '\t' })
}

func (w *writer) objectLines(o *expr.Object, margin string) string {
	var b strings.Builder
	b.WriteString("{\n")
	for _, m := range o.Members {
		b.WriteString(margin + "  " + w.name(m.Name) + ": " + w.wide(m.Value, margin+"  ") + "\n")
	}
	return b.String() + margin + "}"
}

// isSmall reports whether n reads well on one line: an object of few members
// without another one in it but in its last, a list without objects but one.
func isSmall(n expr.Node) bool {
	switch n := n.(type) {
	case *expr.Literal:
		return !isTextNode(n)
	case *expr.Object:
		for _, m := range n.Members {
			if isObject(m.Value) && len(n.Members) > 1 || !isSmall(m.Value) {
				return false
			}
		}
		return len(n.Members) <= 3
	case *expr.Array:
		for _, item := range n.Items {
			if isObject(item.Value) && len(n.Items) > 1 || !isSmall(item.Value) {
				return false
			}
		}
	}
	return true
}

func isObject(n expr.Node) bool {
	o, ok := n.(*expr.Object)
	return ok && len(o.Members) > 0
}

// name is the name of a member.
func (w *writer) name(n expr.Node) string {
	l, ok := n.(*expr.Literal)
	if !ok {
		return w.string([]expr.Node{n})
	}
	if s := l.Value.Text(); layout.IsName(s) && s != "true" && s != "false" && s != "null" {
		return s
	}
	return quotedText(l.Value.Text())
}

// expression is n on one line.
func (w *writer) expression(n expr.Node) string {
	switch n := n.(type) {
	case *expr.Literal:
		return w.literal(n.Value)
	case *expr.Object:
		members := make([]string, len(n.Members))
		for i, m := range n.Members {
			members[i] = w.name(m.Name) + ": " + w.expression(m.Value)
		}
		if len(members) == 0 {
			return "{}"
		}
		return "{ " + strings.Join(members, ", ") + " }"
	case *expr.Array:
		items := make([]string, len(n.Items))
		for i, item := range n.Items {
			items[i] = w.expression(item.Value)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case *expr.Join:
		return w.string(n.Parts)
	case *expr.Parameter:
		return n.Name
	case *expr.Variable:
		return n.Name
	case *expr.Symbol:
		return n.Name
	case *expr.Member:
		if layout.IsName(n.Name) {
			return w.operand(n.X) + "." + n.Name
		}
		return w.operand(n.X) + "[" + quotedText(n.Name) + "]"
	case *expr.Index:
		return w.operand(n.X) + "[" + w.expression(n.I) + "]"
	case *expr.If:
		return w.operand(n.Condition) + " ? " + w.operand(n.Then) + " : " + w.operand(n.Else)
	case *expr.Call:
		return w.call(n)
	}
	return "null" // a layout has no other nodes
}

// operatorOf says which functions of templates are operators in Bicep.
var operatorOf = map[string]string{
	"and": "&&", "or": "||", "equals": "==", "less": "<", "lessorequals": "<=", "greater": ">", "greaterorequals": ">=",
	"add": "+", "sub": "-", "mul": "*", "div": "/", "mod": "%", "coalesce": "??",
}

func (w *writer) call(n *expr.Call) string {
	name := strings.ToLower(n.Name)
	if op := operatorOf[name]; op != "" && len(n.Args) > 1 {
		args := make([]string, len(n.Args))
		for i, a := range n.Args {
			args[i] = w.operand(a)
		}
		return strings.Join(args, " "+op+" ")
	}
	if name == "not" && len(n.Args) == 1 {
		return "!" + w.operand(n.Args[0])
	}
	args := make([]string, len(n.Args))
	for i, a := range n.Args {
		args[i] = w.expression(a)
	}
	return n.Name + "(" + strings.Join(args, ", ") + ")"
}

// operand is n beside an operator.
func (w *writer) operand(n expr.Node) string {
	s := w.expression(n)
	switch n := n.(type) {
	case *expr.If:
		return "(" + s + ")"
	case *expr.Call:
		name := strings.ToLower(n.Name)
		if operatorOf[name] != "" || name == "not" {
			return "(" + s + ")"
		}
	}
	return s
}

func (w *writer) literal(v arm.Value) string {
	switch v.Kind() {
	case arm.StringKind:
		return quotedText(v.Text())
	case arm.NullKind:
		return "null"
	case arm.BoolKind, arm.IntKind:
		return v.Text()
	}
	return "json(" + quotedText(v.JSON()) + ")"
}

// string is a string with expressions in it.
func (w *writer) string(parts []expr.Node) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, p := range parts {
		if l, ok := p.(*expr.Literal); ok {
			b.WriteString(escapedText(l.Value.Text()))
			continue
		}
		b.WriteString("${" + w.expression(p) + "}")
	}
	b.WriteByte('\'')
	return b.String()
}

func quotedText(s string) string { return "'" + escapedText(s) + "'" }

// escapedText is s inside of quotes (Microsoft Learn, "Data types in Bicep",
// strings).
func escapedText(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case c == '\\' || c == '\'':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '$' && strings.HasPrefix(s[i+1:], "{"):
			b.WriteString(`\$`)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < ' ' || c == '\u2028' || c == '\u2029' || c == '\u0085':
			fmt.Fprintf(&b, `\u{%x}`, c)
		default:
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}
