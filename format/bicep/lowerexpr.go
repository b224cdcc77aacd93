package bicep

import (
	"palisade/arm"
	"palisade/expr"
)

// expr lowers an expression.
func (l *lowerer) expr(n node) expr.Node {
	at := l.at(n.offset())
	switch n := n.(type) {
	case *nullNode:
		return literal(arm.Null(at))
	case *boolNode:
		return literal(arm.Bool(n.value, at))
	case *intNode:
		return literal(arm.Int(n.value, at))
	case *stringNode:
		return text(n.value, at)
	case *joinNode:
		return l.join(n)
	case *nameNode:
		return l.name(n)
	case *callNode:
		return l.call(n)
	case *memberNode, *indexNode, *childNode:
		x, _ := l.access(n)
		return x
	case *assertNode:
		return l.expr(n.x)
	case *unaryNode:
		return l.unary(n)
	case *binaryNode:
		return l.binary(n)
	case *conditionalNode:
		return &expr.If{Condition: l.expr(n.condition), Then: l.expr(n.then), Else: l.expr(n.otherwise), At: at}
	case *arrayNode:
		return l.array(n)
	case *objectNode:
		return l.object(n.members, at)
	case *forNode:
		return l.loop(n)
	case *lambdaNode:
		names := identNames(n.params)
		return &expr.Lambda{Params: names, Body: l.within(names, n.body), At: at}
	case *badNode:
		return notRead("syntax error", n.message, at)
	}
	return l.unknown(n.offset(), "this isn't allowed here")
}

func identNames(idents []ident) []string {
	names := make([]string, len(idents))
	for i, id := range idents {
		names[i] = id.name
	}
	return names
}

func (l *lowerer) join(n *joinNode) expr.Node {
	at := l.at(n.offset())
	parts := make([]expr.Node, 0, 2*len(n.holes)+1)
	for i, s := range n.texts {
		if s != "" {
			parts = append(parts, text(s, at))
		}
		if i < len(n.holes) {
			parts = append(parts, l.expr(n.holes[i]))
		}
	}
	return &expr.Join{Parts: parts, At: at}
}

func (l *lowerer) unary(n *unaryNode) expr.Node {
	at := l.at(n.offset())
	if n.op == exclamation {
		return call("not", at, l.expr(n.x))
	}
	return call("sub", at, literal(arm.Int(0, at)), l.expr(n.x))
}

func call(name string, at arm.Pos, args ...expr.Node) *expr.Call {
	return &expr.Call{Name: name, Args: args, At: at}
}

func (l *lowerer) binary(n *binaryNode) expr.Node {
	at := l.at(n.offset())
	x, y := l.expr(n.x), l.expr(n.y)
	switch n.op {
	case notEqual:
		return call("not", at, call("equals", at, x, y))
	case equalFold:
		return call("equals", at, call("toLower", at, x), call("toLower", at, y))
	case notEqualFold:
		return call("not", at, call("equals", at, call("toLower", at, x), call("toLower", at, y)))
	}
	return call(operatorFunction(n.op), at, x, y)
}

// operatorFunction is the function that a binary operator is.
func operatorFunction(op kind) string {
	switch op {
	case coalesce:
		return "coalesce"
	case orOr:
		return "or"
	case andAnd:
		return "and"
	case equal:
		return "equals"
	case less:
		return "less"
	case lessEqual:
		return "lessOrEquals"
	case greater:
		return "greater"
	case greaterEqual:
		return "greaterOrEquals"
	case plus:
		return "add"
	case minus:
		return "sub"
	case star:
		return "mul"
	case slash:
		return "div"
	}
	return "mod"
}

func (l *lowerer) array(n *arrayNode) expr.Node {
	at := l.at(n.offset())
	items := make([]expr.ArrayItem, len(n.items))
	values := make([]arm.Value, 0, len(n.items))
	for i, it := range n.items {
		items[i] = expr.ArrayItem{Value: l.expr(it.value), Spread: it.spread}
		if v, ok := items[i].Value.(*expr.Literal); ok && !it.spread {
			values = append(values, v.Value)
		}
	}
	if len(values) == len(items) {
		return literal(arm.Array(values, at))
	}
	return &expr.Array{Items: items, At: at}
}

// object lowers the members of an object; one that is all written out becomes
// a literal.
func (l *lowerer) object(members []member, at arm.Pos) expr.Node {
	lowered := make([]expr.ObjectMember, len(members))
	values := make([]arm.Member, 0, len(members))
	for i, m := range members {
		lowered[i] = l.member(m)
		key, ok := m.key.(*stringNode)
		v, isLiteral := lowered[i].Value.(*expr.Literal)
		if ok && isLiteral {
			values = append(values, arm.Member{Name: key.value, Value: v.Value, Pos: lowered[i].At})
		}
	}
	if len(values) == len(members) {
		return literal(arm.Obj(arm.NewObject(values), at))
	}
	return &expr.Object{Members: lowered, At: at}
}

// member lowers a member. One whose name couldn't be read could be any.
func (l *lowerer) member(m member) expr.ObjectMember {
	switch key := m.key.(type) {
	case nil:
		return expr.ObjectMember{Value: l.expr(m.value), Spread: true, At: l.at(m.value.offset())}
	case *badNode:
		return expr.ObjectMember{Value: l.expr(key), Spread: true, At: l.at(key.offset())}
	}
	return expr.ObjectMember{Name: l.expr(m.key), Value: l.expr(m.value), At: l.at(m.key.offset())}
}

// loop lowers a loop that makes an array.
func (l *lowerer) loop(n *forNode) expr.Node {
	return &expr.For{Items: l.expr(n.in), Item: n.item.name, Index: n.index.name,
		Body: l.within([]string{n.item.name, n.index.name}, n.body), At: l.at(n.offset())}
}
