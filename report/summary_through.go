package report

import (
	"slices"

	"palisade/access"
	"palisade/estate"
)

// Through is an API Management service that uses the models by its own right or
// with a key: whoever its APIs let in uses them, too, which its policies decide
// and Palisade doesn't.
type Through struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	By       string    `json:"by"`     // identity | key
	Public   string    `json:"public"` // whether the internet reaches the service: yes | no | unknown
	Position *Position `json:"position,omitempty"`
}

func (s *summary) through() []Through {
	var out []Through
	for _, g := range s.estate.Gateways.All {
		by := ""
		switch {
		case g.Referred:
		case slices.ContainsFunc(s.reach.Holders, func(h access.Holder) bool { return isIdentityOf(h, g.Resource) }):
			by = "identity"
		case s.holdsKey(g):
			by = "key"
		}
		if by != "" {
			out = append(out, Through{g.ID, g.Name, by, answerWords[public(g)], s.position(g.Pos)})
		}
	}
	return out
}

// isIdentityOf reports whether a right is that of an identity of r.
func isIdentityOf(h access.Holder, r *estate.Resource) bool {
	if h.Ref == nil || h.Ref.Owner == "" {
		return false
	}
	owner := estate.Key(h.Ref.Owner)
	return owner == r.Key || slices.ContainsFunc(r.Identity.UserAssigned.Each(), func(ref estate.Ref) bool {
		return slices.Contains(ref.Keys(), owner)
	})
}

// holdsKey reports whether a backend or named value holds a key of the account.
func (s *summary) holdsKey(g *estate.Gateway) bool {
	ofAccount := func(x estate.Secret) bool { return x.Owner == s.account.Key }
	for _, b := range s.estate.Backends.Of(g.Key) {
		if slices.ContainsFunc(b.Secrets, ofAccount) {
			return true
		}
	}
	for _, v := range s.estate.NamedValues.Of(g.Key) {
		if slices.ContainsFunc(v.Secrets, ofAccount) {
			return true
		}
	}
	return false
}

// public answers whether the service has an endpoint on the internet of its own.
// What stands before it, such as an application gateway, isn't regarded.
func public(g *estate.Gateway) estate.Answer {
	if estate.Is(g.NetworkType, "Internal") == estate.Yes || estate.Is(g.PublicNetworkAccess, "Disabled") == estate.Yes {
		return estate.No
	}
	if !g.NetworkType.Known() || !g.PublicNetworkAccess.Known() {
		return estate.Unsure
	}
	return estate.Yes
}
