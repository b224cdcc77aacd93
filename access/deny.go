package access

import (
	"strings"

	"palisade/estate"
)

// everyone is the object id that stands for all principals in a deny
// assignment, with the type SystemDefined.
const everyone = "00000000-0000-0000-0000-000000000000"

// denial is a deny assignment, ready to be asked.
// Source: Azure PowerShell help of New-AzDenyAssignment, Az 16.0.
type denial struct {
	assignment  *estate.DenyAssignment
	permissions role // actions are what is denied
	condition   *Condition
}

func (w *World) indexDenials() {
	w.denials = map[string][]*denial{}
	for _, a := range w.estate.DenyAssignments.All {
		d := &denial{assignment: a, condition: w.conditions.of(a.Condition)}
		d.permissions = *newRole(&estate.RoleDefinition{Permissions: a.Permissions}, &w.conditions)
		w.denials[a.Parent] = append(w.denials[a.Parent], d)
		if strings.Contains(a.Parent, "«") || a.Parent == "" {
			w.looseDenials = append(w.looseDenials, d)
		}
	}
}

// findDenials returns the deny assignments at the scopes of a place, and those
// that may be there.
func (w *World) findDenials(p *place) []*denial {
	var found []*denial
	for _, scope := range p.scopes {
		found = append(found, w.denials[scope]...)
	}
	for _, d := range w.looseDenials {
		if !p.under(d.assignment.Parent) && w.estate.Within(p.key, d.assignment.Parent) == estate.Unsure {
			found = append(found, d)
		}
	}
	return found
}

// denies answers Allow where the deny assignment surely forbids the action to
// one of the subject's principals.
func (d *denial) denies(w *World, s *subject, p *place, action string, data bool) Verdict {
	v := d.permissions.grants(action, data, nil)
	if v == Deny {
		return Deny
	}
	v = v.And(d.effective(p)).And(d.covers(w, s))
	if d.condition != nil {
		v = v.And(d.condition.Eval(action, nil))
	}
	return v
}

func (d *denial) effective(p *place) Verdict {
	a := d.assignment
	v := sure(estate.Is(a.Effect, "enforced"))
	if a.Parent != p.key {
		v = v.And(sure(estate.True(a.OwnScopeOnly)).Not())
	}
	if a.Maybe != nil || a.Referred || !p.under(a.Parent) {
		v = v.And(Unknown)
	}
	return v
}

// covers answers whether the subject is among the principals and not among
// those that are left out.
func (d *denial) covers(w *World, s *subject) Verdict {
	in := denyList(w, d.assignment.Principals, s)
	if in == Deny {
		return Deny
	}
	return in.And(denyList(w, d.assignment.Excluded, s).Not())
}

func denyList(w *World, l estate.List[estate.DenyPrincipal], s *subject) Verdict {
	v := Deny
	if l.Open {
		v = Unknown
	}
	for _, p := range l.Items {
		v = v.Or(denyPrincipal(w, p, s))
	}
	for _, p := range l.Possible {
		v = v.Or(denyPrincipal(w, p, s).And(Unknown))
	}
	return v
}

func denyPrincipal(w *World, p estate.DenyPrincipal, s *subject) Verdict {
	if p.Principal.Object == everyone {
		return Allow
	}
	v := Deny
	for _, c := range p.Principal.Each() {
		is := s.is(w, c, estate.Is(p.Type, "Group") != estate.No && p.Type.Set)
		if len(p.Principal.Choices) > 1 {
			is = is.And(Unknown)
		}
		v = v.Or(is)
	}
	return v
}
