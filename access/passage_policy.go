package access

import (
	"slices"
	"strings"
	"sync"

	"palisade/estate"
)

// policyRun goes through the policies of one API Management service as a call
// does: from the operation by base to the API, its product and the service.
// Whatever it isn't sure of it takes for unknown: a condition, what an
// expression computes, a policy that may not be there.
type policyRun struct {
	estate    *estate.Estate
	gateway   *estate.Gateway
	global    func() asked      // what the service asks of all calls
	fragments map[string]*asked // by name; nil while it is gone through
}

func newPolicyRun(e *estate.Estate, g *estate.Gateway) *policyRun {
	r := &policyRun{estate: e, gateway: g, fragments: map[string]*asked{}}
	r.global = sync.OnceValue(func() asked {
		return r.at(g.Resource, func() asked { return nothingAsked })
	})
	return r
}

// api is what an API asks of the calls of all its operations. A caller chooses
// the operation, so that the weakest counts.
func (r *policyRun) api(api *estate.API) asked {
	if api.Parent != r.gateway.Key {
		return notKnownAsked("it is in a workspace, whose policies aren't gone through")
	}
	whole := sync.OnceValue(func() asked { return r.wholeAPI(api) })
	operations := r.estate.Operations.Of(api.Key)
	out, counts := asked{ends: true}, api.Referred || api.Imported || len(operations) == 0
	for _, o := range operations {
		own := r.estate.Policies.Of(o.Key)
		if len(own) == 0 || o.Referred {
			counts = true
		}
		if len(own) > 0 {
			out = out.weaker(r.at(o.Resource, whole))
		}
	}
	if counts {
		out = out.weaker(whole())
	}
	return out
}

func (r *policyRun) wholeAPI(api *estate.API) asked {
	if api.Copied && !api.Referred && len(r.estate.Policies.Of(api.Key)) == 0 {
		return notKnownAsked("it begins as a copy of another API, with its policies")
	}
	return r.at(api.Resource, sync.OnceValue(func() asked { return r.aboveAPI(api) }))
}

// aboveAPI is what products and the service ask.
func (r *policyRun) aboveAPI(api *estate.API) asked {
	out := r.global()
	for _, p := range r.products(api) {
		out = out.or(r.at(p.Resource, r.global))
	}
	return out
}

// at is what the policy of one scope asks, whose base is that above it.
func (r *policyRun) at(on *estate.Resource, base func() asked) asked {
	all := r.estate.Policies.Of(on.Key)
	if len(all) == 0 && on.Referred {
		return notKnownAsked("the policy of " + on.Name + " may be declared elsewhere")
	}
	out, there := asked{ends: true}, false
	for _, p := range all {
		there = there || isThereWith(p.Resource, on)
		docs, err := p.Documents()
		if err != nil {
			return notKnownAsked(err.Error())
		}
		for _, doc := range docs {
			out = out.or(r.document(doc, base))
		}
	}
	if !there {
		out = out.or(base())
	}
	return out
}

// isThereWith reports whether a resource is surely there where on is.
func isThereWith(r, on *estate.Resource) bool {
	return r.Maybe == nil || on.Maybe != nil && on.Maybe.Text() == r.Maybe.Text()
}

func (r *policyRun) document(doc *estate.PolicyElement, base func() asked) asked {
	inbound, why := inboundOf(doc)
	switch {
	case why != "":
		return notKnownAsked(why)
	case inbound == nil:
		return nothingAsked
	}
	return r.all(inbound, base)
}

// inboundOf is what a policy says of calls on their way in, or nil; or why that
// isn't known.
func inboundOf(doc *estate.PolicyElement) (*estate.PolicyElement, string) {
	const partly = "parts of the policy aren't known"
	policies := doc.Child("policies")
	switch {
	case policies == nil:
		return nil, "the policy has no <policies>, as far as it is known"
	case doc.Open || policies.Open:
		return nil, partly
	}
	isInbound := func(e *estate.PolicyElement) bool { return e.Name == "inbound" }
	inbound := policies.Child("inbound")
	if n := slices.IndexFunc(policies.Children, isInbound); n >= 0 && slices.ContainsFunc(policies.Children[n+1:], isInbound) {
		return nil, "the policy has <inbound> more than once"
	}
	return inbound, ""
}

