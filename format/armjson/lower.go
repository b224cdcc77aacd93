package armjson

import (
	"fmt"
	"strings"

	"palisade/arm"
	"palisade/expr"
)

// lowerer turns the JSON of one template into expressions. Nested templates
// with a scope of their own get one each.
type lowerer struct {
	names       *names
	parser      parser
	literals    map[string]*expr.Literal // member names, which are few and repeated
	diagnostics []arm.Diagnostic
}

func (l *lowerer) report(severity arm.Severity, pos arm.Pos, format string, args ...any) {
	l.diagnostics = append(l.diagnostics, arm.Diagnostic{Severity: severity, Pos: pos, Message: fmt.Sprintf(format, args...)})
}

func (l *lowerer) fail(pos arm.Pos, format string, args ...any) {
	l.report(arm.Error, pos, format, args...)
}

// node is v with the expressions in it.
func (l *lowerer) node(v arm.Value) expr.Node {
	if n := l.lower(v); n != nil {
		return n
	}
	return &expr.Literal{Value: v}
}

// optional is like node, but nil for what isn't written.
func (l *lowerer) optional(v arm.Value) expr.Node {
	if v.IsNull() {
		return nil
	}
	return l.node(v)
}

// lower returns nil where nothing in v is an expression, so that v stands for
// itself. It calls itself as deep as v is nested, which the reader limits.
func (l *lowerer) lower(v arm.Value) expr.Node {
	switch v.Kind() {
	case arm.StringKind:
		s, _ := v.Str()
		return l.lowerString(s, v.Pos())
	case arm.ArrayKind:
		items, _ := v.Items()
		return l.lowerArray(items, v.Pos())
	case arm.ObjectKind:
		o, _ := v.Object()
		return l.lowerMembers(o.Members(), v.Pos())
	}
	return nil
}

func (l *lowerer) lowerString(s string, at arm.Pos) expr.Node {
	if !inBrackets(s) {
		return nil
	}
	if isEscaped(s) {
		return &expr.Literal{Value: arm.String(s[1:], at)}
	}
	l.parser.names = l.names
	n, diagnostics := l.parser.parse(s, at)
	l.diagnostics = append(l.diagnostics, diagnostics...)
	return n
}

func (l *lowerer) lowerArray(items []arm.Value, at arm.Pos) expr.Node {
	var lowered []expr.ArrayItem
	for i, item := range items {
		n := l.lower(item)
		if n == nil {
			continue
		}
		if lowered == nil {
			lowered = make([]expr.ArrayItem, len(items))
		}
		lowered[i].Value = n
	}
	if lowered == nil {
		return nil
	}
	for i, item := range items {
		if lowered[i].Value == nil {
			lowered[i].Value = &expr.Literal{Value: item}
		}
	}
	return &expr.Array{Items: lowered, At: at}
}

// lowerMembers lowers an object of these members.
func (l *lowerer) lowerMembers(members []arm.Member, at arm.Pos) expr.Node {
	var lowered []expr.ObjectMember
	for i, m := range members {
		if loops, ok := copyLoops(m); ok {
			lowered = l.plainMembers(lowered, members[:i], len(members))
			for _, loop := range loops {
				lowered = append(lowered, expr.ObjectMember{Name: l.literal(loop.name), Value: l.forLoop(loop), At: loop.at})
			}
			continue
		}
		name, value := l.memberName(m), l.lower(m.Value)
		switch {
		case name == nil && value == nil && lowered == nil:
			continue
		case name == nil:
			name = l.literal(m.Name)
		}
		if value == nil {
			value = &expr.Literal{Value: m.Value}
		}
		lowered = append(l.plainMembers(lowered, members[:i], len(members)), expr.ObjectMember{Name: name, Value: value, At: m.Pos})
	}
	if lowered == nil {
		return nil
	}
	return &expr.Object{Members: lowered, At: at}
}

// plainMembers starts the members of an object with those that stand for
// themselves, unless it is started.
func (l *lowerer) plainMembers(lowered []expr.ObjectMember, plain []arm.Member, size int) []expr.ObjectMember {
	if lowered != nil {
		return lowered
	}
	lowered = make([]expr.ObjectMember, 0, size)
	for _, m := range plain {
		lowered = append(lowered, expr.ObjectMember{Name: l.literal(m.Name), Value: &expr.Literal{Value: m.Value}, At: m.Pos})
	}
	return lowered
}

// memberName is the name of a member where that is an expression, else nil.
func (l *lowerer) memberName(m arm.Member) expr.Node {
	if !strings.HasPrefix(m.Name, "[") {
		return nil
	}
	return l.lowerString(m.Name, m.Pos)
}

func (l *lowerer) literal(name string) *expr.Literal {
	n, ok := l.literals[name]
	if !ok {
		n = &expr.Literal{Value: arm.String(name, arm.Pos{})}
		l.literals[name] = n
	}
	return n
}
