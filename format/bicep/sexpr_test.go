package bicep

import (
	"fmt"
	"strconv"
	"strings"
)

// sexpr writes a tree as nested lists, one declaration after another.
func sexpr(s *source) string {
	var b strings.Builder
	for _, d := range s.decls {
		b.WriteString(showDecl(d) + "\n")
	}
	return b.String()
}

func showDecl(d decl) string {
	switch d := d.(type) {
	case *targetScopeDecl:
		return d.show("targetScope", show(d.value))
	case *metadataDecl:
		return d.show("metadata", show(d.value))
	case *paramDecl:
		return d.show("param", showType(d.typ), show(d.value))
	case *assignDecl:
		return d.show("param", show(d.value))
	case *varDecl:
		return d.show("var", showType(d.typ), show(d.value))
	case *outputDecl:
		return d.show("output", showType(d.typ), show(d.value))
	case *typeDecl:
		return d.show("type", showType(d.typ))
	case *funcDecl:
		params := ""
		for _, p := range d.params {
			params += list(p.name, showType(p.typ))
		}
		return d.show("func", "("+params+")", showType(d.result), show(d.body))
	case *resourceDecl:
		return showResource(d)
	case *moduleDecl:
		return d.show("module", show(d.path), show(d.body))
	case *testDecl:
		return d.show("test", show(d.path), show(d.body))
	case *assertDecl:
		return d.show("assert", show(d.value))
	case *importDecl:
		return d.show("import", showImport(d), show(d.from))
	case *extensionDecl:
		return d.show("extension", show(d.spec), show(d.config))
	case *configDecl:
		return d.show("extensionConfig", show(d.config))
	case *usingDecl:
		return d.show("using", show(d.path), show(d.config))
	case *extendsDecl:
		return d.show("extends", show(d.path))
	case *badDecl:
		return d.show("bad")
	}
	return fmt.Sprintf("%T", d)
}

func (h *header) show(keyword string, parts ...string) string {
	parts = append([]string{keyword, h.name.name}, parts...)
	return list(append(parts, showDecorators(h.decorators)...)...)
}

func showResource(d *resourceDecl) string {
	existing := ""
	if d.existing {
		existing = "existing"
	}
	return d.show("resource", show(d.typ), existing, show(d.body))
}

func showImport(d *importDecl) string {
	if d.wildcard.name != "" {
		return "* " + d.wildcard.name
	}
	var items []string
	for _, it := range d.items {
		items = append(items, it.name.name+":"+it.alias.name)
	}
	return list(items...)
}

func showDecorators(decorators []decorator) []string {
	var parts []string
	for _, d := range decorators {
		name := "@" + d.name
		if d.namespace != "" {
			name = "@" + d.namespace + "." + d.name
		}
		parts = append(parts, list(append([]string{name}, showAll(d.args)...)...))
	}
	return parts
}

// list is a list of the parts that aren't empty.
func list(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return "(" + strings.Join(kept, " ") + ")"
}

func showAll(nodes []node) []string {
	var parts []string
	for _, n := range nodes {
		parts = append(parts, show(n))
	}
	return parts
}

func show(n node) string {
	switch n := n.(type) {
	case nil:
		return ""
	case *nullNode:
		return "null"
	case *boolNode:
		return strconv.FormatBool(n.value)
	case *intNode:
		return strconv.FormatInt(n.value, 10)
	case *stringNode:
		return strconv.Quote(n.value)
	case *joinNode:
		return showJoin(n)
	case *nameNode:
		return n.name
	case *callNode:
		return list(append([]string{"call", show(n.on), n.name}, showAll(n.args)...)...)
	case *memberNode:
		return list(mark(".", n.safe, "?"), show(n.x), n.name)
	case *childNode:
		return list("::", show(n.x), n.name)
	case *indexNode:
		return list(mark("[", n.safe, "?")+mark("", n.fromEnd, "^")+"]", show(n.x), show(n.i))
	case *assertNode:
		return list("assert-not-null", show(n.x))
	case *unaryNode:
		return list(operators[n.op], show(n.x))
	case *binaryNode:
		return list(operators[n.op], show(n.x), show(n.y))
	case *conditionalNode:
		return list("?", show(n.condition), show(n.then), show(n.otherwise))
	case *arrayNode:
		return showArray(n)
	case *objectNode:
		return showObject(n)
	case *forNode:
		return list("for", n.item.name, n.index.name, show(n.in), show(n.body))
	case *ifNode:
		return list("if", show(n.condition), show(n.body))
	case *lambdaNode:
		params := []string{}
		for _, p := range n.params {
			params = append(params, p.name)
		}
		return list("lambda", list(params...), show(n.body))
	case *badNode:
		return "BAD"
	}
	return fmt.Sprintf("%T", n)
}

func mark(s string, is bool, m string) string {
	if is {
		return s + m
	}
	return s
}

func showJoin(n *joinNode) string {
	parts := []string{"join", strconv.Quote(n.texts[0])}
	for i, hole := range n.holes {
		parts = append(parts, show(hole), strconv.Quote(n.texts[i+1]))
	}
	return list(parts...)
}

func showArray(n *arrayNode) string {
	parts := []string{"array"}
	for _, it := range n.items {
		parts = append(parts, mark("", it.spread, "...")+show(it.value))
	}
	return list(parts...)
}

func showObject(n *objectNode) string {
	parts := []string{"object"}
	for _, m := range n.members {
		if m.key == nil {
			parts = append(parts, "..."+show(m.value))
			continue
		}
		parts = append(parts, show(m.key)+": "+show(m.value))
	}
	for _, r := range n.nested {
		parts = append(parts, showResource(r))
	}
	return list(parts...)
}

var operators = map[kind]string{
	exclamation: "!", minus: "-", plus: "+", star: "*", slash: "/", percent: "%", less: "<", lessEqual: "<=",
	greater: ">", greaterEqual: ">=", equal: "==", notEqual: "!=", equalFold: "=~", notEqualFold: "!~",
	andAnd: "&&", orOr: "||", coalesce: "??",
}

func showType(t typeNode) string {
	switch t := t.(type) {
	case nil:
		return ""
	case *namedType:
		return t.name
	case *literalType:
		return show(t.value)
	case *memberType:
		return list(".", showType(t.x), t.name)
	case *itemType:
		if t.index == nil {
			return list("[*]", showType(t.x))
		}
		return list("[]", showType(t.x), show(t.index))
	case *arrayType:
		return list("array-of", showType(t.x))
	case *nullableType:
		return list("nullable", showType(t.x))
	case *nonNullType:
		return list("non-null", showType(t.x))
	case *unionType:
		parts := []string{"|"}
		for _, m := range t.members {
			parts = append(parts, showType(m))
		}
		return list(parts...)
	case *tupleType:
		return showTypeMembers("tuple", t.items)
	case *objectType:
		return showTypeMembers("object-type", t.members)
	case *genericType:
		parts := []string{"generic", showType(t.on), t.name}
		for _, a := range t.args {
			parts = append(parts, showType(a))
		}
		return list(parts...)
	case *resourceType:
		return list("resource", show(t.typ))
	case *badNode:
		return "BAD"
	}
	return fmt.Sprintf("%T", t)
}

func showTypeMembers(kind string, members []typeMember) string {
	parts := []string{kind}
	for _, m := range members {
		key := show(m.key)
		if m.rest {
			key = "*"
		}
		parts = append(parts, list(append([]string{key, showType(m.typ)}, showDecorators(m.decorators)...)...))
	}
	return list(parts...)
}
