package bicep

import (
	"strings"

	"palisade/arm"
	"palisade/expr"
)

// name lowers a name that is read.
func (l *lowerer) name(n *nameNode) expr.Node {
	at := l.at(n.offset())
	if l.isLocal(n.name) {
		return &expr.Local{Name: n.name, At: at}
	}
	if symbol := l.resourceSymbol(n.name); symbol != "" {
		return &expr.Symbol{Name: symbol, At: at}
	}
	s := l.unit.symbols[n.name]
	switch {
	case s == nil && n.name == "base" && l.base != nil:
		return literal(arm.Obj(l.base, at))
	case s == nil:
		return l.unknown(n.offset(), "name "+quote(n.name)+" is not declared")
	}
	switch s.kind {
	case paramSymbol:
		if _, ok := s.decl.(*assignDecl); ok {
			return &expr.Variable{Name: n.name, At: at}
		}
		return &expr.Parameter{Name: l.own(n.name), At: at}
	case variableSymbol:
		return &expr.Variable{Name: l.own(n.name), At: at}
	case importSymbol:
		return l.importedValue(s, n)
	}
	return l.unknown(n.offset(), quote(n.name)+" isn't a value")
}

// own is the name that a declaration of the current file has in the template.
func (l *lowerer) own(name string) string {
	if l.unit.source.file == l.t.File {
		return name
	}
	return l.bring(l.unit, name).name
}

func (l *lowerer) isLocal(name string) bool {
	for i := len(l.locals) - 1; i >= 0; i-- {
		if l.locals[i] == name {
			return true
		}
	}
	return false
}

// resourceSymbol is the symbol of the resource or module of that name, or "".
func (l *lowerer) resourceSymbol(name string) string {
	for i := len(l.nested) - 1; i >= 0; i-- {
		if symbol := l.nested[i][name]; symbol != "" {
			return symbol
		}
	}
	if s := l.unit.symbols[name]; s != nil && (s.kind == resourceSymbol || s.kind == moduleSymbol) {
		return name
	}
	return ""
}

// access lowers what follows a value: .name, [i], ::name. Once a step is safe,
// the rest of the chain, up to parentheses around it, isn't followed where that
// step gave null. chained reports that there is such a step in n.
func (l *lowerer) access(n node) (x expr.Node, chained bool) {
	switch n := n.(type) {
	case *memberNode:
		if v := l.namespaceMember(n); v != nil {
			return v, false
		}
		x, chained := l.access(n.x)
		return &expr.Member{X: x, Name: n.name, Safe: n.safe, Chained: chained, At: l.at(n.offset())}, (chained || n.safe) && !n.closed
	case *indexNode:
		return l.index(n)
	case *childNode:
		return l.child(n), false
	}
	return l.expr(n), false
}

func (l *lowerer) index(n *indexNode) (expr.Node, bool) {
	x, chained := l.access(n.x)
	goesOn := (chained || n.safe) && !n.closed
	i := l.expr(n.i)
	if s, ok := x.(*expr.Symbol); ok && s.Index == nil && l.isLoop(s) {
		return &expr.Symbol{Name: s.Name, Index: i, At: s.At}, goesOn
	}
	if name, ok := literalText(i); ok && !n.fromEnd {
		return &expr.Member{X: x, Name: name, Safe: n.safe, Chained: chained, At: l.at(n.offset())}, goesOn
	}
	return &expr.Index{X: x, I: i, Safe: n.safe, Chained: chained, FromEnd: n.fromEnd, At: l.at(n.offset())}, goesOn
}

// literalValue is the value of an expression that is written out.
func literalValue(n expr.Node) (arm.Value, bool) {
	if v, ok := n.(*expr.Literal); ok {
		return v.Value, true
	}
	return arm.Value{}, false
}

func literalText(n expr.Node) (string, bool) {
	v, _ := literalValue(n)
	return v.Str()
}

// child lowers parent::name.
func (l *lowerer) child(n *childNode) expr.Node {
	x, _ := l.access(n.x)
	parent, ok := x.(*expr.Symbol)
	if !ok || l.resources[parent.Name] == nil {
		return l.unknown(n.offset(), "only a resource has nested resources")
	}
	symbol := l.resources[parent.Name].nested[n.name]
	if symbol == "" {
		return l.unknown(n.offset(), "resource "+parent.Name+" has no nested resource "+quote(n.name))
	}
	return &expr.Symbol{Name: symbol, Index: parent.Index, At: l.at(n.offset())}
}

// namespaceMember lowers a variable of a file that is imported as a namespace;
// nil where n isn't that.
func (l *lowerer) namespaceMember(n *memberNode) expr.Node {
	s := l.namespace(n.x)
	if s == nil {
		return nil
	}
	return l.importedName(s, n.name, n.offset())
}

// namespace is the import that a name stands for, or nil.
func (l *lowerer) namespace(n node) *symbol {
	name, ok := n.(*nameNode)
	if !ok || l.isLocal(name.name) {
		return nil
	}
	if s := l.unit.symbols[name.name]; s != nil && s.kind == namespaceSymbol {
		return s
	}
	return nil
}

// isBuiltinNamespace reports whether n is sys or az, or an alias of them.
func (l *lowerer) isBuiltinNamespace(n node) bool {
	name, ok := n.(*nameNode)
	if !ok || l.isLocal(name.name) {
		return false
	}
	s := l.unit.symbols[name.name]
	if s == nil {
		return name.name == "sys" || name.name == "az"
	}
	d, ok := s.decl.(*extensionDecl)
	return ok && isBuiltinExtension(d)
}

// isBuiltinExtension reports whether an extension is sys or az itself, which
// may be declared to give it an alias or a configuration.
func isBuiltinExtension(d *extensionDecl) bool {
	s, ok := d.spec.(*stringNode)
	if !ok {
		return false
	}
	name, _, _ := strings.Cut(s.value, "@")
	return name == "sys" || name == "az"
}

// id is the id of a resource or module.
func id(s *expr.Symbol) expr.Node { return &expr.Member{X: s, Name: "id", At: s.At} }

// version is the API version of a resource as a node.
func (l *lowerer) version(s *expr.Symbol, at arm.Pos) expr.Node {
	if info := l.resources[s.Name]; info != nil {
		return text(info.version, at)
	}
	return text("", at)
}
