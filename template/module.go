package template

import (
	"fmt"

	"palisade/arm"
)

// deployment is the template deployment that a module runs, or nil where its
// template isn't there.
func (i *instance) deployment() *deployment {
	switch i.childState {
	case evaluated:
		return i.child
	case evaluating:
		i.g.d.Report(arm.Diagnostic{Pos: i.r().At, Message: i.g.label() + " depends on itself"})
		return nil
	}
	i.childState = evaluating
	i.child = i.newDeployment()
	i.childState = evaluated
	return i.child
}

func (i *instance) newDeployment() *deployment {
	parent, m := i.g.d, i.r().Module
	if parent.depth >= maxNesting {
		parent.Report(arm.Diagnostic{Pos: i.r().At, Message: fmt.Sprintf("more than %d template deployments inside of each other", maxNesting)})
		return nil
	}
	t := i.template()
	if t == nil {
		return nil
	}
	d := &deployment{run: parent.run, t: t, name: i.Name(), id: i.ID(), depth: parent.depth + 1,
		place: i.target(), condition: both(parent.condition, i.Condition()), copies: parent.copies}
	if i.g.copies.IsUnknown() {
		d.copies = i.g.copies
	}
	if m.Outer {
		d.outer = &i.env
	}
	d.given = i.arguments(t)
	d.prepare()
	d.checkArguments(i)
	return d
}

// template is the module's template, read now if it couldn't be before.
func (i *instance) template() *Template {
	m, run := i.r().Module, i.g.d.run
	switch {
	case m.Template != nil:
		return m.Template
	case m.Missing != "":
		i.missing(m.Missing, m.Hint)
	case m.Link != nil:
		return i.linked(i.env.Eval(m.Link))
	case m.Value != nil && run.in.Parse != nil:
		v := i.env.Eval(m.Value)
		if !v.IsUnknown() {
			return run.in.Parse(v)
		}
		i.missing("the nested template can't be known: "+why(v), "")
	default:
		i.missing("the nested template isn't there", "")
	}
	return nil
}

// missing reports a template that can't be had, and what it would declare.
func (i *instance) missing(message, hint string) {
	d := arm.Diagnostic{Severity: arm.Missing, Pos: i.r().At, Message: message, Hint: hint}
	i.g.d.Report(d)
	i.g.d.run.result.Holes = append(i.g.d.run.result.Holes, d)
}

func (i *instance) linked(target arm.Value) *Template {
	missing := func(reason string) *Template {
		i.missing("linked template "+target.Text()+" can't be read: "+reason, "")
		return nil
	}
	if i.g.d.run.in.Link == nil {
		return missing("links are not followed here")
	}
	t, err := i.g.d.run.in.Link(i.g.d.t.File, target)
	if err != nil {
		return missing(err.Error())
	}
	return t
}

func why(v arm.Value) string {
	if u, ok := v.Unknown(); ok {
		return u.Why()
	}
	return "it is " + v.Kind().String()
}

// arguments finds the values given to the module's parameters. Each is
// evaluated when it is asked for.
func (i *instance) arguments(t *Template) func(string) (arm.Value, bool) {
	m := i.r().Module
	byName := make(map[string]int, len(m.Arguments))
	for k, a := range m.Arguments {
		byName[a.Name] = k
	}
	return func(name string) (arm.Value, bool) {
		if m.ArgumentsValue != nil {
			return argumentOf(i.env.Eval(m.ArgumentsValue), name)
		}
		k, ok := byName[name]
		if !ok {
			if k, ok = i.argumentFold(name); !ok {
				return arm.Value{}, false
			}
		}
		v := i.env.Eval(m.Arguments[k].Value)
		if m.Arguments[k].Wrapped {
			return unwrap(v)
		}
		return v, true
	}
}

func (i *instance) argumentFold(name string) (int, bool) {
	for k, a := range i.r().Module.Arguments {
		if arm.String(a.Name, a.At).Is(name) {
			return k, true
		}
	}
	return 0, false
}

