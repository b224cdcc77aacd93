package bicep

import (
	"strings"

	"palisade/expr"
	"palisade/template"
)

// bringJSON adds a declaration of a compiled module to the template, with all
// others of its kind that it may refer to, under names with a prefix.
func (l *lowerer) bringJSON(u *unit, name string) imported {
	if _, known := l.prefixes[u]; !known {
		l.copyJSON(u.asTemplate(), l.prefix(u))
	}
	return l.find(l.prefix(u) + name)
}

// find is the declaration of that name that was brought in.
func (l *lowerer) find(name string) imported {
	for _, t := range l.t.Types {
		if strings.EqualFold(t.Name, name) {
			return imported{typeSymbol, t.Name}
		}
	}
	for _, v := range l.t.Variables {
		if strings.EqualFold(v.Name, name) {
			return imported{variableSymbol, v.Name}
		}
	}
	for _, f := range l.t.Functions {
		if strings.EqualFold(f.Name, name) {
			return imported{functionSymbol, f.Name}
		}
	}
	return imported{}
}

func (l *lowerer) copyJSON(from *template.Template, prefix string) {
	r := renamer{prefix}
	for _, t := range from.Types {
		l.t.Types = append(l.t.Types, &template.NamedType{Name: prefix + t.Name, Type: r.typ(t.Type), At: t.At})
	}
	for _, v := range from.Variables {
		l.t.Variables = append(l.t.Variables, &template.Variable{Name: prefix + v.Name, Value: r.node(v.Value), At: v.At})
	}
	for _, f := range from.Functions {
		if f.Namespace != functionNamespace {
			continue
		}
		body := expr.Function{Params: f.Params, Body: r.node(f.Body), At: f.At}
		l.t.Functions = append(l.t.Functions, &template.Function{Namespace: functionNamespace, Name: prefix + f.Name, Function: body})
	}
}

// renamer copies types and expressions with a prefix on the names of types,
// variables and functions.
type renamer struct{ prefix string }

func (r renamer) typ(t *template.Type) *template.Type {
	if t == nil {
		return nil
	}
	out := *t
	if t.Ref != "" {
		out.Ref = r.prefix + t.Ref
	}
	out.Items = r.typ(t.Items)
	out.Properties = make([]template.Property, len(t.Properties))
	for i, p := range t.Properties {
		out.Properties[i] = template.Property{Name: p.Name, Type: r.typ(p.Type)}
	}
	return &out
}

func (r renamer) nodes(nodes []expr.Node) []expr.Node {
	out := make([]expr.Node, len(nodes))
	for i, n := range nodes {
		out[i] = r.node(n)
	}
	return out
}

func (r renamer) node(n expr.Node) expr.Node {
	switch n := n.(type) {
	case *expr.Variable:
		return &expr.Variable{Name: r.prefix + n.Name, At: n.At}
	case *expr.Call:
		out := &expr.Call{Namespace: n.Namespace, Name: n.Name, Args: r.nodes(n.Args), At: n.At}
		if n.Namespace == functionNamespace {
			out.Name = r.prefix + n.Name
		}
		return out
	case *expr.Object:
		return r.object(n)
	case *expr.Array:
		items := make([]expr.ArrayItem, len(n.Items))
		for i, it := range n.Items {
			items[i] = expr.ArrayItem{Value: r.node(it.Value), Spread: it.Spread}
		}
		return &expr.Array{Items: items, At: n.At}
	case *expr.Join:
		return &expr.Join{Parts: r.nodes(n.Parts), At: n.At}
	case *expr.Member:
		return &expr.Member{X: r.node(n.X), Name: n.Name, Safe: n.Safe, Chained: n.Chained, At: n.At}
	case *expr.Index:
		return &expr.Index{X: r.node(n.X), I: r.node(n.I), Safe: n.Safe, Chained: n.Chained, FromEnd: n.FromEnd, At: n.At}
	case *expr.If:
		return &expr.If{Condition: r.node(n.Condition), Then: r.node(n.Then), Else: r.node(n.Else), At: n.At}
	case *expr.For:
		return r.loop(n)
	case *expr.Lambda:
		return &expr.Lambda{Params: n.Params, Body: r.node(n.Body), At: n.At}
	}
	return n // literals, parameters and locals
}

func (r renamer) object(n *expr.Object) expr.Node {
	members := make([]expr.ObjectMember, len(n.Members))
	for i, m := range n.Members {
		members[i] = expr.ObjectMember{Value: r.node(m.Value), Spread: m.Spread, At: m.At}
		if m.Name != nil {
			members[i].Name = r.node(m.Name)
		}
	}
	return &expr.Object{Members: members, At: n.At}
}

func (r renamer) loop(n *expr.For) expr.Node {
	out := &expr.For{Items: r.node(n.Items), Item: n.Item, Index: n.Index, Body: r.node(n.Body), At: n.At}
	if n.Filter != nil {
		out.Filter = r.node(n.Filter)
	}
	return out
}
