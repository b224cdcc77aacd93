package layout

import (
	"strings"

	"palisade/template"
)

// Identity is a resource id taken apart.
type Identity struct {
	Scope  Scope
	Target string // id of the resource that this one extends, or ""
	Type   string
	Names  []string // one for each part of the type
}

// ParseID takes a resource id apart; ok is false for what isn't one.
func ParseID(id string) (Identity, bool) {
	rest, ok := strings.CutPrefix(id, "/")
	if !ok {
		return Identity{}, false
	}
	parts := strings.Split(rest, "/")
	for _, p := range parts {
		if p == "" {
			return Identity{}, false
		}
	}
	scope, n := scopeIn(parts)
	if n == len(parts) {
		return container(scope)
	}
	return provided(scope, parts, n)
}

// scopeIn reads the subscription and resource group that an id starts with, and
// how many parts they take.
func scopeIn(parts []string) (Scope, int) {
	is := func(i int, word string) bool { return i+1 < len(parts) && strings.EqualFold(parts[i], word) }
	switch {
	case is(0, "subscriptions") && is(2, "resourceGroups"):
		return Scope{Kind: template.ResourceGroup, Subscription: parts[1], Group: parts[3]}, 4
	case is(0, "subscriptions"):
		return Scope{Kind: template.Subscription, Subscription: parts[1]}, 2
	}
	return Scope{Kind: template.Tenant}, 0
}

// container is the identity of a resource group or subscription itself.
func container(s Scope) (Identity, bool) {
	switch s.Kind {
	case template.ResourceGroup:
		in := Scope{Kind: template.Subscription, Subscription: s.Subscription}
		return Identity{Scope: in, Type: groupType, Names: []string{s.Group}}, true
	case template.Subscription:
		return Identity{Scope: Scope{Kind: template.Tenant}, Type: subscriptionType, Names: []string{s.Subscription}}, true
	}
	return Identity{}, false
}

// provided reads /providers/NAMESPACE/TYPE/NAME/…, perhaps several times: each
// extends what stands before it.
func provided(scope Scope, parts []string, n int) (Identity, bool) {
	id := Identity{Scope: scope}
	for n < len(parts) {
		if !strings.EqualFold(parts[n], "providers") || n+3 >= len(parts) {
			return Identity{}, false
		}
		if id.Type != "" {
			id = id.extended(parts[:n])
		}
		id.Type = parts[n+1]
		for n += 2; n+1 < len(parts) && (!strings.EqualFold(parts[n], "providers") || id.Names == nil); n += 2 {
			id.Type += "/" + parts[n]
			id.Names = append(id.Names, parts[n+1])
		}
		if n+1 == len(parts) {
			return Identity{}, false
		}
	}
	return id, true
}

// extended is the start of the identity of what extends id, which is a resource
// or a management group.
func (id Identity) extended(parts []string) Identity {
	if id.Target == "" && id.Scope.Kind == template.Tenant && strings.EqualFold(id.Type, managementGroupType) {
		return Identity{Scope: Scope{Kind: template.ManagementGroup, ManagementGroup: id.Names[0]}}
	}
	return Identity{Scope: id.Scope, Target: "/" + strings.Join(parts, "/")}
}

// ID puts the id together, spelled as Resource Manager's functions do.
func (id Identity) ID() string {
	switch id.Type {
	case groupType:
		return id.Scope.id() + "/resourceGroups/" + id.Names[0]
	case subscriptionType:
		return "/subscriptions/" + id.Names[0]
	}
	at := id.Target
	if at == "" {
		at = id.Scope.id()
	}
	kinds := strings.Split(id.Type, "/")
	var b strings.Builder
	b.WriteString(at + "/providers/" + kinds[0])
	for i, kind := range kinds[1:] {
		b.WriteString("/" + kind + "/" + id.Names[i])
	}
	return b.String()
}

// parent is the identity of the resource that this one is a child of.
func (id Identity) parent() (Identity, bool) {
	n := len(id.Names) - 1
	if n == 0 {
		return Identity{}, false
	}
	id.Type, id.Names = id.Type[:strings.LastIndexByte(id.Type, '/')], id.Names[:n:n]
	return id, true
}

// Relative is the id without its scope: Microsoft.KeyVault/vaults/kv, the form
// that "scope" takes in a template.
func (id Identity) Relative() string {
	return strings.TrimPrefix(strings.TrimPrefix(id.ID(), id.Scope.id()), "/providers/")
}

// ParentID is the id of what the resource is in: its parent, what it extends,
// or its scope, which is "/" for the tenant.
func (id Identity) ParentID() string {
	if p, ok := id.parent(); ok {
		return p.ID()
	}
	if id.Target != "" {
		return id.Target
	}
	if s := id.Scope.id(); s != "" {
		return s
	}
	return "/"
}
