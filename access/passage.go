package access

import (
	"slices"
	"strings"

	"palisade/estate"
)

// Passage is an API of an API Management service that has a right to an
// account's models, or a key: whom it lets in uses them, too.
type Passage struct {
	Gateway *estate.Gateway
	API     *estate.API // nil where none of its APIs is declared
	By      Credential  // what the service shows the account
	Leads   Verdict     // whether the API is for this account; never Deny
	Asks    Asks
	Why     string         // Asks is AsksUnknown
	Policy  *estate.Policy // the API's own, or the service's; nil without one
	// Filtered reports that only listed addresses are let in.
	Filtered bool
}

// Asks is what is asked of the callers of an API.
type Asks uint8

const (
	// AsksUnknown: the policies, or what they compute, aren't known.
	AsksUnknown Asks = iota
	// AsksToken: a token or certificate that says who calls.
	AsksToken
	// AsksKey: a subscription key, or another secret, at most.
	AsksKey
	// AsksNothing: whoever can connect is let in.
	AsksNothing
	// AsksNobody: no call gets through.
	AsksNobody
)

func (a Asks) String() string { return [...]string{"unknown", "token", "key", "nothing", "nobody"}[a] }

// Passages are the APIs through which an account's models are used, of services
// that are among the holders of the right to them, or keep a key.
func (w *World) Passages(a *estate.Account, holders []Holder) []Passage {
	var all []Passage
	for _, g := range w.estate.Gateways.All {
		by, ok := w.showsAccount(g, a, holders)
		if !ok {
			continue
		}
		apis, run := w.apisOf(g), newPolicyRun(w.estate, g)
		for _, api := range apis {
			if p := run.passage(api, a); p.Leads != Deny {
				p.By = by
				all = append(all, p)
			}
		}
		if len(apis) == 0 {
			all = append(all, Passage{Gateway: g, By: by, Leads: Unknown, Why: "its APIs aren't declared here"})
		}
	}
	return all
}

// showsAccount answers what a service shows the account, if it has something.
func (w *World) showsAccount(g *estate.Gateway, a *estate.Account, holders []Holder) (Credential, bool) {
	if slices.ContainsFunc(holders, func(h Holder) bool { return isIdentityOf(h, g.Resource) }) {
		return Token, true
	}
	return Key, w.keepsKey(g, a)
}

// isIdentityOf reports whether a right is that of an identity of r.
func isIdentityOf(h Holder, r *estate.Resource) bool {
	if h.Ref == nil || h.Ref.Owner == "" {
		return false
	}
	owner := estate.Key(h.Ref.Owner)
	return owner == r.Key || slices.ContainsFunc(r.Identity.UserAssigned.Each(), func(ref estate.Ref) bool {
		return slices.Contains(ref.Keys(), owner)
	})
}

// keepsKey reports whether a backend or named value holds a key of the account.
func (w *World) keepsKey(g *estate.Gateway, a *estate.Account) bool {
	ofAccount := func(x estate.Secret) bool { return x.Owner == a.Key }
	for _, b := range w.estate.Backends.Of(g.Key) {
		if slices.ContainsFunc(b.Secrets, ofAccount) {
			return true
		}
	}
	for _, v := range w.estate.NamedValues.Of(g.Key) {
		if slices.ContainsFunc(v.Secrets, ofAccount) {
			return true
		}
	}
	return false
}

// apisOf are the APIs of a service and of its workspaces.
func (w *World) apisOf(g *estate.Gateway) []*estate.API {
	var all []*estate.API
	for _, api := range w.estate.APIs.All {
		if api.Parent == g.Key || strings.HasPrefix(api.Parent, g.Key+"/workspaces/") {
			all = append(all, api)
		}
	}
	return all
}

func (r *policyRun) passage(api *estate.API, a *estate.Account) Passage {
	p := Passage{Gateway: r.gateway, API: api, Policy: r.own(api), Leads: r.leads(api, a)}
	x := r.api(api)
	p.Filtered = x.filtered
	p.Asks, p.Why = x.asks(r.subscription(api))
	return p
}

// own is the policy that stands nearest to an API, for proofs.
func (r *policyRun) own(api *estate.API) *estate.Policy {
	for _, key := range []string{api.Key, r.gateway.Key} {
		if all := r.estate.Policies.Of(key); len(all) > 0 {
			return all[0]
		}
	}
	return nil
}

// subscription answers whether callers need a subscription's key. A product
// without one opens its APIs. Source: azure-docs
// api-management/api-management-subscriptions.md.
func (r *policyRun) subscription(api *estate.API) Verdict {
	needed := sure(estate.True(api.SubscriptionRequired))
	if api.Referred {
		needed = Unknown
	}
	for _, p := range r.products(api) {
		switch required := estate.True(p.SubscriptionRequired); {
		case required == estate.No && p.Maybe == nil && r.surelyIn(p, api):
			return Deny
		case required != estate.Yes:
			needed = needed.And(Unknown)
		}
	}
	return needed
}

func (r *policyRun) surelyIn(p *estate.Product, api *estate.API) bool {
	return slices.ContainsFunc(r.estate.ProductLinks.Of(p.Key), func(l *estate.ProductLink) bool {
		return l.Maybe == nil && l.Has(api) == estate.Yes
	})
}

func (r *policyRun) products(api *estate.API) []*estate.Product {
	var all []*estate.Product
	for _, p := range r.estate.Products.Of(api.Parent) {
		for _, link := range r.estate.ProductLinks.Of(p.Key) {
			if link.Has(api) != estate.No && !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	return all
}

// Public answers whether the service has an endpoint on the internet of its own.
// What stands before it, such as an application gateway, isn't regarded.
func Public(g *estate.Gateway) estate.Answer {
	if estate.Is(g.NetworkType, "Internal") == estate.Yes || estate.Is(g.PublicNetworkAccess, "Disabled") == estate.Yes {
		return estate.No
	}
	if !g.NetworkType.Known() || !g.PublicNetworkAccess.Known() {
		return estate.Unsure
	}
	return estate.Yes
}
