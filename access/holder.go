package access

import (
	"strings"

	"palisade/estate"
)

// Holder is a principal that has a right, or may have it.
type Holder struct {
	Principal Principal
	// Ref names the principal as the role assignment or policy does; it is nil
	// for a KeyHolder, and for what has an outside token.
	Ref        *estate.PrincipalRef
	Credential Credential
	Verdict    Verdict // never Deny
	// Group is the key of the group by which a member has the right, or "".
	Group      string
	Assignment *estate.RoleAssignment // what gives it, or nil
	Policy     *estate.Vault          // the vault whose access policy gives it, or nil

	// sure is Verdict but for conditions: how sure it is that the principal has
	// the role here.
	sure Verdict
}

// survey finds holders for many places. It keeps what scopes have in common,
// and is for one goroutine.
type survey struct {
	w      *World
	levels map[levelKey]*gathered
	// assignable is what reachableRoles has found.
	assignable map[rolesKey][]assignable
	bests      map[bestKey]bestRole
	ables      map[ableKey][]Holder
	keptKeys   map[string][]keptKey // by account; nil until asked for
	places     map[string]*place    // those that the World doesn't keep
}

type levelKey struct {
	scope, action string
	data          bool
}

// given is a binding that gives an action where it applies.
type given struct {
	*binding
	verdict Verdict
}

func (w *World) survey() *survey {
	return &survey{w: w, levels: map[levelKey]*gathered{}, assignable: map[rolesKey][]assignable{},
		bests: map[bestKey]bestRole{}, ables: map[ableKey][]Holder{}, places: map[string]*place{}}
}

func (s *survey) giving(all []*binding, action string, data bool) []given {
	var found []given
	for _, b := range all {
		if v := b.grants(action, data, nil); v != Deny {
			found = append(found, given{b, v})
		}
	}
	return found
}

// holders returns who has an action, in lower case, at a place: each principal
// once, in the order of the scopes from the place up. The list is shared and
// must not be changed.
func (s *survey) holders(p *place, action string, data bool) []Holder {
	found := s.upward(p.scopes, action, data)
	if inner := s.below(p, action, data); len(inner) > 0 {
		found = &gathered{found: merge(found, inner)}
	}
	return s.allowed(found.found, p, action, data)
}

// gathered is who has an action at a scope by roles at it and above it.
type gathered struct {
	found []Holder
	at    map[string]int // principal → index in found; made when first asked for
}

// best returns what the principal has.
func (g *gathered) best(principal string) (Holder, bool) {
	if g.at == nil {
		g.at = make(map[string]int, len(g.found))
		for i := range g.found {
			g.at[g.found[i].Principal.ID] = i
		}
	}
	i, ok := g.at[principal]
	if !ok {
		return Holder{}, false
	}
	return g.found[i], true
}

// upward gathers from the first scope up. Scopes at which nothing is given
// share what is gathered above them.
func (s *survey) upward(scopes []string, action string, data bool) *gathered {
	if len(scopes) == 0 {
		return &gathered{}
	}
	key := levelKey{scopes[0], action, data}
	if g := s.levels[key]; g != nil {
		return g
	}
	above := s.upward(scopes[1:], action, data)
	own := s.giving(s.w.bindings.byScope[scopes[0]], action, data)
	g := above
	if len(own) > 0 {
		g = &gathered{found: merge(above, s.gather(own, Allow))}
	}
	s.levels[key] = g
	return g
}

// merge puts own before what is gathered above, and keeps the better of what a
// principal has in both.
func merge(above *gathered, own []Holder) []Holder {
	all := make([]Holder, 0, len(own)+len(above.found))
	mine := make(map[string]bool, len(own))
	for _, h := range own {
		if other, ok := above.best(h.Principal.ID); ok && other.Verdict > h.Verdict {
			h = other
		}
		mine[h.Principal.ID] = true
		all = append(all, h)
	}
	for i := range above.found {
		if !mine[above.found[i].Principal.ID] {
			all = append(all, above.found[i])
		}
	}
	return all
}

func (s *survey) gather(all []given, most Verdict) []Holder {
	g := gathering{s: s, at: map[string]int{}}
	g.level(all, most)
	return g.found
}

// below is what is given inside of a place, or at scopes of which it isn't
// known whether they hold it.
func (s *survey) below(p *place, action string, data bool) []Holder {
	var all []given
	if data {
		for _, scope := range p.inner {
			all = append(all, s.giving(s.w.bindings.byScope[scope], action, data)...)
		}
	}
	return s.gather(append(all, s.unsure(p, action, data)...), Unknown)
}

// unsure is what is given at scopes of which it isn't known whether they hold
// the place.
func (s *survey) unsure(p *place, action string, data bool) []given {
	w := s.w
	if p.vague {
		return s.vague(p, action, data)
	}
	var found []given
	for _, list := range [][]*binding{w.bindings.loose, w.bindings.groups} {
		for _, b := range list {
			if !p.under(b.scope) && w.applies(p, b.scope, data) == Unknown {
				found = append(found, s.giving([]*binding{b}, action, data)...)
			}
		}
	}
	return found
}

// vague compares a place whose id isn't wholly known with all scopes.
func (s *survey) vague(p *place, action string, data bool) []given {
	var found []given
	for _, scope := range s.w.bindings.scopes {
		if !p.under(scope) && s.w.applies(p, scope, data) == Unknown {
			found = append(found, s.giving(s.w.bindings.byScope[scope], action, data)...)
		}
	}
	return found
}

