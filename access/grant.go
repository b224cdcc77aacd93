package access

import (
	"palisade/estate"
)

// grant answers whether a subject may do an action, in lower case, at a place,
// by the roles that it has.
// Source: azure-docs role-based-access-control/overview.md, "How Azure RBAC
// determines if a user has access to a resource".
func (w *World) grant(s *subject, p *place, action string, data bool, t *trace) Verdict {
	given := w.given(s, p, action, data, t)
	if given == Deny {
		return t.say(Deny, fact{}, "no role assignment gives this action here")
	}
	v := given
	for _, d := range p.denied {
		if denied := d.denies(w, s, p, action, data); denied != Deny {
			v = v.And(denied.Not())
			t.say(denied.Not(), whole(d.assignment.Resource), "a deny assignment forbids this action")
		}
	}
	if !data {
		v = v.And(w.locked(p, action, t).Not())
	}
	return v
}

// given is the best that the role assignments give.
func (w *World) given(s *subject, p *place, action string, data bool, t *trace) Verdict {
	v := Deny
	try := func(b *binding, is Verdict) {
		if v == Allow {
			return
		}
		where := w.applies(p, b.scope, data)
		if where == Deny {
			return
		}
		g := b.grants(action, data, s.attributes)
		if g == Deny {
			t.sayUnmet(b, is, s, action, data)
			return
		}
		v = v.Or(is.And(where).And(g))
		t.sayBinding(b, is, where, g)
	}
	for _, id := range s.ids {
		for _, b := range w.bindings.byPrincipal[id] {
			try(b, Allow)
		}
	}
	if s.kind != Identified || s.fresh || v == Allow || s.complete && p.closed {
		return v
	}
	w.openAt(p, data, func(b *binding) { try(b, s.is(w, b.principal, b.principal.Unknown == nil)) })
	return v
}

// openAt visits the role assignments for whom it isn't known who has them, that
// count at a place or may do so.
func (w *World) openAt(p *place, data bool, visit func(*binding)) {
	each := func(scope string) {
		for _, b := range w.bindings.open[scope] {
			visit(b)
		}
	}
	if p.vague {
		for _, scope := range w.bindings.openScopes {
			each(scope)
		}
		return
	}
	for _, scope := range p.scopes {
		each(scope)
	}
	if data {
		for _, scope := range p.inner {
			each(scope)
		}
	}
	for _, b := range w.bindings.looseOpen {
		if !p.under(b.scope) {
			visit(b)
		}
	}
}

// sayUnmet notes a role assignment that would give the action if the condition
// held, where what it asks about the request is known.
func (t *trace) sayUnmet(b *binding, is Verdict, s *subject, action string, data bool) {
	if t == nil || s.attributes == nil || b.condition == nil || is != Allow || b.roleGrants(action, data, s.attributes) == Deny {
		return
	}
	t.say(Deny, fact{b.assignment.Resource, "properties.condition", b.condition.Text, b.assignment.Condition.Pos},
		"a role assignment gives this action, but its condition doesn't hold")
}

// sayBinding notes what a role assignment gives and why that isn't sure.
func (t *trace) sayBinding(b *binding, is, where, gives Verdict) {
	if t == nil {
		return
	}
	v := is.And(where).And(gives)
	why := "a role assignment gives this action"
	switch {
	case v == Allow:
	case is == Unknown && b.principal.Unknown != nil:
		why = "a role assignment gives this action to a principal that isn't known"
	case is == Unknown:
		why = "a role assignment gives this action to a group whose members aren't all known"
	case where == Unknown:
		why = "it isn't known whether a role assignment that gives this action counts here"
	case b.doubt != "":
		why = b.doubt
	case !b.complete:
		why = "the role that is assigned isn't known"
	default:
		why = "the role may give this action, by a condition or a part that isn't known"
	}
	t.say(v, fact{b.assignment.Resource, "properties.roleDefinitionId", b.roleName(), b.assignment.Role.Pos}, why)
}

// roleName is the name of the role, or the reference to it where it isn't known.
func (b *binding) roleName() string {
	if len(b.roles) == 1 && b.roles[0].def.RoleName.Value != "" {
		return b.roles[0].def.RoleName.Value
	}
	return b.assignment.Role.ID
}

// tenantGrant answers for any user of the tenant: only a dynamic group may give
// such a user something.
func (w *World) tenantGrant(p *place, action string, data bool, t *trace) Verdict {
	v := Deny
	w.openAt(p, data, func(b *binding) {
		g := w.estate.Groups.Get(b.principal.Key)
		if g == nil || g.MembershipRule.Value == "" && g.MembershipRule.Unknown == nil {
			return
		}
		where := w.applies(p, b.scope, data)
		if gives := b.grants(action, data, nil).And(where); gives != Deny {
			v = Unknown
			t.sayBinding(b, Unknown, where, gives)
		}
	})
	if v == Deny {
		t.say(Deny, fact{}, "a user without a role may not do this")
	}
	return v
}

// policyGrant answers for a vault in access-policy mode.
func (w *World) policyGrant(s *subject, v *estate.Vault, action string, t *trace) Verdict {
	verdict := Deny
	try := func(on *estate.Resource, l estate.List[estate.AccessPolicy], sign Verdict) {
		for _, p := range l.Items {
			verdict = verdict.Or(w.policyFor(s, on, p, action, t).And(sign))
		}
		for _, p := range l.Possible {
			verdict = verdict.Or(w.policyFor(s, on, p, action, t).And(Unknown))
		}
		if l.Open {
			verdict = verdict.Or(t.say(Unknown, whole(on), "there may be other access policies"))
		}
	}
	try(v.Resource, v.AccessPolicies, Allow)
	for _, c := range w.estate.PolicyChanges.Of(v.Key) {
		if c.Name != "remove" {
			try(c.Resource, c.Policies, Allow)
		}
	}
	if verdict == Deny {
		t.say(Deny, fact{on: v.Resource, property: "properties.accessPolicies"}, "no access policy gives this")
	}
	return verdict
}

// policyFor answers for one access policy; only the reading of secrets is
// known to it.
func (w *World) policyFor(s *subject, on *estate.Resource, p estate.AccessPolicy, action string, t *trace) Verdict {
	is := Deny
	for _, c := range p.Principal.Each() {
		one := s.is(w, c, false)
		if len(p.Principal.Choices) > 1 {
			one = one.And(Unknown)
		}
		is = is.Or(one)
	}
	if is == Deny {
		return Deny
	}
	gives := Unknown
	if action == lowerGetSecret {
		gives = secretsRight(p.Secrets)
	}
	if gives == Deny {
		return Deny
	}
	v := is.And(gives)
	if p.Application.Value != "" || p.Application.Unknown != nil {
		v = v.And(Unknown)
	}
	return t.say(v, fact{on, "properties.accessPolicies", "", p.Pos}, "an access policy gives this")
}

func secretsRight(l estate.List[string]) Verdict {
	v := Deny
	if l.Open {
		v = Unknown
	}
	for _, right := range l.Items {
		if isGet(right) {
			return Allow
		}
	}
	for _, right := range l.Possible {
		if isGet(right) {
			v = Unknown
		}
	}
	return v
}
