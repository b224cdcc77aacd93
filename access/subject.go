package access

import (
	"palisade/estate"
)

// subject is who a grant is asked for: a principal and its groups.
type subject struct {
	key  string
	ids  []string // key, then the groups that hold it, transitively
	kind PrincipalKind
	// fresh reports that the estate makes the principal, so that nothing
	// outside of it can know it yet: no group, no parameter.
	fresh bool
	// complete reports that ids has all of its groups.
	complete   bool
	attributes Attributes // of the request, for conditions; nil where none are known
}

// groupLimit bounds how many groups of one principal are followed.
const groupLimit = 10000

func (w *World) subject(p Principal) subject {
	if p.Kind != Identified {
		return subject{kind: p.Kind}
	}
	key := w.keyOf(p)
	s := subject{key: key, kind: Identified, ids: w.withGroups(key)}
	if r := w.estate.Get(key); r != nil && !r.Referred {
		s.fresh = !live(r)
	}
	return s
}

// caller is the subject of a request, with what the caller's token says.
func (w *World) caller(r *Request) subject {
	s := w.subject(r.Principal)
	s.attributes = r.attributes()
	if c := r.Claims; c != nil && s.kind == Identified {
		s.complete = c.Complete
		if c.Resource != "" {
			s.ids = append(s.ids, w.keyOf(Whoever(c.Resource)))
		}
		for _, g := range c.Groups {
			s.ids = append(s.ids, w.keyOf(Whoever(g)))
		}
	}
	return s
}

// live reports whether a resource was read from Azure, where it may have been
// given rights that the estate doesn't show.
func live(r *estate.Resource) bool { return r.Identity.PrincipalID.Set }

// withGroups returns the key and those of all groups that surely hold it.
func (w *World) withGroups(key string) []string {
	ids := []string{key}
	groups := w.estate.GroupsOf(key)
	if len(groups) == 0 {
		return ids
	}
	seen := map[string]bool{key: true}
	for i := 0; i < len(ids) && len(ids) < groupLimit; i++ {
		for _, g := range w.estate.GroupsOf(ids[i]) {
			if !seen[g.Key] {
				seen[g.Key] = true
				ids = append(ids, g.Key)
			}
		}
	}
	return ids
}

// is answers whether the subject is, or is in, a principal that a rule names;
// group says that it names a group.
func (s *subject) is(w *World, p estate.PrincipalRef, group bool) Verdict {
	for _, id := range s.ids {
		if id == p.Key {
			return Allow
		}
	}
	if s.kind != Identified || s.fresh {
		return Deny
	}
	if s.complete && p.Unknown == nil {
		return Deny
	}
	if p.Unknown != nil || group && w.estate.Groups.Get(p.Key) == nil {
		return Unknown
	}
	if g := w.estate.Groups.Get(p.Key); g != nil && (g.Referred || !g.Members.Known() || g.MembershipRule.Value != "") {
		return Unknown
	}
	return Deny
}
