package estate

import (
	"strings"

	"palisade/arm"
)

// PrincipalRef names a user, group, service principal or managed identity.
type PrincipalRef struct {
	// Key is the form in which principals are compared: for an identity or a
	// Graph object of this estate the key of the resource that has it, else
	// the object id in lower case, else the text of the unknown.
	Key  string
	Text string // as it is written, for a person; "" as Key
	// Owner is the key of the resource whose identity or Graph object it is,
	// or "". The resource needn't be in the estate.
	Owner   string
	Object  string         // object id in lower case, or "" where it isn't known
	Choices []PrincipalRef // all that it may be, where it is unknown which
	Set     bool
	// Unknown is why it can't be said whose principal it is, or nil. The
	// principal of a declared identity isn't unknown, though its object id is.
	Unknown *arm.Unknown
	Pos     arm.Pos
	From    arm.Pos
}

// Known reports whether it is known whose principal it is.
func (p PrincipalRef) Known() bool { return p.Unknown == nil }

// Each is the choices of p, or p alone; nothing where it isn't set.
func (p PrincipalRef) Each() []PrincipalRef {
	switch {
	case len(p.Choices) > 0:
		return p.Choices
	case p.Set:
		return []PrincipalRef{p}
	}
	return nil
}

// principal reads an object id, or the symbol of one.
func (n node) principal() PrincipalRef {
	p := PrincipalRef{Set: n.set, Pos: n.pos, From: n.from}
	if n.v.IsNull() || n.v.Is("") {
		p.Set = false
		return p
	}
	p.Text = n.v.Text()
	p.Key = strings.ToLower(p.Text)
	if owner, _, ok := PrincipalOf(n.v); ok {
		p.Key, p.Owner = owner, owner
		return p
	}
	if s, ok := n.v.Str(); ok && !strings.Contains(s, "«") {
		p.Object = p.Key
		return p
	}
	p.Unknown = whyNot(n.v, "an object id")
	alts := alternatives(n.v)
	if len(alts) == 1 {
		return p
	}
	for _, v := range alts {
		if c := n.item(v).principal(); c.Set {
			p.Choices = append(p.Choices, c)
		}
	}
	return p
}

// principals reads an array of object ids.
func (n node) principals() List[PrincipalRef] {
	return list(n, func(m node) (PrincipalRef, bool) { return m.principal(), true })
}

// resolve finds whose object id p is, where a live resource or a Graph object
// of the estate tells it.
func (e *Estate) resolve(p *PrincipalRef) {
	if owner := e.owners[p.Object]; owner != "" && p.Object != "" {
		p.Key, p.Owner = owner, owner
	}
	for i := range p.Choices {
		e.resolve(&p.Choices[i])
	}
}

func (e *Estate) resolveList(l List[PrincipalRef]) {
	for i := range l.Items {
		e.resolve(&l.Items[i])
	}
	for i := range l.Possible {
		e.resolve(&l.Possible[i])
	}
}

// resolvePrincipals joins object ids with their owners, everywhere.
func (e *Estate) resolvePrincipals() {
	e.findOwners()
	if len(e.owners) == 0 {
		return
	}
	for _, a := range e.RoleAssignments.All {
		e.resolve(&a.Principal)
	}
	for _, d := range e.DenyAssignments.All {
		e.resolveDeny(d.Principals)
		e.resolveDeny(d.Excluded)
	}
	for _, s := range e.Stacks.All {
		e.resolveList(s.ExcludedPrincipals)
	}
	for _, g := range e.Groups.All {
		e.resolveList(g.Members)
		e.resolveList(g.Owners)
	}
	for _, v := range e.Vaults.All {
		e.resolvePolicies(v.AccessPolicies)
	}
	for _, c := range e.PolicyChanges.All {
		e.resolvePolicies(c.Policies)
	}
}

func (e *Estate) resolveDeny(l List[DenyPrincipal]) {
	for i := range l.Items {
		e.resolve(&l.Items[i].Principal)
	}
	for i := range l.Possible {
		e.resolve(&l.Possible[i].Principal)
	}
}

func (e *Estate) resolvePolicies(l List[AccessPolicy]) {
	for i := range l.Items {
		e.resolve(&l.Items[i].Principal)
	}
	for i := range l.Possible {
		e.resolve(&l.Possible[i].Principal)
	}
}

// findOwners indexes the object ids that live resources and Graph objects tell.
func (e *Estate) findOwners() {
	own := func(index map[string]string, id Field[string], key string) {
		if id.Known() && id.Value != "" {
			index[strings.ToLower(id.Value)] = key
		}
	}
	for _, r := range e.Resources {
		own(e.owners, r.Identity.PrincipalID, r.Key)
	}
	for _, i := range e.Identities.All {
		own(e.owners, i.PrincipalID, i.Key)
		own(e.clients, i.ClientID, i.Key)
	}
	for _, g := range e.Groups.All {
		own(e.owners, g.ObjectID, g.Key)
	}
	for _, s := range e.ServicePrincipals.All {
		own(e.owners, s.ObjectID, s.Key)
		own(e.clients, s.AppID, s.Key)
	}
}