// allowed leaves out those whom deny assignments and locks stop.
func (s *survey) allowed(all []Holder, p *place, action string, data bool) []Holder {
	denied := p.denied
	locked := Deny
	if !data {
		locked = s.w.locked(p, action, nil)
	}
	if len(denied) == 0 && locked == Deny {
		return all
	}
	var kept []Holder
	for _, h := range all {
		subject := s.w.subject(h.Principal)
		for _, d := range denied {
			h.Verdict = h.Verdict.And(d.denies(s.w, &subject, p, action, data).Not())
		}
		if h.Verdict = h.Verdict.And(locked.Not()); h.Verdict != Deny {
			kept = append(kept, h)
		}
	}
	return kept
}

// gathering collects holders, each principal with the best that it has.
type gathering struct {
	s     *survey
	found []Holder
	at    map[string]int // principal → index in found
}

func (g *gathering) level(all []given, most Verdict) {
	for _, b := range all {
		h := Holder{Principal: Whoever(b.principal.Key), Ref: &b.principal, Credential: Token,
			Verdict: b.verdict.And(most), Assignment: b.assignment, sure: b.certainty().And(most)}
		if !b.complete {
			h.sure = Unknown
		}
		g.add(h)
		if group := g.s.w.estate.Groups.Get(b.principal.Key); group != nil {
			g.members(group, h)
		}
	}
}

func (g *gathering) add(h Holder) bool {
	i, ok := g.at[h.Principal.ID]
	if !ok {
		g.at[h.Principal.ID] = len(g.found)
		g.found = append(g.found, h)
		return true
	}
	if h.Verdict > g.found[i].Verdict {
		g.found[i] = h
		return true
	}
	return false
}

// members adds the members of a group, and those of the groups in it. A group
// that brings nothing new isn't followed, which also ends cycles.
func (g *gathering) members(group *estate.Group, by Holder) {
	todo := []*estate.Group{group}
	seen := map[string]bool{group.Key: true}
	for len(todo) > 0 && len(seen) < groupLimit {
		at := todo[0]
		todo = todo[1:]
		for i, m := range at.Members.Each() {
			most := Allow
			if i >= len(at.Members.Items) || len(m.Choices) > 0 {
				most = Unknown
			}
			for _, p := range m.Each() {
				h := Holder{Principal: Whoever(p.Key), Ref: &p, Credential: Token, Verdict: by.Verdict.And(most),
					sure: by.sure.And(most), Group: at.Key, Assignment: by.Assignment, Policy: by.Policy}
				g.add(h)
				if inner := g.s.w.estate.Groups.Get(p.Key); inner != nil && !seen[inner.Key] {
					seen[inner.Key] = true
					todo = append(todo, inner)
				}
			}
		}
	}
}

// Holders returns who may do an action at a resource by roles, deny assignments
// and locks, and by the access policies of a vault that goes by them; data says
// that it is a data action. Neither network nor credential is asked.
func (w *World) Holders(id, action string, data bool) []Holder {
	return w.survey().holdersOf(estate.Key(id), strings.ToLower(action), data)
}

func (s *survey) holdersOf(key, action string, data bool) []Holder {
	a := s.w.assets[key]
	if a == nil {
		return s.holders(s.place(key), action, data)
	}
	p := a.targets[0].place
	if a.inner != nil {
		p = a.inner
	}
	if v := a.targets[0].vault; v != nil && data {
		return s.vaultHolders(v, p, action)
	}
	return s.holders(p, action, data)
}

// vaultHolders are those of a vault's data.
func (s *survey) vaultHolders(v *estate.Vault, p *place, action string) []Holder {
	roles := func() []Holder { return s.holders(p, action, true) }
	switch estate.True(v.RBAC) {
	case estate.Yes:
		return roles()
	case estate.No:
		return s.policyHolders(v, action, Allow)
	}
	all := append(roles(), s.policyHolders(v, action, Unknown)...)
	for i := range all {
		all[i].Verdict = Unknown
	}
	return all
}

// policyHolders are those whom access policies name.
func (s *survey) policyHolders(v *estate.Vault, action string, most Verdict) []Holder {
	g := gathering{s: s, at: map[string]int{}}
	lists := []estate.List[estate.AccessPolicy]{v.AccessPolicies}
	for _, c := range s.w.estate.PolicyChanges.Of(v.Key) {
		if c.Name != "remove" {
			lists = append(lists, c.Policies)
		}
	}
	for _, l := range lists {
		for i, p := range l.Each() {
			verdict := most
			if i >= len(l.Items) {
				verdict = verdict.And(Unknown)
			}
			g.policy(s.w, v, p, action, verdict)
		}
	}
	return g.found
}

func (g *gathering) policy(w *World, v *estate.Vault, p estate.AccessPolicy, action string, most Verdict) {
	for _, c := range p.Principal.Each() {
		subject := subject{key: c.Key, kind: Identified, ids: []string{c.Key}}
		verdict := w.policyFor(&subject, v.Resource, p, action, nil).And(most)
		if verdict == Deny {
			continue
		}
		h := Holder{Principal: Whoever(c.Key), Ref: &c, Credential: Token, Verdict: verdict, Policy: v}
		g.add(h)
		if group := w.estate.Groups.Get(c.Key); group != nil {
			g.members(group, h)
		}
	}
}
