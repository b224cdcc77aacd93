package access

import (
	"strings"

	"palisade/estate"
)

// role is a role definition, ready to be asked.
type role struct {
	def         *estate.RoleDefinition
	permissions []permission
	open        bool // it may have other permissions
	conditional bool
}

// permission is one element of a role's permissions. What its notActions take
// away is taken from its own actions only.
type permission struct {
	control, data planeRights
	condition     *Condition // nil without one
	perhaps       bool       // there by a condition that isn't known
}

// planeRights is what a permission gives on one plane.
type planeRights struct{ actions, except patternList }

// patternList is a list of patterns, some of which may not be in it.
type patternList struct {
	items, possible []Pattern
	open            bool // there may be others
}

func newPatternList(l estate.List[string]) patternList {
	p := patternList{open: l.Open}
	for _, s := range l.Items {
		p.items = append(p.items, NewPattern(s))
	}
	for _, s := range l.Possible {
		p.possible = append(p.possible, NewPattern(s))
	}
	return p
}

// match answers whether the list names the action.
func (l *patternList) match(action string) Verdict {
	v := verdictOf(false)
	if l.open {
		v = Unknown
	}
	for i := range l.items {
		if v = v.Or(l.items[i].Match(action)); v == Allow {
			return Allow
		}
	}
	for i := range l.possible {
		v = v.Or(l.possible[i].Match(action).And(Unknown))
	}
	return v
}

func newRole(def *estate.RoleDefinition, conditions *conditions) *role {
	r := &role{def: def, open: def.Permissions.Open}
	add := func(all []estate.Permission, perhaps bool) {
		for _, p := range all {
			r.permissions = append(r.permissions, newPermission(p, perhaps, conditions))
		}
	}
	add(def.Permissions.Items, false)
	add(def.Permissions.Possible, true)
	for _, p := range r.permissions {
		r.conditional = r.conditional || p.condition != nil
	}
	return r
}

func newPermission(p estate.Permission, perhaps bool, conditions *conditions) permission {
	return permission{
		control:   planeRights{newPatternList(p.Actions), newPatternList(p.NotActions)},
		data:      planeRights{newPatternList(p.DataActions), newPatternList(p.NotDataActions)},
		condition: conditions.of(p.Condition),
		perhaps:   perhaps,
	}
}

// grants answers whether the role gives an action, which must be in lower case.
// Source: azure-docs role-based-access-control/overview.md.
func (r *role) grants(action string, data bool, attributes Attributes) Verdict {
	v := Deny
	if r.open {
		v = Unknown
	}
	for i := range r.permissions {
		if v = v.Or(r.permissions[i].grants(action, data, attributes)); v == Allow {
			break
		}
	}
	return v
}

// RoleGives answers whether a role definition gives an action to who has it,
// and whether that hangs on a condition of the definition, which is then taken
// to leave it open.
func RoleGives(def *estate.RoleDefinition, action string, data bool) (v Verdict, conditional bool) {
	r := newRole(def, &conditions{map[string]*Condition{}})
	v = r.grants(strings.ToLower(action), data, nil)
	for i := range r.permissions {
		p := &r.permissions[i]
		rights := &p.control
		if data {
			rights = &p.data
		}
		conditional = conditional || p.condition != nil && rights.match(strings.ToLower(action)) != Deny
	}
	return v, conditional
}

func (p *permission) grants(action string, data bool, attributes Attributes) Verdict {
	rights := &p.control
	if data {
		rights = &p.data
	}
	v := rights.match(action)
	if v != Deny && p.condition != nil {
		v = v.And(p.condition.Eval(action, attributes))
	}
	if p.perhaps {
		v = v.And(Unknown)
	}
	return v
}

// match answers for a plane without conditions.
func (p *planeRights) match(action string) Verdict {
	v := p.actions.match(action)
	if v == Deny {
		return Deny
	}
	return v.And(p.except.match(action).Not())
}

// conditions parses each text of a condition once.
type conditions struct{ parsed map[string]*Condition }

// of returns the condition in a property, or nil where there is none.
func (c *conditions) of(f estate.Field[string]) *Condition {
	switch {
	case f.Unknown != nil:
		return &Condition{Text: f.Unknown.Text()}
	case f.Value == "":
		return nil
	}
	found := c.parsed[f.Value]
	if found == nil {
		found = ParseCondition(f.Value)
		c.parsed[f.Value] = found
	}
	return found
}
