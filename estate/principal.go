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
	Key string
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
	p.Key = strings.ToLower(n.v.Text())
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