// all is what the elements in another one ask, one after the other.
func (r *policyRun) all(in *estate.PolicyElement, base func() asked) asked {
	out := nothingAsked
	for _, e := range in.Children {
		if out = out.then(r.element(e, base)); out.ends {
			return out
		}
	}
	if in.Open && out.token != Allow {
		return out.then(notKnownAsked("parts of the policy aren't known"))
	}
	return out
}

// element is what one policy asks. Source: azure-docs
// api-management/api-management-policies.md.
func (r *policyRun) element(e *estate.PolicyElement, base func() asked) asked {
	switch e.Name {
	case "validate-jwt", "validate-azure-ad-token", "validate-client-certificate":
		return validated(e)
	case "check-header":
		return headerChecked(e)
	case "ip-filter":
		return asked{filtered: e.Attrs["action"] == "allow"}
	case "mock-response":
		return asked{ends: true}
	case "return-response":
		return asked{ends: true, returns: true}
	case "cache-lookup", "azure-openai-semantic-cache-lookup", "llm-semantic-cache-lookup":
		return asked{early: true, leaks: Allow}
	case "send-request":
		return asked{sends: true}
	case "base":
		return base()
	case "include-fragment":
		return r.fragment(e)
	case "limit-concurrency", "retry", "wait":
		return r.all(e, base)
	case "choose":
		return r.choose(e, base)
	}
	return nothingAsked
}

// fragment is what a fragment asks, wherever it is included.
func (r *policyRun) fragment(e *estate.PolicyElement) asked {
	name := strings.ToLower(e.Attrs["fragment-id"])
	if e.Partial || estate.IsComputed(name) || name == "" {
		return notKnownAsked("which fragment is included isn't known")
	}
	found, ok := r.fragments[name]
	if !ok {
		r.fragments[name] = nil
		x := r.declared(name)
		found = &x
		r.fragments[name] = found
	}
	if found == nil {
		return notKnownAsked("its fragments include each other")
	}
	return *found
}

// declared is what all declarations of a fragment ask.
func (r *policyRun) declared(name string) asked {
	out, there := asked{ends: true}, false
	for _, f := range r.fragmentsOf(name) {
		there = there || f.Maybe == nil
		docs, err := f.Documents()
		if err != nil {
			return notKnownAsked("the fragment " + name + ": " + err.Error())
		}
		for _, doc := range docs {
			body := doc.Child("fragment")
			if body == nil || doc.Open {
				return notKnownAsked("the fragment " + name + " isn't wholly known")
			}
			out = out.or(r.all(body, func() asked { return nothingAsked }))
		}
	}
	switch {
	case out.ends && !there:
		return notKnownAsked("the fragment " + name + " isn't declared here")
	case !there:
		return out.or(notKnownAsked("the fragment " + name + " may not be there"))
	}
	return out
}

func (r *policyRun) fragmentsOf(name string) []*estate.PolicyFragment {
	var all []*estate.PolicyFragment
	for _, f := range r.estate.PolicyFragments.Of(r.gateway.Key) {
		if strings.EqualFold(f.Name, name) {
			all = append(all, f)
		}
	}
	return all
}

// choose is what all ways through a choice ask. One that ends the call for what
// the caller shows may be a check of who calls.
func (r *policyRun) choose(e *estate.PolicyElement, base func() asked) asked {
	out, checks, otherwise := asked{ends: true}, false, false
	for _, branch := range e.Children {
		x := r.all(branch, base)
		checks = checks || x.ends && (branch.Partial || looksAtCaller(branch.Attrs["condition"]))
		otherwise = otherwise || branch.Name == "otherwise"
		out = out.or(x)
	}
	if !otherwise {
		out = out.or(nothingAsked)
	}
	switch {
	case e.Open:
		return out.or(notKnownAsked("parts of the policy aren't known"))
	case checks && !out.ends && out.token == Deny:
		out.token, out.why = Unknown, "a condition of its policy may check who calls"
	}
	return out
}

// looksAtCaller reports whether a condition can tell callers apart: by what only
// they can show, or by a variable, which may be made from that.
func looksAtCaller(condition string) bool {
	for _, word := range []string{"Header", "Certificate", "Variables", "User", "Subscription", "Jwt", "Product", "IpAddress", "Query", "Body"} {
		if strings.Contains(condition, word) {
			return true
		}
	}
	return condition == ""
}
