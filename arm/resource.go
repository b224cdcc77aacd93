package arm

import "strings"

// Resource is one resource as Resource Manager would be asked to deploy it, or
// as it stands in Azure.
type Resource struct {
	// ID is the full resource id, with the case as written. Unknown parts show
	// as their text, so ids of the same resource are equal.
	ID         string
	Type       string // namespace and types, such as Microsoft.Network/virtualNetworks/subnets
	Name       string // last part of the name
	APIVersion string

	// Body is the whole resource with what stands beside the properties:
	// location, kind, sku, identity, tags, scope.
	Body Value

	// Condition is unknown where it can't be known whether the resource is
	// deployed, else true. Resources with a false condition are not listed.
	Condition Value
	// Copies is unknown where a loop runs an unknown number of times and this
	// resource stands for all of its turns, else null.
	Copies Value

	Existing   bool     // only referred to; not deployed by this template
	Symbol     string   // symbolic name in its template, or ""
	DependsOn  []string // ids, as far as written
	Deployment string   // id of the template deployment that declares it
	Pos        Pos
}

// Properties returns the member "properties" of the body, extended by path.
func (r *Resource) Properties(path ...string) Value {
	return r.Body.Get("properties").Get(path...)
}

// Key is the id in lower case: the form in which ids are compared.
func (r *Resource) Key() string { return strings.ToLower(r.ID) }

// Is reports whether r is of that type, without regard to case.
func (r *Resource) Is(typ string) bool { return strings.EqualFold(r.Type, typ) }

// Maybe reports whether it can't be known that r will exist.
func (r *Resource) Maybe() bool { return r.Condition.IsUnknown() || r.Copies.IsUnknown() }
