package armjson

import (
	"strings"

	"palisade/arm"
	"palisade/expr"
	"palisade/template"
)

// NewTemplate builds the template that v, the content of file, describes, with
// the deployments nested in it. What is wrong with it is in its diagnostics;
// problems are those that were found when the file was read, which become
// part of them.
func NewTemplate(file *arm.File, v arm.Value, problems ...arm.Diagnostic) *template.Template {
	l := newLowerer(v)
	l.diagnostics = problems
	return l.template(file, v)
}

func newLowerer(v arm.Value) *lowerer {
	return &lowerer{
		names:    &names{parameters: declaredNames(v.Get("parameters")), variables: declaredVariables(v.Get("variables"))},
		literals: map[string]*expr.Literal{},
	}
}

func declaredNames(v arm.Value) map[string]string {
	declared := map[string]string{}
	o, ok := v.Object()
	if !ok {
		return declared
	}
	for _, m := range o.Members() {
		declared[m.Name] = m.Name
		declared[strings.ToLower(m.Name)] = m.Name
	}
	return declared
}

func declaredVariables(v arm.Value) map[string]string {
	declared := declaredNames(v)
	o, ok := v.Object()
	if !ok {
		return declared
	}
	m, _ := o.Lookup("copy")
	loops, _ := copyLoops(m)
	for _, loop := range loops {
		declared[loop.name] = loop.name
		declared[strings.ToLower(loop.name)] = loop.name
	}
	return declared
}

func (l *lowerer) template(file *arm.File, v arm.Value) *template.Template {
	t := &template.Template{File: file, Scope: scopeOf(v)}
	if o, ok := v.Object(); ok {
		l.fill(t, o)
	} else if !v.IsUnknown() || len(l.diagnostics) == 0 {
		l.fail(v.Pos(), "template is %s, not object", v.Kind())
	}
	t.Diagnostics = l.diagnostics
	t.Seal()
	return t
}

func (l *lowerer) fill(t *template.Template, o *arm.Object) {
	for _, m := range l.section(o, "definitions") {
		t.Types = append(t.Types, &template.NamedType{Name: m.Name, Type: l.typ(m.Value), At: m.Pos})
	}
	for _, m := range l.section(o, "parameters") {
		t.Parameters = append(t.Parameters, l.parameter(m))
	}
	for _, m := range l.section(o, "variables") {
		t.Variables = append(t.Variables, l.variable(m)...)
	}
	t.Functions = l.functions(o.Get("functions"))
	l.resources(t, o)
	for _, m := range l.section(o, "outputs") {
		t.Outputs = append(t.Outputs, l.output(m))
	}
}

// section returns the members of a part of the template that is an object.
func (l *lowerer) section(o *arm.Object, name string) []arm.Member {
	v := o.Get(name)
	if inner, ok := v.Object(); ok {
		return inner.Members()
	}
	if !v.IsNull() {
		l.fail(v.Pos(), "%s is %s, not object", name, v.Kind())
	}
	return nil
}

// scopeOf reads the scope from $schema; most templates are for a resource group.
func scopeOf(v arm.Value) template.Scope {
	s, _ := v.Get("$schema").Str()
	s = strings.ToLower(s)
	switch {
	case strings.Contains(s, "subscriptiondeploymenttemplate"):
		return template.Subscription
	case strings.Contains(s, "managementgroupdeploymenttemplate"):
		return template.ManagementGroup
	case strings.Contains(s, "tenantdeploymenttemplate"):
		return template.Tenant
	}
	return template.ResourceGroup
}

func (l *lowerer) parameter(m arm.Member) *template.Parameter {
	p := &template.Parameter{Name: m.Name, Type: l.typ(m.Value), At: m.Pos}
	o, ok := m.Value.Object()
	if !ok {
		return p
	}
	if d, ok := o.Lookup("defaultValue"); ok {
		p.Default = l.node(d.Value)
	}
	return p
}

// variable is one variable, or those that the loops of "copy" make.
func (l *lowerer) variable(m arm.Member) []*template.Variable {
	loops, ok := copyLoops(m)
	if !ok {
		return []*template.Variable{{Name: m.Name, Value: l.node(m.Value), At: m.Pos}}
	}
	variables := make([]*template.Variable, len(loops))
	for i, loop := range loops {
		variables[i] = &template.Variable{Name: loop.name, Value: l.forLoop(loop), At: loop.at}
	}
	return variables
}

func (l *lowerer) output(m arm.Member) *template.Output {
	out := &template.Output{Name: m.Name, Type: l.typ(m.Value), At: m.Pos}
	o, ok := m.Value.Object()
	if !ok {
		out.Value = l.node(arm.Null(m.Pos))
		return out
	}
	out.Condition = l.optional(o.Get("condition"))
	loop, isLoop := o.Get("copy").Object()
	value, hasValue := o.Lookup("value")
	switch {
	case isLoop:
		out.Value = l.forLoop(copyLoop{count: loop.Get("count"), input: loop.Get("input"), at: m.Pos})
	case hasValue:
		out.Value = l.node(value.Value)
	default:
		l.fail(m.Pos, "output %s has no value", m.Name)
		out.Value = l.node(arm.Null(m.Pos))
	}
	return out
}

// functions reads the user-defined functions, which come in namespaces.
func (l *lowerer) functions(v arm.Value) []*template.Function {
	if v.IsNull() {
		return nil
	}
	spaces, ok := v.Items()
	if !ok {
		l.fail(v.Pos(), "functions is %s, not array", v.Kind())
	}
	var functions []*template.Function
	for _, space := range spaces {
		o, ok := space.Object()
		if !ok {
			l.fail(space.Pos(), "namespace of functions is %s, not object", space.Kind())
			continue
		}
		namespace, _ := o.Get("namespace").Str()
		for _, m := range l.section(o, "members") {
			functions = append(functions, &template.Function{Namespace: namespace, Name: m.Name, Function: l.function(m)})
		}
	}
	return functions
}

func (l *lowerer) function(m arm.Member) expr.Function {
	items, _ := m.Value.Get("parameters").Items()
	params := make([]string, 0, len(items))
	declared := map[string]string{}
	for _, item := range items {
		name, _ := item.Get("name").Str()
		params = append(params, name)
		declared[strings.ToLower(name)] = name
	}
	outside := l.names
	l.names = &names{parameters: declared, inFunction: true}
	body := l.node(m.Value.Get("output", "value"))
	l.names = outside
	return expr.Function{Params: params, Body: body, At: m.Pos}
}
