package bicep

import (
	"fmt"

	"palisade/arm"
	"palisade/expr"
	"palisade/template"
)

// lowerer turns the tree of one file into a template. While it lowers what the
// file imports, unit is the other file.
type lowerer struct {
	t      *template.Template
	unit   *unit
	locals []string            // names bound by lambdas, loops and functions; innermost last
	nested []map[string]string // symbols of the nested resources in view by name; innermost last

	resources map[string]*resourceInfo // by symbol
	imported  map[importKey]string     // names in t of what is imported
	prefixes  map[*unit]string
	reported  map[*unit]bool
	base      *arm.Object // of a parameter file: the values of the one that it extends
	resolving int         // types that are being resolved ahead of their turn
}

// importKey is a declaration in another file.
type importKey struct {
	unit *unit
	name string
}

// resourceInfo is what a reference to a resource or module needs to know.
type resourceInfo struct {
	typ, version string
	module       bool
	loop         *loopInfo         // nil for none
	nested       map[string]string // symbols of its nested resources by name
}

func newLowerer(u *unit) *lowerer {
	return &lowerer{
		t:         &template.Template{File: u.source.file},
		unit:      u,
		resources: map[string]*resourceInfo{},
		imported:  map[importKey]string{},
		prefixes:  map[*unit]string{},
		reported:  map[*unit]bool{u: true},
	}
}

func (l *lowerer) lower() *template.Template {
	l.t.Diagnostics = append(l.t.Diagnostics, l.unit.diagnostics...)
	for _, d := range l.unit.source.decls {
		if l.unit.counts(d) {
			l.register(d)
		}
	}
	for _, d := range l.unit.source.decls {
		if l.unit.counts(d) {
			l.declaration(d)
		}
	}
	l.t.Seal()
	return l.t
}

func (l *lowerer) declaration(d decl) {
	switch d := d.(type) {
	case *targetScopeDecl:
		l.targetScope(d)
	case *paramDecl:
		l.param(d)
	case *varDecl:
		l.t.Variables = append(l.t.Variables, &template.Variable{Name: d.name.name, Value: l.expr(d.value), At: l.at(d.name.at)})
	case *funcDecl:
		l.function(d, d.name.name)
	case *typeDecl:
		l.t.Types = append(l.t.Types, &template.NamedType{Name: d.name.name, Type: l.declaredType(d.typ, d.decorators), At: l.at(d.name.at)})
	case *outputDecl:
		l.output(d)
	case *resourceDecl:
		l.resource(d, nil)
	case *moduleDecl:
		l.module(d)
	}
}

// functionNamespace keeps user-defined functions apart from built-in ones.
const functionNamespace = "__bicep"

// function adds a user-defined function under a name.
func (l *lowerer) function(d *funcDecl, name string) {
	params := make([]string, len(d.params))
	for i, p := range d.params {
		params[i] = p.name
	}
	f := &template.Function{Namespace: functionNamespace, Name: name}
	l.t.Functions = append(l.t.Functions, f)
	f.Function = expr.Function{Params: params, Body: l.within(params, d.body), At: l.at(d.name.at)}
}

// within lowers a node in which some names are bound.
func (l *lowerer) within(names []string, n node) expr.Node {
	before := len(l.locals)
	l.locals = append(l.locals, names...)
	lowered := l.expr(n)
	l.locals = l.locals[:before]
	return lowered
}

func (l *lowerer) targetScope(d *targetScopeDecl) {
	s, _ := d.value.(*stringNode)
	switch {
	case s == nil:
		l.report(d.value.offset(), "the target scope must be written out")
	case s.value == "resourceGroup":
		l.t.Scope = template.ResourceGroup
	case s.value == "subscription":
		l.t.Scope = template.Subscription
	case s.value == "managementGroup":
		l.t.Scope = template.ManagementGroup
	case s.value == "tenant":
		l.t.Scope = template.Tenant
	default:
		l.report(d.value.offset(), fmt.Sprintf("target scope %s is none of resourceGroup, subscription, managementGroup and tenant", quote(s.value)))
	}
}

func (l *lowerer) param(d *paramDecl) {
	p := &template.Parameter{Name: d.name.name, Type: l.declaredType(d.typ, d.decorators), At: l.at(d.name.at)}
	if d.value != nil {
		p.Default = l.expr(d.value)
	}
	l.t.Parameters = append(l.t.Parameters, p)
}

func (l *lowerer) output(d *outputDecl) {
	value := l.expr(d.value)
	if s, ok := value.(*expr.Symbol); ok { // an output of a resource is its id
		value = &expr.Member{X: s, Name: "id", At: s.At}
	}
	l.t.Outputs = append(l.t.Outputs, &template.Output{
		Name: d.name.name, Type: l.declaredType(d.typ, d.decorators), Value: value, At: l.at(d.name.at)})
}

func (l *lowerer) at(off int32) arm.Pos { return l.unit.at(off) }

func (l *lowerer) report(off int32, message string) { l.reportAt(l.at(off), message) }

func (l *lowerer) reportAt(at arm.Pos, message string) {
	l.t.Diagnostics = append(l.t.Diagnostics, arm.Diagnostic{Pos: at, Message: message})
}

// unknown reports what is wrong with an expression, and is what stands for it.
func (l *lowerer) unknown(off int32, message string) expr.Node {
	l.report(off, message)
	return notRead("error", message, l.at(off))
}

func notRead(what, reason string, at arm.Pos) expr.Node {
	return &expr.Literal{Value: arm.Unk(arm.NotRead(what, reason, at))}
}

func literal(v arm.Value) expr.Node { return &expr.Literal{Value: v} }

func text(s string, at arm.Pos) expr.Node { return literal(arm.String(s, at)) }
