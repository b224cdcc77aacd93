package layout

import (
	"strings"

	"palisade/template"
)

// Scope is a place that a file deploys to.
type Scope struct {
	Kind            template.Scope
	Subscription    string // its GUID
	Group           string // name of the resource group
	ManagementGroup string // name
}

// id is the resource id of the scope; "" for the tenant.
func (s Scope) id() string {
	switch s.Kind {
	case template.Tenant:
		return ""
	case template.ManagementGroup:
		return "/providers/" + managementGroupType + "/" + s.ManagementGroup
	case template.Subscription:
		return "/subscriptions/" + s.Subscription
	}
	return "/subscriptions/" + s.Subscription + "/resourceGroups/" + s.Group
}

func (s Scope) key() string { return strings.ToLower(s.id()) }

// hasSubscription reports whether subscription() may be asked for there.
func (s Scope) hasSubscription() bool {
	return s.Kind == template.ResourceGroup || s.Kind == template.Subscription
}

const (
	groupType           = "Microsoft.Resources/resourceGroups"
	subscriptionType    = "Microsoft.Resources/subscriptions"
	managementGroupType = "Microsoft.Management/managementGroups"
)
