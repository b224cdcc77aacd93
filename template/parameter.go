package template

import (
	"fmt"

	"palisade/arm"
)

// bind finds the value of a parameter: what is given, else its default, else
// null where that is allowed, else unknown.
func (d *deployment) bind(p *Parameter) arm.Value {
	typ := d.t.Resolve(p.Type)
	v, ok := d.given(p.Name)
	if ok && !(v.IsNull() && !typ.Nullable) {
		return d.accept(p, typ, v)
	}
	switch {
	case p.Default != nil:
		return d.env().Eval(p.Default)
	case typ.Nullable:
		return arm.Null(p.At)
	}
	if d.depth > 0 {
		d.Report(arm.Diagnostic{Pos: p.At, Message: fmt.Sprintf("module parameter %q has no value", p.Name)})
	}
	return arm.Unk(arm.Parameter(p.Name, typ.Secure, p.At))
}

// accept checks a given value. That of a secure parameter is not looked at
// again: it stays an unknown that is known to be secret, with the reason why it
// isn't known here if it was given from outside. A secret of a key vault stays
// what it is.
func (d *deployment) accept(p *Parameter, typ Type, v arm.Value) arm.Value {
	if problem, severity := d.t.check(v, p.Type); problem != "" {
		at := v.Pos()
		if !at.IsValid() {
			at = p.At
		}
		d.Report(arm.Diagnostic{Severity: severity, Pos: at, Message: fmt.Sprintf("value of parameter %q %s", p.Name, problem)})
	}
	u, unknown := v.Unknown()
	if !typ.Secure || d.depth > 0 || unknown && !isInput(u) {
		return v
	}
	hidden := arm.Parameter(p.Name, true, p.At)
	if unknown {
		hidden.Reason = u.Why()
	}
	return arm.Unk(hidden)
}

// isInput reports whether a value is made of what is given from outside alone.
func isInput(u *arm.Unknown) bool {
	for _, root := range u.Roots() {
		if !root.Input {
			return false
		}
	}
	return true
}

// gave reports whether a value was given that isn't itself a parameter without
// one. That of a secure parameter isn't seen in its value.
func (d *deployment) gave(name string) bool {
	v, ok := d.given(name)
	u, unknown := v.Unknown()
	return ok && !v.IsNull() && (!unknown || u.Op != arm.OpParameter)
}

// open lists the parameters that have no value.
func (d *deployment) open() []OpenParameter {
	var out []OpenParameter
	for i, p := range d.t.Parameters {
		u, ok := d.parameters[i].value.Unknown()
		if d.parameters[i].state != evaluated || !ok || u.Op != arm.OpParameter || d.gave(p.Name) {
			continue
		}
		typ := d.t.Resolve(p.Type)
		values := typ.Allowed
		if typ.Kind == BoolType && values == nil {
			values = []arm.Value{arm.Bool(true, p.At), arm.Bool(false, p.At)}
		}
		if typ.Kind == ArrayType {
			values = nil // allowed are the items
		}
		out = append(out, OpenParameter{Name: p.Name, Values: values, Pos: p.At})
	}
	return out
}
