package bicep

import (
	"strings"

	"palisade/arm"
	"palisade/expr"
	"palisade/template"
)

// extensionOf is the alias of the extension that has the type, "" for Azure
// itself. Bicep asks the extensions for their types; here Microsoft Graph is
// known by its namespace, and a type whose namespace has no dot belongs to the
// one other extension.
func (l *lowerer) extensionOf(typ string) string {
	namespace, _, _ := strings.Cut(typ, "/")
	graph := strings.EqualFold(namespace, "Microsoft.Graph")
	if typ == unreadable || !graph && strings.Contains(namespace, ".") {
		return ""
	}
	for _, d := range l.unit.source.decls {
		e, ok := d.(*extensionDecl)
		if ok && graph == isGraph(e) && !isBuiltinExtension(e) {
			return e.name.name
		}
	}
	if graph {
		return "microsoftGraph" // as a bicepconfig.json may provide it
	}
	return namespace
}

func isGraph(d *extensionDecl) bool {
	s, ok := d.spec.(*stringNode)
	return ok && strings.Contains(strings.ToLower(s.value), "microsoftgraph")
}

// extensionResource fills in a resource that isn't one of Azure. All members
// of its body are its properties.
func (l *lowerer) extensionResource(r *template.Resource, alias string, members []member, at arm.Pos) {
	r.Extension = alias
	r.Name, r.Parent, r.Target = l.extensionName(r.Symbol, members, at), nil, template.Target{}
	var properties []member
	for _, m := range members {
		if keyOf(m) != "dependsOn" {
			properties = append(properties, m)
		} else {
			r.DependsOn = l.dependsOn(m.value)
		}
	}
	body := []expr.ObjectMember{{Name: text("properties", at), Value: l.object(properties, at), At: at}}
	r.Body = &expr.Object{Members: body, At: at}
}

// extensionName is the property that tells the resource from others of its
// type, else its symbol.
func (l *lowerer) extensionName(symbol string, members []member, at arm.Pos) expr.Node {
	for _, path := range [...][]string{{"uniqueName"}, {"name"}, {"metadata", "name"}, {"appId"}} {
		if n := memberAt(members, path); n != nil {
			return l.expr(n)
		}
	}
	return text(symbol, at)
}

func memberAt(members []member, path []string) node {
	for _, m := range members {
		if keyOf(m) != path[0] {
			continue
		}
		if len(path) == 1 {
			return m.value
		}
		if o, ok := m.value.(*objectNode); ok {
			return memberAt(o.members, path[1:])
		}
	}
	return nil
}

// keyOf is the name of a member where it is written out, else "".
func keyOf(m member) string {
	if s, ok := m.key.(*stringNode); ok {
		return s.value
	}
	return ""
}
