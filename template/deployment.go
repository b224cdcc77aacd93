package template

import (
	"fmt"

	"palisade/arm"
	"palisade/expr"
)

const deploymentType = "Microsoft.Resources/deployments"

// deployment is one template deployment while it is evaluated: the entry point
// or a module. It is the host of the expressions in its template.
type deployment struct {
	run   *run
	t     *Template
	name  arm.Value
	id    arm.Value
	place place
	depth int
	// outer is where expressions are evaluated instead, for a nested template
	// with outer scope.
	outer *expr.Env
	// condition and copies say whether this deployment itself is sure to run
	// exactly once.
	condition arm.Value
	copies    arm.Value
	given     func(name string) (arm.Value, bool)

	parameters []memo
	variables  []memo
	groups     []*group
	outputs    memo
	index      *index
}

// memo is a value that is evaluated at most once.
type memo struct {
	state memoState
	value arm.Value
}

type memoState uint8

const (
	notEvaluated memoState = iota
	evaluating
	evaluated
)

func (d *deployment) prepare() {
	d.run.reportTemplate(d.t)
	d.parameters = make([]memo, len(d.t.Parameters))
	d.variables = make([]memo, len(d.t.Variables))
	d.groups = make([]*group, len(d.t.Resources))
	for i, r := range d.t.Resources {
		d.groups[i] = &group{d: d, r: r}
	}
}

// env is where the template's expressions are evaluated.
func (d *deployment) env() expr.Env {
	if d.outer != nil {
		return *d.outer
	}
	return expr.Env{Host: d, Budget: &d.run.budget}
}

// once evaluates a memo, and reports a value that depends on itself.
func (d *deployment) once(m *memo, what, name string, at arm.Pos, eval func() arm.Value) arm.Value {
	switch m.state {
	case evaluated:
		return m.value
	case evaluating:
		message := fmt.Sprintf("%s %q depends on itself", what, name)
		d.Report(arm.Diagnostic{Pos: at, Message: message})
		return arm.Unk(arm.NotRead("cycle", message, at))
	}
	m.state = evaluating
	v := eval()
	m.state, m.value = evaluated, v
	return v
}

// Parameter is the value of a parameter of the template.
func (d *deployment) Parameter(name string, at arm.Pos) arm.Value {
	i, ok := lookup(d.t.parameters, name)
	if !ok {
		return d.undeclared("parameter", name, at)
	}
	p := d.t.Parameters[i]
	return d.once(&d.parameters[i], "parameter", name, p.At, func() arm.Value { return d.bind(p) })
}

// Variable is the value of a variable of the template.
func (d *deployment) Variable(name string, at arm.Pos) arm.Value {
	i, ok := lookup(d.t.variables, name)
	if !ok {
		return d.undeclared("variable", name, at)
	}
	v := d.t.Variables[i]
	return d.once(&d.variables[i], "variable", name, v.At, func() arm.Value { return d.env().Eval(v.Value) })
}

// Function finds a user-defined function of the template.
func (d *deployment) Function(namespace, name string) *expr.Function {
	if len(d.t.functions) == 0 {
		return nil
	}
	return d.t.functions[functionKey(namespace, name)]
}

// Report keeps a diagnostic of the template.
func (d *deployment) Report(diagnostic arm.Diagnostic) { d.run.report(diagnostic) }

// Assumed lists the ids and names in the context that nobody gave.
func (d *deployment) Assumed() []string { return d.run.assumed }

func (d *deployment) undeclared(what, name string, at arm.Pos) arm.Value {
	message := fmt.Sprintf("%s %q is not declared", what, name)
	d.Report(arm.Diagnostic{Pos: at, Message: message})
	return arm.Unk(arm.NotRead("error", message, at))
}

// outputValues are the outputs by name, each evaluated.
func (d *deployment) outputValues() arm.Value {
	return d.once(&d.outputs, "deployment", d.name.Text(), arm.Pos{File: d.t.File}, func() arm.Value {
		members := make([]arm.Member, 0, len(d.t.Outputs))
		for _, o := range d.t.Outputs {
			if v, ok := d.output(o); ok {
				members = append(members, arm.Member{Name: o.Name, Value: v, Pos: o.At})
			}
		}
		return arm.Obj(arm.NewObject(members), arm.Pos{File: d.t.File})
	})
}

// output evaluates one output; ok is false where its condition is false.
func (d *deployment) output(o *Output) (v arm.Value, ok bool) {
	env := d.env()
	if o.Condition == nil {
		return env.Eval(o.Value), true
	}
	c := env.Eval(o.Condition)
	if b, known := c.Bool(); known {
		if !b {
			return v, false
		}
		return env.Eval(o.Value), true
	}
	return arm.Unk(arm.If(c, env.Quiet().Eval(o.Value), arm.Null(o.At), o.At)), true
}
