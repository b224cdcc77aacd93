package azure

import (
	"encoding/json"
	"slices"
	"strings"

	"palisade/arm"
)

// Plan is what is to be deployed.
type Plan struct {
	// Name of the deployment stack, and of the tag by which it is known again.
	Name     string
	Location string // of the stack's own record
	// Template deploys to the subscription; Resources are what is in it.
	Template  json.RawMessage
	Resources []arm.Resource
	// Parameters are the values of the template's parameters.
	Parameters map[string]string
	// First is the template that is deployed first where one of the resources
	// Making isn't there yet: Azure doesn't take their properties while it makes
	// them. It may be nil, and has no locks.
	First  json.RawMessage
	Making []arm.Resource
	// Unlocked is the template without locks, which is deployed first where
	// resources leave the plan: locks would keep the stack from deleting them. It
	// is nil for a plan without locks.
	Unlocked json.RawMessage
	// Referred are resources that have to be there already.
	Referred []arm.Resource
	// Deny is the stack's deny setting, in Azure's words: none, denyDelete or
	// denyWriteAndDelete. Excluded are the object IDs of up to five principals
	// whom it doesn't stop.
	Deny     string
	Excluded []string
	Tags     map[string]string
}

// of are the resources of a type, without regard to case.
func (p *Plan) of(typ string) []arm.Resource {
	var out []arm.Resource
	for _, r := range p.Resources {
		if r.Is(typ) && !r.Existing {
			out = append(out, r)
		}
	}
	return out
}

// find is the resource with an ID.
func (p *Plan) find(id string) (arm.Resource, bool) {
	i := slices.IndexFunc(p.Resources, func(r arm.Resource) bool { return strings.EqualFold(r.ID, id) })
	if i < 0 {
		return arm.Resource{}, false
	}
	return p.Resources[i], true
}

// namespaces are the resource providers of the plan, sorted.
func (p *Plan) namespaces() []string {
	var out []string
	for _, r := range p.Resources {
		name, _, _ := strings.Cut(r.Type, "/")
		if !r.Existing && name != "" && !slices.Contains(alwaysThere, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// alwaysThere are providers that every subscription is registered for.
var alwaysThere = []string{"Microsoft.Resources", "Microsoft.Authorization", "Microsoft.Consumption", "Microsoft.Graph"}

// subscriptions are those that the plan deploys to, each once, in order.
func (p *Plan) subscriptions() []string {
	var out []string
	for _, r := range p.Resources {
		s := strings.ToLower(part(r.ID, "subscriptions"))
		if !r.Existing && s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// parentID is the ID of the resource that one is a child of.
func parentID(id string) string {
	parts := strings.Split(id, "/")
	if len(parts) < 3 {
		return ""
	}
	return strings.Join(parts[:len(parts)-2], "/")
}

// part is the segment of an ID after the one that is named, or "".
func part(id, after string) string {
	parts := strings.Split(id, "/")
	for i := range len(parts) - 1 {
		if strings.EqualFold(parts[i], after) {
			return parts[i+1]
		}
	}
	return ""
}

// Short is the last type and the name in an ID: accounts/acc-test.
func Short(id string) string {
	parts := strings.Split(id, "/")
	if len(parts) < 2 {
		return id
	}
	return strings.Join(parts[len(parts)-2:], "/")
}
