package access

import (
	"strings"

	"palisade/estate"
)

// locked answers whether a lock stops an action on the control plane. A
// ReadOnly lock stops everything but reading, listing keys included, as that
// is a POST; a CanNotDelete lock stops deleting. Locks on the data plane do
// nothing. What a lock does to role assignments isn't judged here.
// Source: azure-docs azure-resource-manager/management/lock-resources.md.
func (w *World) locked(p *place, action string, t *trace) Verdict {
	if strings.HasSuffix(action, "/read") || strings.HasPrefix(action, "microsoft.authorization/") {
		return Deny
	}
	v := Deny
	for _, scope := range p.scopes {
		for _, l := range w.estate.Locks.Of(scope) {
			v = v.Or(lockStops(l, action, t))
		}
	}
	return v
}

func lockStops(l *estate.Lock, action string, t *trace) Verdict {
	v := sure(estate.Is(l.Level, "ReadOnly"))
	if strings.HasSuffix(action, "/delete") {
		v = v.Or(sure(estate.Is(l.Level, "CanNotDelete")))
	}
	if l.Maybe != nil || l.Referred {
		v = v.And(Unknown)
	}
	if v != Deny {
		t.say(v.Not(), stated(l.Resource, "properties.level", l.Level), "a lock stops this action")
	}
	return v
}
