package access

import (
	"strings"

	"palisade/estate"
)

// guarded follows those whom only a lock or a deny assignment keeps from a
// way's right, and who can remove it; reached are those whom nothing keeps.
func (h *hunt) guarded(gain Gain, steps []Step, way way, reached []Holder) {
	p := h.placeOf(way)
	denied, locked := p.denied, Deny
	if !way.data {
		locked = h.s.w.locked(p, way.lower, nil)
	}
	if len(denied) == 0 && locked == Deny || len(steps) >= chainSteps {
		return
	}
	has := map[string]bool{}
	for i := range reached {
		has[reached[i].Principal.ID] = true
	}
	for _, g := range h.guards(p, denied, locked) {
		var able []Holder
		for _, holder := range h.s.upward(p.scopes, way.lower, way.data).found {
			if has[holder.Principal.ID] {
				continue
			}
			holder.Verdict = holder.Verdict.And(least(steps)).And(g.most).And(h.unguarded(&holder, p, g.lower))
			if way.need != "" {
				holder.Verdict = holder.Verdict.And(h.unguarded(&holder, p, strings.ToLower(way.need)))
			}
			if holder.Verdict != Deny {
				able = append(able, holder)
			}
		}
		first := Step{Edge: g.id, Action: g.action, Resource: p.key, Verdict: g.most, Text: g.text}
		h.arrive(gain, append([]Step{first}, steps...), able)
	}
}

// guards are the rights that remove what guards a place. One of them is not
// enough where both kinds are there: the chain is then not sure.
func (h *hunt) guards(p *place, denied []*denial, locked Verdict) []way {
	most := Allow
	if len(denied) > 0 && locked != Deny {
		most = Unknown
	}
	var all []way
	for i := range edges {
		e := &edges[i]
		switch {
		case e.id == "lock.delete" && locked != Deny:
			all = append(all, way{edge: e, on: p.key, most: most})
		case e.id == "deny.delete" && removable(denied):
			all = append(all, way{edge: e, on: p.key, most: most})
		}
	}
	return all
}

// removable reports whether one of the deny assignments isn't protected.
func removable(denied []*denial) bool {
	for _, d := range denied {
		if estate.True(d.assignment.SystemProtected) != estate.Yes {
			return true
		}
	}
	return false
}

// unguarded answers whether a holder has another right by its roles alone.
func (h *hunt) unguarded(holder *Holder, p *place, action string) Verdict {
	subject := h.s.w.subject(holder.Principal)
	return h.s.w.given(&subject, p, action, false, nil)
}

// placeOf is where the right of a way is asked for.
func (h *hunt) placeOf(way way) *place {
	if a := h.s.w.assets[way.on]; a != nil {
		if a.inner != nil {
			return a.inner
		}
		return a.targets[0].place
	}
	return h.s.place(way.on)
}

// guardedBy reports whether the account has what an edge removes.
func (h *hunt) guardedBy(edge string) bool {
	e := h.s.w.estate
	p := h.x.place
	if edge == "deny.delete" {
		return len(p.denied) > 0
	}
	for _, scope := range p.scopes {
		if edge == "lock.delete" && len(e.Locks.Of(scope)) > 0 ||
			edge == "policy.exempt" && len(e.PolicyAssignments.Of(scope)) > 0 {
			return true
		}
	}
	return false
}