// argumentOf finds a parameter in an object of wrapped parameters.
func argumentOf(all arm.Value, name string) (arm.Value, bool) {
	if u, ok := all.Unknown(); ok {
		return arm.Unk(u.Member(name).Member("value")), true
	}
	o, ok := all.Object()
	if !ok {
		return arm.Value{}, false
	}
	m, ok := o.Lookup(name)
	if !ok {
		return arm.Value{}, false
	}
	return unwrap(m.Value)
}

// unwrap takes a parameter's value out of ARM's form: {"value": …}, or a
// reference to a secret in a vault, which is unknown and secret.
func unwrap(v arm.Value) (arm.Value, bool) {
	if u, ok := v.Unknown(); ok && u.Op == arm.OpIf {
		then, _ := unwrap(u.Args[1])
		otherwise, _ := unwrap(u.Args[2])
		return arm.Unk(arm.If(u.Args[0], then, otherwise, u.Pos)), true
	} else if ok {
		return arm.Unk(u.Member("value")), true
	}
	o, ok := v.Object()
	if !ok {
		return v, false
	}
	if m, ok := o.Lookup("reference"); ok {
		vault, name := m.Value.Get("keyVault", "id"), m.Value.Get("secretName")
		return arm.Unk(vaultSecret(vault, name, m.Pos)), true
	}
	m, ok := o.Lookup("value")
	return m.Value, ok
}

// vaultSecret is a secret that Resource Manager reads from a vault.
func vaultSecret(vault, name arm.Value, at arm.Pos) *arm.Unknown {
	u := arm.Runtime("getSecret", "secret "+name.Text()+" stays in "+shortID(vault), at, vault, name)
	u.Secret = true
	return u
}

// checkArguments reports arguments for parameters that the module hasn't got.
func (d *deployment) checkArguments(i *instance) {
	for _, a := range i.r().Module.Arguments {
		if _, ok := lookup(d.t.parameters, a.Name); !ok && !i.r().Module.Outer {
			d.Report(arm.Diagnostic{Pos: a.At, Message: fmt.Sprintf("the module has no parameter %q", a.Name)})
		}
	}
}

// outputs are the outputs of a module, by name.
func (i *instance) outputs() arm.Value {
	if d := i.deployment(); d != nil {
		return d.outputValues()
	}
	return arm.Unk(reference(i.ID(), i.r().At).Member("outputs"))
}

// deploymentState are the members of a template deployment's properties that
// only Azure knows.
var deploymentState = []string{"provisioningState", "correlationId", "timestamp", "duration", "templateHash", "parameters", "outputResources"}

// deploymentProperties is the run-time view of a template deployment: its
// outputs, each as {"value": …}, and what only Azure knows.
func (i *instance) deploymentProperties(at arm.Pos) arm.Value {
	rest := reference(i.ID(), at)
	d := i.deployment()
	if d == nil {
		return arm.Unk(rest)
	}
	members := []arm.Member{{Name: "outputs", Value: wrapped(d.outputValues(), at), Pos: at}}
	for _, name := range deploymentState {
		members = append(members, arm.Member{Name: name, Value: arm.Unk(rest.Member(name)), Pos: at})
	}
	return arm.Obj(arm.NewObject(members), at)
}

// wrapped puts each output into the form in which ARM expressions find it.
func wrapped(outputs arm.Value, at arm.Pos) arm.Value {
	o, ok := outputs.Object()
	if !ok {
		return outputs
	}
	members := make([]arm.Member, 0, o.Len())
	for _, m := range o.Members() {
		value := arm.NewObject([]arm.Member{{Name: "value", Value: m.Value, Pos: m.Pos}})
		members = append(members, arm.Member{Name: m.Name, Value: arm.Obj(value, m.Pos), Pos: m.Pos})
	}
	return arm.Obj(arm.NewObject(members), at)
}

// both is the conjunction of two conditions that aren't false.
func both(a, b arm.Value) arm.Value {
	switch {
	case !a.IsUnknown():
		return b
	case !b.IsUnknown():
		return a
	}
	return arm.Unk(arm.Call("and", a.Pos(), a, b))
}
