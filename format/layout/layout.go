package layout

import (
	"palisade/arm"
	"palisade/expr"
)

// Part is a group of resources that are shown together, with the practice that
// they follow.
type Part struct {
	Name      string // becomes the name of a file
	Title     string
	Practice  string
	Resources []arm.Resource
}

// Options say how a layout is made.
type Options struct {
	// Name starts the names of all template deployments.
	Name string
	// Subscription is the one that is deployed to; "" for that of the first resource.
	Subscription string
	// Version is the API version in which a resource of a type outside of the
	// layout is asked for its state, or "". Types that the layout has need none.
	Version func(typ string) string
	// Flat puts all resources into the main file, whatever their scope, as
	// Terraform wants them.
	Flat bool
}

// Tree is a layout: a file for the subscription, and those that it deploys.
type Tree struct {
	Name    string
	Main    *File
	Modules []*File // in the order of the parts
	Parts   []Part
}

// File is one template.
type File struct {
	Name       string // without an ending
	Title      string
	Practice   string
	Symbol     string // of the file in the main one
	Deployment string // name of its template deployment
	Scope      Scope
	Parameters []*Parameter
	Variables  []*Variable
	Resources  []*Resource // deployed, in the order of the parts
	Existing   []*Resource // only referred to; parents first
	// DependsOn are the files that must be deployed before.
	DependsOn []*File
	// Needs are the resource groups of the main file that must be there before.
	Needs []*Resource

	symbols map[string]*Resource
	flat    bool
}

// Waits are the symbols of what the main file must deploy before f.
func (f *File) Waits() []string {
	var symbols []string
	for _, g := range f.Needs {
		symbols = append(symbols, g.Symbol)
	}
	for _, d := range f.DependsOn {
		symbols = append(symbols, d.Symbol)
	}
	return symbols
}

// Variable is a value that several resources share.
type Variable struct {
	Name  string
	Value expr.Node
}

// Parameter is a parameter of a file.
type Parameter struct {
	Name   string
	Type   string // string or object
	Secure bool
	// Value is what the main file gives to a module. In the main file it is the
	// default, or nil.
	Value expr.Node
	// Secret says that the value is a secret of a vault.
	Secret *VaultSecret
}

// VaultSecret is a secret that Resource Manager reads when it deploys.
type VaultSecret struct {
	Vault *Resource // in the main file
	Name  string
}

// Resource is one resource in a file. Two files that speak of the same one have
// a Resource each.
type Resource struct {
	Symbol     string
	Identity   Identity
	APIVersion string
	Existing   bool
	Parent     *Resource // in the same file, or nil
	Target     *Resource // that this one extends, in the same file, or nil
	Group      *Resource // resource group that it is in; only in a flat layout
	Part       int       // of the parts of the layout
	Condition  expr.Node // nil for always
	Body       *expr.Object
	// References are the resources of the file that the body, the parent or the
	// target name, DependsOn what else must come first.
	References []*Resource
	DependsOn  []*Resource
	Title      string // of its part, where a file has several
	Practice   string
}

// Resource finds a resource of the file by its symbol.
func (f *File) Resource(symbol string) *Resource { return f.symbols[symbol] }

// New arranges parts. The ids and names of all resources must be known. What a
// template can't say, and circles of resources that wait for each other, are
// errors.
func New(parts []Part, o Options) (*Tree, error) {
	b := &builder{options: o, byID: map[string]*node{}, types: map[string]int{}, versions: map[string]string{}, reserved: map[string]bool{}}
	steps := []func() error{
		func() error { return b.collect(parts) },
		b.connect,
		b.cutCircles,
		b.makeFiles,
		b.makeSymbols,
		b.fill,
		b.order,
		b.share,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return b.tree, nil
}
