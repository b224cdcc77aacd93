package access

import (
	"slices"
	"strings"

	"palisade/estate"
)

// Surplus is a right that a role assignment gives a principal beyond what the
// principal needs.
type Surplus struct {
	Assignment *estate.RoleAssignment
	// Pattern is the pattern of actions as the role has it, or "" where it isn't
	// known what the role gives.
	Pattern string
	Data    bool // it is of the data plane
	// Action is an action that the pattern stands for, or "" where none that is
	// known could be shown.
	Action string
	// Verdict is Allow where the principal surely may do something that it
	// doesn't need, else Unknown.
	Verdict Verdict
}

// Surplus returns what the role assignments of a principal and its groups give
// it at a resource, by roles there, above and inside of it, that need doesn't
// give. A pattern counts as needed where all that it stands for is, also what
// Azure may add one day. Sure ones come first, then in the order of the
// assignments. Assignments for principals that aren't known aren't looked at.
func (w *World) Surplus(p Principal, c *Claims, id string, need *estate.RoleDefinition) []Surplus {
	s := w.caller(&Request{Principal: p, Claims: c})
	q := surplus{w: w, subject: &s, at: w.placeOf(estate.Key(id)), need: newRole(need, &conditions{map[string]*Condition{}})}
	for i, holder := range s.ids {
		if slices.Contains(s.ids[:i], holder) {
			continue
		}
		for _, b := range w.bindings.byPrincipal[holder] {
			q.binding(b)
		}
	}
	slices.SortStableFunc(q.found, func(a, b Surplus) int { return int(b.Verdict) - int(a.Verdict) })
	return q.found
}

// surplus collects what isn't needed.
type surplus struct {
	w       *World
	subject *subject
	at      *place
	need    *role
	found   []Surplus
}

func (q *surplus) binding(b *binding) {
	at := q.at
	if strings.HasPrefix(b.scope, at.key+"/") {
		at = q.w.placeOf(b.scope)
	}
	if q.w.applies(at, b.scope, false) == Deny {
		return
	}
	if !b.complete || len(b.roles) == 0 {
		q.found = append(q.found, Surplus{Assignment: b.assignment, Verdict: Unknown})
	}
	for _, r := range b.roles {
		open := r.open
		for _, p := range r.def.Permissions.Each() {
			q.patterns(b, at, p.Actions, p.NotActions, false)
			q.patterns(b, at, p.DataActions, p.NotDataActions, true)
			open = open || p.Actions.Open || p.DataActions.Open
		}
		if open {
			q.found = append(q.found, Surplus{Assignment: b.assignment, Verdict: Unknown})
		}
	}
}

func (q *surplus) patterns(b *binding, at *place, list, except estate.List[string], data bool) {
	for _, pattern := range list.Each() {
		if q.covered(pattern, except.Items, data) {
			continue
		}
		v, action := q.shown(b, at, strings.ToLower(pattern), data)
		if v == Deny && !strings.Contains(pattern, "*") {
			continue // notActions, a deny assignment or a condition takes it away
		}
		q.found = append(q.found, Surplus{b.assignment, pattern, data, action, v.Or(Unknown)})
	}
}

// covered reports whether all that a pattern stands for, but for what is
// excepted from it, is needed. A pattern is in another one if that matches its
// text: a star of its own falls into a gap of the other only.
func (q *surplus) covered(pattern string, except []string, data bool) bool {
	text := strings.ToLower(pattern)
	for i, p := range q.need.def.Permissions.Items {
		rights, not := &q.need.permissions[i].control, p.NotActions.Items
		if data {
			rights, not = &q.need.permissions[i].data, p.NotDataActions.Items
		}
		if rights.actions.match(text) == Allow && !slices.ContainsFunc(not, func(n string) bool { return overlaps(text, n, except) }) {
			return true
		}
	}
	return false
}

// overlaps reports whether a pattern may stand for something that another one
// does, too, and that isn't excepted from it.
func overlaps(pattern, other string, except []string) bool {
	for _, e := range except {
		if NewPattern(e).Match(strings.ToLower(other)) == Allow {
			return false
		}
	}
	return strings.Contains(pattern, "*") || NewPattern(other).Match(pattern) != Deny
}

// shown looks for an action of a pattern that isn't needed and may be done. The
// action is "" where that is one that this package has made up.
func (q *surplus) shown(b *binding, at *place, pattern string, data bool) (Verdict, string) {
	best, shown := Deny, ""
	known, made := witnesses(pattern, data)
	known = append(known, q.gaps(pattern, data)...)
	for i, action := range append(known, made...) {
		lower := strings.ToLower(action)
		if q.need.grants(lower, data, nil) == Allow {
			continue
		}
		v := b.grants(lower, data, q.subject.attributes).And(q.w.grant(q.subject, at, lower, data, nil))
		if v <= best {
			continue
		}
		if best, shown = v, ""; i < len(known) {
			shown = action
		}
		if best == Allow {
			break
		}
	}
	return best, shown
}

// gaps are the actions that a pattern stands for and the need leaves out of
// patterns of its own.
func (q *surplus) gaps(pattern string, data bool) []string {
	var all []string
	for _, p := range q.need.def.Permissions.Items {
		not := p.NotActions.Items
		if data {
			not = p.NotDataActions.Items
		}
		for _, n := range not {
			if !strings.Contains(n, "*") && NewPattern(pattern).Match(strings.ToLower(n)) == Allow {
				all = append(all, n)
			}
		}
	}
	return all
}

// witnesses are actions that a pattern in lower case stands for: the pattern
// itself where it has no star, those that lead further, and some that are made
// up, as whoever has a pattern has what Azure adds to it.
func witnesses(pattern string, data bool) (known, made []string) {
	if !strings.Contains(pattern, "*") {
		return []string{pattern}, nil
	}
	p := NewPattern(pattern)
	for i := range edges {
		if edges[i].data == data && p.Match(edges[i].lower) == Allow {
			known = append(known, edges[i].action)
		}
	}
	stem, open := strings.CutSuffix(pattern, "*")
	stem = strings.ReplaceAll(stem, "*", "x")
	if !open {
		return known, []string{stem}
	}
	made = []string{stem + "x/write", stem + "x/delete", stem + "x/action"}
	if data {
		made = append(made, stem+"x/read")
	}
	return known, made
}
