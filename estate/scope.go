package estate

import "strings"

// Root is the tenant's root scope, above all management groups.
const Root = "/"

// segments splits an id at its slashes, but not inside of an unknown part,
// whose text may hold slashes.
func segments(id string) []string {
	if !strings.Contains(id, "«") {
		return strings.Split(id, "/")
	}
	parts := make([]string, 0, strings.Count(id, "/")+1)
	depth, start := 0, 0
	for i, c := range id {
		switch {
		case c == '«':
			depth++
		case c == '»' && depth > 0:
			depth--
		case c == '/' && depth == 0:
			parts = append(parts, id[start:i])
			start = i + 1
		}
	}
	return append(parts, id[start:])
}

// Parent is the key of what the resource with that id stands in or on: the
// parent resource, the resource that it extends, the resource group, the
// subscription, the root; "" where the id doesn't say.
func Parent(id string) string {
	parts := segments(Key(id))
	n := len(parts)
	switch {
	case n == 3 && parts[1] == "subscriptions":
		return Root
	case n >= 5 && parts[n-4] == "providers":
		parts = parts[:n-4]
	case n >= 3:
		parts = parts[:n-2]
	default:
		return ""
	}
	if len(parts) == 1 && parts[0] == "" {
		return Root
	}
	return strings.Join(parts, "/")
}

// Ancestors returns the keys of the scopes that the id is in, itself first:
// parent resources, resource group, subscription, root. Management groups
// aren't in an id; Estate.Scopes has them, too.
func Ancestors(id string) []string {
	var keys []string
	for key := Key(id); key != ""; key = Parent(key) {
		keys = append(keys, key)
		if key == Root {
			break
		}
	}
	return keys
}

// TypeOf is the type that an id is of, such as Microsoft.Storage/storageAccounts,
// or "" for subscriptions, resource groups and what isn't an id.
func TypeOf(id string) string {
	parts := segments(id)
	for i := len(parts) - 3; i >= 0; i-- {
		if !strings.EqualFold(parts[i], "providers") {
			continue
		}
		typ := parts[i+1]
		for j := i + 2; j < len(parts); j += 2 {
			typ += "/" + parts[j]
		}
		return typ
	}
	return ""
}

// LastName is the last part of an id: a name, or a role's GUID.
func LastName(id string) string {
	parts := segments(strings.TrimSuffix(id, "/"))
	return parts[len(parts)-1]
}

// SubscriptionOf is the key of the subscription that an id is in, or "".
func SubscriptionOf(id string) string {
	parts := segments(Key(id))
	if len(parts) >= 3 && parts[0] == "" && parts[1] == "subscriptions" {
		return strings.Join(parts[:3], "/")
	}
	return ""
}

// IsManagementGroup reports whether a key is that of a management group.
func IsManagementGroup(key string) bool {
	return strings.HasPrefix(key, "/providers/microsoft.management/managementgroups/")
}

// Within answers whether the resource or scope with that id is in scope, or is
// scope itself. It is Unsure where unknown parts could be equal, or where it
// isn't known which management groups hold the subscription.
func (e *Estate) Within(id, scope string) Answer {
	id, scope = Key(id), Key(scope)
	switch {
	case scope == Root:
		return Yes
	case scope == "" || id == "":
		return Unsure
	case id == scope || strings.HasPrefix(id, scope+"/"):
		return Yes
	case IsManagementGroup(scope):
		return e.withinGroup(id, scope)
	}
	return e.withinByParts(id, scope)
}

// withinByParts compares part by part, where not all parts are known.
func (e *Estate) withinByParts(id, scope string) Answer {
	a, b := segments(id), segments(scope)
	if a[0] != "" || b[0] != "" {
		return Unsure // one of them starts with something unknown
	}
	if len(b) > len(a) {
		return No
	}
	all := sameParts(a[:len(b)], b)
	// Two resources that are both declared here have different ids, or the
	// deployment would fail.
	if all == Unsure && e.Has(scope) && e.Has(strings.Join(a[:len(b)], "/")) {
		return No
	}
	return all
}

// groupDepth is more than Azure allows levels of management groups (6).
const groupDepth = 16

func (e *Estate) withinGroup(id, scope string) Answer {
	at := id
	if !IsManagementGroup(id) {
		at = SubscriptionOf(id)
	}
	for range groupDepth {
		if at == scope {
			return Yes
		}
		parent, ok := e.groupParents[at]
		if !ok || parent == "" {
			return Unsure
		}
		if parent == Root {
			return No
		}
		at = parent
	}
	return Unsure
}

// Scopes returns the keys of all scopes that are known to hold the id, itself
// first, the root last.
func (e *Estate) Scopes(id string) []string {
	keys := Ancestors(id)
	if len(keys) == 0 || keys[len(keys)-1] != Root {
		return keys
	}
	keys = keys[:len(keys)-1]
	if len(keys) == 0 {
		return []string{Root}
	}
	at := keys[len(keys)-1]
	for range groupDepth {
		parent := e.groupParents[at]
		if parent == "" || parent == Root {
			break
		}
		keys = append(keys, parent)
		at = parent
	}
	return append(keys, Root)
}
