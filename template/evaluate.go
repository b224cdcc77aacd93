package template

import (
	"maps"
	"slices"

	"palisade/arm"
	"palisade/expr"
)

// Input is one template to evaluate, with what it is deployed with.
type Input struct {
	Template *Template
	Name     string // of the template deployment; "main" if empty
	// Parameters are the values given, by name.
	Parameters map[string]arm.Value
	Context    Context
	// Parse reads a template that is only known as a value; Link one that is
	// named by a path or address, of which perhaps only the end is known, seen
	// from the file that names it. Both may be nil, which makes such templates
	// unknown.
	Parse func(v arm.Value) *Template
	Link  func(from *arm.File, target arm.Value) (*Template, error)
}

// Result is all that a template would deploy.
type Result struct {
	Resources   []arm.Resource
	Outputs     []OutputValue
	Diagnostics []arm.Diagnostic
	// Holes are the diagnostics that tell of resources that may be there and
	// aren't in Resources: modules that couldn't be had, files with mistakes.
	Holes []arm.Diagnostic
	// Open are the parameters of the entry point that have no value, in the
	// order in which they are declared.
	Open []OpenParameter
	// Assumed are the parts of the context that nobody gave.
	Assumed []Assumption
	// NotDeployed are the resources that are declared and, with these values,
	// surely not deployed, those in modules that aren't deployed included.
	NotDeployed []NotDeployed
}

// NotDeployed is a declared resource that isn't deployed: its condition is
// false, or it stands in a loop without turns.
type NotDeployed struct {
	Type, Symbol string
	EmptyLoop    bool
	Pos          arm.Pos
}

// OutputValue is the value of an output. Deployment is the id of the template
// deployment whose history holds it.
type OutputValue struct {
	Deployment string
	Name       string
	Value      arm.Value
	Secure     bool
	Nested     bool // of a module, not of the entry point
	Pos        arm.Pos
}

// OpenParameter is a parameter without a value. Values are all that it may
// have, where these are few enough to be listed, else nil.
type OpenParameter struct {
	Name   string
	Values []arm.Value
	Pos    arm.Pos
}

// Limits of one entry point, far beyond those of Azure.
const (
	maxNesting     = 48      // template deployments inside of each other
	maxResources   = 200_000 // instances of resources
	maxDiagnostics = 500
)

// Evaluate runs a template. It never fails as a whole: what can't be evaluated
// is unknown in the result, with a diagnostic.
func Evaluate(in Input) *Result {
	if in.Name == "" {
		in.Name = "main"
	}
	in.Context = in.Context.withDefaults()
	r := &run{in: in, seen: map[arm.Diagnostic]bool{}, result: &Result{Assumed: in.Context.assumed()}}
	d := r.entry()
	d.collect()
	r.result.Open = d.open()
	return r.result
}

// run is the evaluation of one entry point with all of its modules.
type run struct {
	in       Input
	budget   expr.Budget
	assumed  []string
	seen     map[arm.Diagnostic]bool
	reported map[*Template]bool
	full     bool // maxResources reached
	result   *Result
}

func (r *run) entry() *deployment {
	for _, a := range r.result.Assumed {
		r.assumed = append(r.assumed, a.Value)
	}
	r.reported = map[*Template]bool{}
	at := r.in.Context.place(r.in.Template.Scope)
	name := text(r.in.Name)
	d := &deployment{run: r, t: r.in.Template, name: name, place: at,
		id: resourceID(at.id(), deploymentType, []arm.Value{name}), condition: arm.Bool(true, arm.Pos{})}
	d.given = func(name string) (arm.Value, bool) {
		v, ok := r.in.Parameters[name]
		return v, ok
	}
	d.prepare()
	for _, name := range slices.Sorted(maps.Keys(r.in.Parameters)) {
		v := r.in.Parameters[name]
		if _, ok := lookup(d.t.parameters, name); !ok {
			r.report(arm.Diagnostic{Severity: arm.Warning, Pos: v.Pos(), Message: "the template has no parameter " + name})
		}
	}
	return d
}

// report keeps a diagnostic, once.
func (r *run) report(d arm.Diagnostic) {
	if r.seen[d] || len(r.result.Diagnostics) >= maxDiagnostics {
		return
	}
	r.seen[d] = true
	r.result.Diagnostics = append(r.result.Diagnostics, d)
}

// reportTemplate keeps what went wrong while t was read.
func (r *run) reportTemplate(t *Template) {
	if r.reported[t] {
		return
	}
	r.reported[t] = true
	for _, d := range t.Diagnostics {
		r.report(d)
		if d.Severity == arm.Error {
			r.result.Holes = append(r.result.Holes, d)
		}
	}
}
