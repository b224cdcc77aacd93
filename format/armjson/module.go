package armjson

import (
	"strings"

	"palisade/arm"
	"palisade/expr"
	"palisade/template"
)

// module reads a deployment inside of a template: its template, which is
// written in it or linked, and the parameters given to it.
//
// Source: Microsoft Learn, "Use linked and nested templates when deploying
// Azure resources".
func (l *lowerer) module(r *template.Resource, around *template.Template, o *arm.Object) {
	properties := o.Get("properties")
	r.Module = &template.Module{Outer: !properties.Get("expressionEvaluationOptions", "scope").Is("inner")}
	if p, ok := properties.Object(); ok {
		l.moduleTemplate(r.Module, around, p)
		l.arguments(r.Module, p)
	} else if n := l.lower(properties); n != nil {
		r.Module.Value = &expr.Member{X: n, Name: "template", At: n.Pos()}
		r.Module.ArgumentsValue = &expr.Member{X: n, Name: "parameters", Safe: true, At: n.Pos()}
	} else {
		r.Module.Missing = "the deployment has no template"
	}
	r.Body = l.rest(o)
}

func (l *lowerer) moduleTemplate(m *template.Module, around *template.Template, properties *arm.Object) {
	v := properties.Get("template")
	switch v.Kind() {
	case arm.ObjectKind:
		m.Template = l.inner(m.Outer, around.File, v)
	case arm.NullKind:
		l.link(m, properties.Get("templateLink"))
	default:
		m.Value = l.node(v)
		m.Outer = false
	}
}

// inner builds a template nested in another one. With outer scope its
// expressions see the names of the template around it instead of its own.
func (l *lowerer) inner(outer bool, file *arm.File, v arm.Value) *template.Template {
	in := newLowerer(v)
	in.literals = l.literals
	if outer {
		in.names = l.names
	}
	return in.template(file, v)
}

func (l *lowerer) link(m *template.Module, link arm.Value) {
	m.Outer = false
	o, ok := link.Object()
	if !ok {
		if m.Link = l.lower(link); m.Link != nil {
			m.Link = &expr.Member{X: m.Link, Name: "uri", At: link.Pos()}
			return
		}
		m.Missing = "the deployment has neither a template nor a link to one"
		return
	}
	for _, member := range [...]string{"relativePath", "uri"} {
		if m.Link = l.optional(o.Get(member)); m.Link != nil {
			return
		}
	}
	m.Missing = "the template spec " + brief(o.Get("id").Text()) + " isn't a local file"
	m.Hint = "export it with az ts export and link to it with relativePath"
}

// arguments reads the parameters given to a deployment.
func (l *lowerer) arguments(m *template.Module, properties *arm.Object) {
	if link, ok := properties.Lookup("parametersLink"); ok {
		l.report(arm.Missing, link.Pos, "linked parameters are not read")
		m.ArgumentsValue = &expr.Literal{Value: arm.Unk(arm.NotRead("linked parameters", "linked parameters are not read", link.Pos))}
		return
	}
	v := properties.Get("parameters")
	o, ok := v.Object()
	if !ok {
		m.ArgumentsValue = l.optional(v)
		return
	}
	for _, arg := range o.Members() {
		m.Arguments = append(m.Arguments, l.argument(arg))
	}
}

// argument is one parameter. Its wrapping, {"value": …}, comes off where it is
// written out.
func (l *lowerer) argument(m arm.Member) template.Argument {
	a := template.Argument{Name: m.Name, At: m.Pos}
	o, ok := m.Value.Object()
	if ok && o.Len() == 1 {
		if value, ok := o.Lookup("value"); ok {
			a.Value = l.node(value.Value)
			return a
		}
	}
	a.Wrapped, a.Value = true, l.node(m.Value)
	return a
}

// rest is what is written on a deployment beside its properties, or nil.
func (l *lowerer) rest(o *arm.Object) expr.Node {
	var members []arm.Member
	for _, m := range o.Members() {
		if !isInstruction(m.Name) && !strings.EqualFold(m.Name, "properties") {
			members = append(members, m)
		}
	}
	if members == nil {
		return nil
	}
	if n := l.lowerMembers(members, arm.Pos{}); n != nil {
		return n
	}
	return &expr.Literal{Value: arm.Obj(arm.NewObject(members), arm.Pos{})}
}
