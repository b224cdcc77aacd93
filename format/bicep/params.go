package bicep

import (
	"fmt"

	"palisade/arm"
	"palisade/expr"
	"palisade/template"
)

// Parameters is what a parameter file says.
type Parameters struct {
	// Using is the path of the template it is for, "" for none.
	Using string
	// Values are the parameters in the order in which they are given.
	Values      []arm.Member
	Diagnostics []arm.Diagnostic
}

// extendsLimit bounds chains of parameter files that extend each other.
const extendsLimit = 32

// Parameters reads a .bicepparam file with those that it extends. The error is
// about the file as such: what is wrong inside of it is in the diagnostics.
func (l *Loader) Parameters(path string) (*Parameters, error) {
	u := l.unit(path)
	if u.err != nil {
		return nil, u.err
	}
	if u.source == nil {
		return nil, fmt.Errorf("it isn't a .bicepparam file")
	}
	return u.parameters(0), nil
}

func (u *unit) parameters(depth int) *Parameters {
	lower := newLowerer(u)
	p := &Parameters{}
	base := arm.NewObject(nil)
	for _, d := range u.source.decls {
		switch d := d.(type) {
		case *usingDecl:
			p.Using = lower.usingPath(d)
		case *extendsDecl:
			base = lower.extended(p, d, depth)
		}
	}
	lower.base = base
	result := template.Evaluate(template.Input{Template: lower.assignments()})
	p.Diagnostics = append(p.Diagnostics, result.Diagnostics...)
	values := append([]arm.Member{}, base.Members()...)
	for _, o := range result.Outputs {
		values = append(values, arm.Member{Name: o.Name, Value: o.Value, Pos: o.Pos})
	}
	p.Values = arm.NewObject(values).Members()
	return p
}

// usingPath is the path of the template that the file is for.
func (l *lowerer) usingPath(d *usingDecl) string {
	s, ok := d.path.(*stringNode)
	if !ok || s.value == "" {
		return ""
	}
	f := l.unit.resolve(s.value)
	if f.path == "" {
		l.missing(s, f)
	}
	return f.path
}

// extended are the values of the file that this one extends.
func (l *lowerer) extended(p *Parameters, d *extendsDecl, depth int) *arm.Object {
	s, ok := d.path.(*stringNode)
	if !ok {
		return arm.NewObject(nil)
	}
	if depth >= extendsLimit {
		l.report(s.offset(), fmt.Sprintf("more than %d parameter files extend each other", extendsLimit))
		return arm.NewObject(nil)
	}
	u, f := l.other(s)
	switch {
	case u == nil:
		l.missing(s, f)
		return arm.NewObject(nil)
	case u.source == nil:
		l.report(s.offset(), quote(s.value)+" isn't a .bicepparam file")
		return arm.NewObject(nil)
	}
	base := u.parameters(depth + 1)
	p.Diagnostics = append(p.Diagnostics, base.Diagnostics...)
	if p.Using == "" {
		p.Using = base.Using
	}
	return arm.NewObject(base.Values)
}

// assignments is the file as a template: each value is a variable, so that
// others may refer to it, and an output.
func (l *lowerer) assignments() *template.Template {
	l.t.Diagnostics = append(l.t.Diagnostics, l.unit.diagnostics...)
	for _, d := range l.unit.source.decls {
		a, ok := d.(*assignDecl)
		if !ok {
			l.declaration(d)
			continue
		}
		at := l.at(a.name.at)
		l.t.Variables = append(l.t.Variables, &template.Variable{Name: a.name.name, Value: l.expr(a.value), At: at})
		l.t.Outputs = append(l.t.Outputs, &template.Output{Name: a.name.name, Value: &expr.Variable{Name: a.name.name, At: at}, At: at})
	}
	l.t.Seal()
	return l.t
}

// vaultSecret lowers az.getSecret(subscription, group, vault, secret), which a
// parameter file takes a value from.
func (l *lowerer) vaultSecret(n *callNode) expr.Node {
	at := l.at(n.offset())
	args := l.exprs(n.args)
	vault := call("resourceId", at, args[0], args[1], text("Microsoft.KeyVault/vaults", at), args[2])
	return call("getSecret", at, vault, args[3])
}
