package template

import "palisade/arm"

// Context is where the entry point is deployed to. Ids and names that the user
// doesn't give are assumed, because ids are built from them; the location is
// unknown unless given.
type Context struct {
	TenantID        string
	SubscriptionID  string
	ResourceGroup   string
	ManagementGroup string
	Location        string // "" for unknown
}

// Assumed values of a context. A comparison with one of them decides nothing.
const (
	AssumedTenant          = "00000000-0000-0000-0000-00000000aaaa"
	AssumedSubscription    = "00000000-0000-0000-0000-00000000bbbb"
	AssumedResourceGroup   = "assumed-resource-group"
	AssumedManagementGroup = "assumed-management-group"
)

func (c Context) withDefaults() Context {
	fill := func(s *string, assumed string) {
		if *s == "" {
			*s = assumed
		}
	}
	fill(&c.TenantID, AssumedTenant)
	fill(&c.SubscriptionID, AssumedSubscription)
	fill(&c.ResourceGroup, AssumedResourceGroup)
	fill(&c.ManagementGroup, AssumedManagementGroup)
	return c
}

// Assumption is a part of the context that nobody gave.
type Assumption struct{ What, Value string }

// assumed lists what of c nobody gave.
func (c Context) assumed() []Assumption {
	var out []Assumption
	add := func(what, value, assumption string) {
		if value == assumption {
			out = append(out, Assumption{what, value})
		}
	}
	add("tenant", c.TenantID, AssumedTenant)
	add("subscription", c.SubscriptionID, AssumedSubscription)
	add("resource group", c.ResourceGroup, AssumedResourceGroup)
	add("management group", c.ManagementGroup, AssumedManagementGroup)
	return out
}

// place is the scope that one template deployment runs at. Its parts may be
// unknown, for instance a resource group whose name is a parameter.
type place struct {
	kind            Scope
	tenant          arm.Value
	subscription    arm.Value // GUID
	resourceGroup   arm.Value // name
	managementGroup arm.Value // name
	location        arm.Value
}

func (c Context) place(kind Scope) place {
	p := place{
		kind:            kind,
		tenant:          text(c.TenantID),
		subscription:    text(c.SubscriptionID),
		resourceGroup:   text(c.ResourceGroup),
		managementGroup: text(c.ManagementGroup),
	}
	p.location = text(c.Location)
	if c.Location == "" {
		p.location = arm.Unk(arm.Runtime("location", "the location of the deployment isn't given", arm.Pos{}))
	}
	return p
}

func text(s string) arm.Value { return arm.String(s, arm.Pos{}) }

// id is the resource id of the scope, without a slash at its end; "" for the
// tenant.
func (p place) id() arm.Value {
	switch p.kind {
	case Tenant:
		return text("")
	case ManagementGroup:
		return joinText("/providers/Microsoft.Management/managementGroups/", p.managementGroup)
	case Subscription:
		return p.subscriptionID()
	}
	return joinText(p.subscriptionID(), "/resourceGroups/", p.resourceGroup)
}

func (p place) subscriptionID() arm.Value { return joinText("/subscriptions/", p.subscription) }

// placeOf reads a scope's id back into a place; what the id doesn't say is
// taken from p.
func (p place) placeOf(id arm.Value) place {
	parts := segments(id)
	is := func(i int, want string) bool { return i+1 < len(parts) && parts[i].Is(want) }
	switch {
	case id.Is("/") || id.Is(""):
		p.kind = Tenant
	case is(1, "subscriptions") && is(3, "resourceGroups"):
		p.kind, p.subscription, p.resourceGroup = ResourceGroup, parts[2], parts[4]
	case is(1, "subscriptions"):
		p.kind, p.subscription = Subscription, parts[2]
	case is(2, "Microsoft.Management") && is(3, "managementGroups"):
		p.kind, p.managementGroup = ManagementGroup, parts[4]
	case id.IsUnknown():
		p.subscription = arm.Unk(arm.Call("subscriptionOf", id.Pos(), id))
		p.resourceGroup = arm.Unk(arm.Call("resourceGroupOf", id.Pos(), id))
	}
	return p
}
