package access

import (
	"fmt"
	"strings"

	"palisade/estate"
)

// String names the place for a person.
func (o *Opening) String() string {
	switch {
	case o.Source.Kind == FromAddress:
		return o.Extent.String() + o.specials()
	case o.Network != "":
		return "network " + o.Network + " by private endpoint"
	case o.Source.ID == anyTrusted:
		return "trusted Azure services"
	}
	return o.Source.Kind.String() + " " + o.Source.ID
}

// specials names the special blocks of which only a part isn't closed to, or
// all where there is nothing else.
func (o *Opening) specials() string {
	if o.Extent.Share == All || len(o.Special) == 0 {
		return ""
	}
	var names []string
	for _, c := range o.Special {
		names = append(names, c.Range.String()+" "+c.Special)
	}
	return "; not of the internet: " + strings.Join(names, ", ")
}

// String is the extent for a person, such as "the internet (all IPv4)".
func (e Extent) String() string {
	switch e.Share {
	case Nothing:
		return "no address of the internet"
	case All:
		if e.Count4 == 0 {
			return "the internet (all IPv6)"
		}
		return "the internet (all IPv4)"
	case LargePart:
		return fmt.Sprintf("a large part of the internet (%d IPv4 addresses)", e.Count4)
	}
	if e.Count4 == 1 {
		return "1 address of the internet (" + e.Ranges[0].String() + ")"
	}
	if len(e.Ranges) == 1 {
		return fmt.Sprintf("%d addresses of the internet (%s)", e.Count4, e.Ranges[0])
	}
	return fmt.Sprintf("%d addresses of the internet in %d ranges", e.Count4, len(e.Ranges))
}

// String names the holder and what it calls with.
func (h *Holder) String() string {
	if h.Principal.Kind == KeyHolder {
		return "whoever has a key"
	}
	s := h.Principal.ID
	if h.Group != "" {
		s += " as a member of " + h.Group
	}
	switch {
	case h.Assignment != nil:
		return s + " by role " + roleNameOf(h.Assignment) + " at " + h.Assignment.Scope()
	case h.Policy != nil:
		return s + " by an access policy of " + h.Policy.Name
	}
	return s
}

// roleNameOf is the role of an assignment for a person.
func roleNameOf(a *estate.RoleAssignment) string {
	if d := estate.BuiltInRole(estate.LastName(a.Role.ID)); d != nil {
		return d.RoleName.Value
	}
	return estate.LastName(a.Role.ID)
}
