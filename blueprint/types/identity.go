package types

import (
	"strings"

	"palisade/arm"
)

// identity holds the ID, the type, the name and the scope against each other.
func (c *checker) identity(d *definition) {
	r := c.r
	scope, typ, names, ok := split(r.ID)
	switch {
	case !ok:
		c.say("id", r.Pos, "%q isn't the ID of a resource", r.ID)
		return
	case !strings.EqualFold(typ, r.Type):
		c.say("id", r.Pos, "the ID is that of %s, not of %s: its parent doesn't fit", typ, r.Type)
		return
	case !strings.EqualFold(names[len(names)-1], r.Name):
		c.say("name", r.Pos, "the name is %q, and the ID ends in %q", r.Name, names[len(names)-1])
	case d.scopes&scope == 0:
		c.say("id", r.Pos, "a resource of this type can't stand there")
	}
	if p, ok := d.body.Properties["name"]; ok && p.Type.to != nil {
		c.value("name", arm.String(r.Name, r.Pos), p.Type.to)
	}
}

// split takes an ID apart: the bit of the scope that it stands at, its type and
// the names in it.
func split(id string) (scope int, typ string, names []string, ok bool) {
	parts := strings.Split(strings.TrimPrefix(id, "/"), "/")
	if !strings.HasPrefix(id, "/") || len(parts)%2 != 0 && !strings.Contains(id, "/providers/") {
		return 0, "", nil, false
	}
	for _, p := range parts {
		if p == "" {
			return 0, "", nil, false
		}
	}
	at, lead := scopeOf(parts)
	if at == atGroup && len(parts) == lead {
		return atSubscription, groupType, parts[3:4], true
	}
	for rest := parts[lead:]; len(rest) > 0; {
		if typ != "" {
			at = atResource
		}
		if typ, names, rest, ok = provided(rest); !ok {
			return 0, "", nil, false
		}
	}
	return at, typ, names, typ != ""
}

const groupType = "Microsoft.Resources/resourceGroups"

// scopeOf is where an ID begins, and how many parts that takes.
func scopeOf(parts []string) (scope, lead int) {
	is := func(i int, word string) bool { return i+1 < len(parts) && strings.EqualFold(parts[i], word) }
	switch {
	case is(0, "subscriptions") && is(2, "resourceGroups"):
		return atGroup, 4
	case is(0, "subscriptions"):
		return atSubscription, 2
	case len(parts) >= 4 && is(0, "providers") && is(1, "Microsoft.Management"):
		return atManagementGroup, 4
	}
	return atTenant, 0
}

// provided reads providers/NAMESPACE/TYPE/NAME/TYPE/NAME… up to the next
// providers.
func provided(parts []string) (typ string, names, rest []string, ok bool) {
	if len(parts) < 4 || !strings.EqualFold(parts[0], "providers") {
		return "", nil, nil, false
	}
	typ = parts[1]
	parts = parts[2:]
	for len(parts) >= 2 && !strings.EqualFold(parts[0], "providers") {
		typ += "/" + parts[0]
		names = append(names, parts[1])
		parts = parts[2:]
	}
	return typ, names, parts, len(names) > 0 && len(parts) != 1
}
