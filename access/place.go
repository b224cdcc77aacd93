package access

import (
	"slices"
	"strings"

	"palisade/estate"
)

// place is a resource as grants see it: the scopes that hold it.
type place struct {
	key    string
	scopes []string // itself first, the root last
	// inner are scopes inside of it at which data actions may be worth something
	// on it: a model deployment, a project. Whether Azure honours it isn't
	// documented in the sources that the facts rest on.
	inner []string
	// vague reports that parts of the id aren't known, so that scopes must be
	// compared part by part.
	vague  bool
	denied []*denial // at its scopes, or perhaps there
	// closed reports that roles count only where they are given at its scopes.
	closed bool
}

func (w *World) newPlace(key string) *place {
	p := &place{key: key, scopes: w.estate.Scopes(key), vague: strings.Contains(key, "«")}
	p.denied = w.findDenials(p)
	return p
}

// placeOf returns the indexed place of a resource, or makes one.
func (w *World) placeOf(key string) *place {
	if p := w.places[key]; p != nil {
		return p
	}
	return w.newPlace(key)
}

// under reports whether the place is surely in the scope.
func (p *place) under(scope string) bool {
	return slices.Contains(p.scopes, scope)
}

// applies answers whether a role given at scope counts at the place, for data
// actions or for those of the control plane.
func (w *World) applies(p *place, scope string, data bool) Verdict {
	if p.under(scope) {
		return Allow
	}
	if p.closed {
		return Deny
	}
	if data && slices.Contains(p.inner, scope) {
		return Unknown
	}
	if !p.vague && scope != "" && !strings.Contains(scope, "«") && !estate.IsManagementGroup(scope) {
		return Deny
	}
	return sure(w.estate.Within(p.key, scope))
}
