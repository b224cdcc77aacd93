package template

import (
	"fmt"
	"strings"

	"palisade/arm"
	"palisade/expr"
)

// Scope is the kind of place that a template deploys to.
type Scope int

const (
	ResourceGroup Scope = iota
	Subscription
	ManagementGroup
	Tenant
)

func (s Scope) String() string {
	return [...]string{"resource group", "subscription", "management group", "tenant"}[s]
}

// Template is one deployment template, whatever it was written in. A front end
// fills it and calls Seal; after that it isn't changed, so one Template may be
// evaluated many times and by several goroutines.
type Template struct {
	File       *arm.File
	Scope      Scope
	Parameters []*Parameter
	Variables  []*Variable
	Functions  []*Function
	Types      []*NamedType
	Resources  []*Resource
	Outputs    []*Output
	// Diagnostics are what went wrong while reading. They are reported with
	// each entry point that uses the template.
	Diagnostics []arm.Diagnostic

	parameters map[string]int
	variables  map[string]int
	functions  map[string]*expr.Function
	types      map[string]*Type
	symbols    map[string]int
}

// Parameter is a declared parameter. Default is nil where there is none.
type Parameter struct {
	Name    string
	Type    *Type
	Default expr.Node
	At      arm.Pos
}

// Variable is a named expression.
type Variable struct {
	Name  string
	Value expr.Node
	At    arm.Pos
}

// Function is a user-defined function; Namespace is "" in Bicep.
type Function struct {
	Namespace, Name string
	expr.Function
}

// Output is a declared output. Condition is nil for always.
type Output struct {
	Name      string
	Type      *Type
	Value     expr.Node
	Condition expr.Node
	At        arm.Pos
}

// Resource is a declared resource, a reference to an existing one, or a module
// (a nested template deployment).
type Resource struct {
	Symbol     string // symbolic name, "" where the template has none
	Type       string // without the API version
	APIVersion string
	Existing   bool
	// Extension is the alias of the extension that deploys it (Microsoft
	// Graph), "" for Azure itself. Body then holds the properties under
	// "properties", and there is no Azure id.
	Extension string

	Condition expr.Node // nil for always
	Loop      *Loop     // nil for once

	// Name is the name. With Parent it is the child's own name; without, it has
	// a part for each part of the type ("vnet/subnet").
	Name   expr.Node
	Parent *expr.Symbol // nil where Name is whole
	// Target is where the resource is deployed to, if not the template's scope.
	Target Target

	// Body holds the members beside name, type, apiVersion, condition, copy,
	// scope, dependsOn: location, kind, sku, identity, tags, properties, …
	// For a module it is nil or what else is written on the deployment.
	Body      expr.Node
	DependsOn []expr.Node // symbols' nodes (*expr.Symbol), names or ids
	Module    *Module     // set where Type is Microsoft.Resources/deployments
	At        arm.Pos
}

// Loop says how often a resource is deployed: once for each item.
type Loop struct {
	Items expr.Node
	Item  string   // local bound to the item, "" for none
	Index []string // locals bound to the turn, from 0
	Batch int      // turns at a time, 0 for all
	Name  string   // name of the loop, as copyIndex and dependsOn know it
	At    arm.Pos
}

// Target is another scope to deploy to. At most ID, or Subscription and
// ResourceGroup, or ManagementGroup are set.
type Target struct {
	// ID evaluates to a resource id, to an object with a member id (what
	// resourceGroup() and a resource symbol give), or to a relative id such as
	// Microsoft.KeyVault/vaults/name.
	ID              expr.Node
	Subscription    expr.Node // subscription id (the GUID)
	ResourceGroup   expr.Node // name
	ManagementGroup expr.Node // name
}

// Module is the template that a nested deployment runs.
type Module struct {
	// Template is the template, or nil where Value or Missing tells more.
	Template *Template
	// Value evaluates to the template as a JSON object, where it can't be read
	// beforehand; Input.Parse reads it.
	Value expr.Node
	// Link evaluates to the path or address of a linked template;
	// Input.Link reads it.
	Link expr.Node
	// Missing says why the template isn't there and Hint what restores it.
	Missing, Hint string
	// Outer is set where the expressions in Template are evaluated in the
	// deployment around it, the default in ARM JSON.
	Outer bool
	// Arguments are the parameters. ArgumentsValue is the whole object where
	// they are given by one expression.
	Arguments      []Argument
	ArgumentsValue expr.Node
}

// Argument is one parameter given to a module. Wrapped arguments evaluate to
// ARM's form, {"value": …} or {"reference": {"keyVault": …}}.
type Argument struct {
	Name    string
	Value   expr.Node
	Wrapped bool
	At      arm.Pos
}

// Seal makes the template ready for evaluation and reports names that are
// declared twice.
func (t *Template) Seal() {
	t.parameters = make(map[string]int, len(t.Parameters))
	for i, p := range t.Parameters {
		t.declare(t.parameters, "parameter", p.Name, i, p.At)
	}
	t.variables = make(map[string]int, len(t.Variables))
	for i, v := range t.Variables {
		t.declare(t.variables, "variable", v.Name, i, v.At)
	}
	t.symbols = make(map[string]int, len(t.Resources))
	for i, r := range t.Resources {
		if r.Symbol != "" {
			t.declare(t.symbols, "resource", r.Symbol, i, r.At)
		}
	}
	t.functions = make(map[string]*expr.Function, len(t.Functions))
	for _, f := range t.Functions {
		t.functions[functionKey(f.Namespace, f.Name)] = &f.Function
	}
	t.types = make(map[string]*Type, len(t.Types))
	for _, n := range t.Types {
		t.types[strings.ToLower(n.Name)] = n.Type
	}
}

func (t *Template) declare(names map[string]int, what, name string, i int, at arm.Pos) {
	key := strings.ToLower(name)
	if _, twice := names[key]; twice {
		t.Diagnostics = append(t.Diagnostics, arm.Diagnostic{Pos: at,
			Message: fmt.Sprintf("%s %q is declared twice", what, name)})
	}
	names[key] = i
}

func functionKey(namespace, name string) string {
	return strings.ToLower(namespace + "." + name)
}

// lookup finds a name as it is written first, which is nearly always right,
// and then without regard to case.
func lookup(names map[string]int, name string) (int, bool) {
	i, ok := names[name]
	if !ok {
		i, ok = names[strings.ToLower(name)]
	}
	return i, ok
}
