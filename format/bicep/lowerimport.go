package bicep

import (
	"fmt"

	"palisade/arm"
	"palisade/expr"
	"palisade/template"
)

// imported is what a name of another file is called in the template; name is
// "" where it can't be brought in.
type imported struct {
	kind symbolKind
	name string
}

// importedValue lowers the use of an imported variable.
func (l *lowerer) importedValue(s *symbol, n *nameNode) expr.Node {
	return l.importedName(s, s.name, n.offset())
}

func (l *lowerer) importedName(s *symbol, name string, off int32) expr.Node {
	d := l.importedDeclaration(s, name, off)
	switch {
	case d.name == "":
		return notRead(name, "name "+quote(name)+" couldn't be imported", l.at(off))
	case d.kind != variableSymbol:
		return l.unknown(off, quote(name)+" isn't a value")
	}
	return &expr.Variable{Name: d.name, At: l.at(off)}
}

// importedDeclaration brings a declaration of an imported file into the
// template, with all that it refers to.
func (l *lowerer) importedDeclaration(s *symbol, name string, off int32) imported {
	from, ok := s.decl.(*importDecl).from.(*stringNode)
	if !ok {
		return imported{}
	}
	u, found := l.other(from)
	if u == nil {
		l.missing(from, found)
		return imported{}
	}
	d := l.bring(u, name)
	if d.name == "" {
		l.report(off, fmt.Sprintf("%s has no %s to import", quote(from.value), quote(name)))
	}
	return d
}

// missing reports once that an imported file isn't there.
func (l *lowerer) missing(from *stringNode, f found) {
	at := l.at(from.offset())
	for _, d := range l.t.Diagnostics {
		if d.Pos == at {
			return
		}
	}
	l.t.Diagnostics = append(l.t.Diagnostics, arm.Diagnostic{Severity: arm.Missing, Pos: at, Message: f.missing, Hint: f.hint})
}

// bring adds a declaration of another file to the template, once, under a name
// of its own.
func (l *lowerer) bring(u *unit, name string) imported {
	l.reportUnit(u)
	if u.source == nil {
		return l.bringJSON(u, name)
	}
	s := u.symbols[name]
	if s == nil {
		return imported{}
	}
	key := importKey{u, name}
	if known, ok := l.imported[key]; ok {
		return imported{s.kind, known}
	}
	own := l.prefix(u) + name
	l.imported[key] = own
	return l.inUnit(u, func() imported { return l.bringDeclaration(s, own) })
}

func (l *lowerer) bringDeclaration(s *symbol, name string) imported {
	switch d := s.decl.(type) {
	case *varDecl:
		l.t.Variables = append(l.t.Variables, &template.Variable{Name: name, Value: l.expr(d.value), At: l.at(d.name.at)})
	case *funcDecl:
		l.function(d, name)
	case *typeDecl:
		l.t.Types = append(l.t.Types, &template.NamedType{Name: name, Type: l.declaredType(d.typ, d.decorators), At: l.at(d.name.at)})
	default:
		return imported{}
	}
	return imported{s.kind, name}
}

// inUnit runs f with another file as the current one.
func (l *lowerer) inUnit(u *unit, f func() imported) imported {
	unit, locals, nested := l.unit, l.locals, l.nested
	l.unit, l.locals, l.nested = u, nil, nil
	result := f()
	l.unit, l.locals, l.nested = unit, locals, nested
	return result
}

func (l *lowerer) prefix(u *unit) string {
	if l.prefixes[u] == "" {
		l.prefixes[u] = fmt.Sprintf("_%d.", len(l.prefixes)+1)
	}
	return l.prefixes[u]
}

// reportUnit adds what is wrong with an imported file.
func (l *lowerer) reportUnit(u *unit) {
	if !l.reported[u] {
		l.reported[u] = true
		l.t.Diagnostics = append(l.t.Diagnostics, u.diagnostics...)
	}
}
