package access

import (
	"slices"
	"strings"

	"palisade/arm"
	"palisade/estate"
)

// policyRun goes through the policies of one API Management service as a call
// does: from the operation by base to the API, its product and the service.
type policyRun struct {
	estate  *estate.Estate
	gateway *estate.Gateway
	depth   int // of fragments in fragments
}

// asked is what every call that gets through has shown.
type asked struct {
	token, key estate.Answer
	ends       bool   // no call gets through
	why        string // one of them isn't known
}

var nothingAsked = asked{token: estate.No, key: estate.No}

func notKnownAsked(why string) asked { return asked{why: why} }

// either is Yes if one of two is.
func either(a, b estate.Answer) estate.Answer {
	switch {
	case a == estate.Yes || b == estate.Yes:
		return estate.Yes
	case a == estate.Unsure || b == estate.Unsure:
		return estate.Unsure
	}
	return estate.No
}

// alike is the answer that both have, or Unsure.
func alike(a, b estate.Answer) estate.Answer {
	if a == b {
		return a
	}
	return estate.Unsure
}

// then is what calls have shown that passed a and then b.
func (a asked) then(b asked) asked {
	return asked{either(a.token, b.token), either(a.key, b.key), a.ends || b.ends, firstOf(a.why, b.why)}
}

// or is what calls have shown that passed a or b.
func (a asked) or(b asked) asked {
	switch {
	case a.ends:
		return b
	case b.ends:
		return a
	}
	why := firstOf(a.why, b.why)
	if a.token != b.token {
		why = firstOf(why, "not all of its calls are asked for the same")
	}
	return asked{token: alike(a.token, b.token), key: alike(a.key, b.key), why: why}
}

// weaker is what calls have shown whose caller could take either way.
func (a asked) weaker(b asked) asked {
	switch {
	case a.ends:
		return b
	case b.ends:
		return a
	}
	return asked{token: less(a.token, b.token), key: less(a.key, b.key), why: firstOf(a.why, b.why)}
}

// less is Yes if both of two are, and No if one is.
func less(a, b estate.Answer) estate.Answer {
	switch {
	case a == estate.No || b == estate.No:
		return estate.No
	case a == estate.Unsure || b == estate.Unsure:
		return estate.Unsure
	}
	return estate.Yes
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// api is what an API asks of the calls of all its operations.
func (r *policyRun) api(api *estate.API) asked {
	above := func() asked { return r.aboveAPI(api) }
	whole := r.at(api.Resource, above)
	out, n := whole, 0
	operations := r.estate.Operations.Of(api.Key)
	for _, o := range operations {
		if len(r.estate.Policies.Of(o.Key)) == 0 {
			continue
		}
		x := r.at(o.Resource, func() asked { return whole })
		if n++; n == 1 && len(operations) == 1 {
			out = x
			continue
		}
		out = out.weaker(x)
	}
	return out
}

// aboveAPI is what products and the service ask.
func (r *policyRun) aboveAPI(api *estate.API) asked {
	out := r.global()
	for _, p := range r.products(api) {
		out = out.or(r.at(p.Resource, r.global))
	}
	return out
}

func (r *policyRun) global() asked {
	return r.at(r.gateway.Resource, func() asked { return nothingAsked })
}

// at is what the policy of one scope asks, whose base is that above it.
func (r *policyRun) at(on *estate.Resource, base func() asked) asked {
	all := r.estate.Policies.Of(on.Key)
	if len(all) == 0 {
		if x := base(); !on.Referred || x.token == estate.Yes {
			return x
		}
		return notKnownAsked("the policy of " + on.Name + " may be declared elsewhere")
	}
	out := asked{ends: true}
	for _, p := range all {
		docs, err := p.Documents()
		if err != nil {
			return notKnownAsked(err.Error())
		}
		for _, doc := range docs {
			out = out.or(r.document(doc, base))
		}
	}
	return out
}

func (r *policyRun) document(doc *estate.PolicyElement, base func() asked) asked {
	policies := doc.Child("policies")
	if policies == nil {
		return notKnownAsked("the policy has no <policies>")
	}
	inbound := policies.Child("inbound")
	switch {
	case inbound == nil && policies.Open:
		return notKnownAsked("parts of the policy aren't known")
	case inbound == nil:
		return nothingAsked
	}
	return r.all(inbound, base)
}

// all is what the elements in another one ask, one after the other.
func (r *policyRun) all(in *estate.PolicyElement, base func() asked) asked {
	out := nothingAsked
	for _, e := range in.Children {
		if out = out.then(r.element(e, base)); out.ends {
			return out
		}
	}
	if in.Open && out.token != estate.Yes {
		return notKnownAsked("parts of the policy aren't known")
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
		return asked{token: estate.No, key: estate.Yes}
	case "return-response", "mock-response":
		return asked{token: estate.No, key: estate.No, ends: true}
	case "base":
		return base()
	case "include-fragment":
		return r.fragment(e.Attrs["fragment-id"], base)
	case "limit-concurrency", "retry":
		return r.all(e, base)
	case "choose":
		return r.choose(e, base)
	}
	return nothingAsked
}

// validated is what a policy asks that looks at a token or certificate.
func validated(e *estate.PolicyElement) asked {
	const anyTenant = "tokens of every tenant are taken"
	switch {
	case e.Attrs["require-signed-tokens"] == "false", e.Attrs["ignore-error"] == "true":
		return nothingAsked
	case isComputed(e.Attrs["require-signed-tokens"]), isComputed(e.Attrs["ignore-error"]):
		return notKnownAsked("whether it validates is computed")
	case slices.Contains([]string{"common", "organizations", "consumers"}, e.Attrs["tenant-id"]) &&
		e.Child("required-claims") == nil && e.Child("client-application-ids") == nil:
		return notKnownAsked(anyTenant)
	}
	return asked{token: estate.Yes, key: estate.No}
}

// isComputed reports whether an attribute's value isn't in the document.
func isComputed(value string) bool { return strings.ContainsAny(value, "@{\uFFFC") }

// mostFragments bounds how deep fragments include each other.
const mostFragments = 10

func (r *policyRun) fragment(name string, base func() asked) asked {
	if r.depth++; r.depth > mostFragments {
		return notKnownAsked("its fragments include each other")
	}
	defer func() { r.depth-- }()
	for _, f := range r.estate.PolicyFragments.Of(r.gateway.Key) {
		if !strings.EqualFold(f.Name, name) {
			continue
		}
		docs, err := f.Documents()
		out := asked{ends: true}
		for _, doc := range docs {
			body := doc.Child("fragment")
			if body == nil {
				return notKnownAsked("the fragment " + name + " isn't one")
			}
			out = out.or(r.all(body, base))
		}
		if err != nil {
			return notKnownAsked("the fragment " + name + ": " + err.Error())
		}
		return out
	}
	return notKnownAsked("the fragment " + name + " isn't declared here")
}

// choose is what all ways through a choice ask. One that ends the call for what
// the caller shows may be a check of who calls.
func (r *policyRun) choose(e *estate.PolicyElement, base func() asked) asked {
	out, checks := asked{ends: true}, false
	otherwise := false
	for _, branch := range e.Children {
		x := r.all(branch, base)
		checks = checks || x.ends && looksAtCaller(branch.Attrs["condition"])
		otherwise = otherwise || branch.Name == "otherwise"
		out = out.or(x)
	}
	if !otherwise {
		out = out.or(nothingAsked)
	}
	if checks && !out.ends && out.token == estate.No {
		out.token, out.why = estate.Unsure, "a condition of its policy may check who calls"
	}
	return out
}

// looksAtCaller reports whether a condition can tell callers apart: by what only
// they can show, or by a variable, which may be made from that.
func looksAtCaller(condition string) bool {
	for _, word := range []string{"Header", "Certificate", "Variables", "User", "Subscription", "Jwt", "Product", "IpAddress"} {
		if strings.Contains(condition, word) {
			return true
		}
	}
	return condition == ""
}

// backends are the URLs that calls of an API may be sent on to, as far as they
// are known.
func (r *policyRun) backends(api *estate.API) []estate.Field[string] {
	var all []estate.Field[string]
	if api.ServiceURL.Set {
		all = append(all, api.ServiceURL)
	}
	if api.Referred {
		all = append(all, notRead("the API's backend"))
	}
	on := []*estate.Resource{api.Resource, r.gateway.Resource}
	for _, p := range r.products(api) {
		on = append(on, p.Resource)
	}
	for _, o := range r.estate.Operations.Of(api.Key) {
		on = append(on, o.Resource)
	}
	for _, x := range on {
		for _, p := range r.estate.Policies.Of(x.Key) {
			docs, err := p.Documents()
			if err != nil {
				all = append(all, notRead("the policy"))
			}
			for _, doc := range docs {
				all = append(all, r.sentTo(doc)...)
			}
		}
	}
	return all
}

func notRead(what string) estate.Field[string] {
	return estate.Field[string]{Unknown: arm.NotRead(what, "it isn't known", arm.Pos{})}
}

// sentTo are the backends that an element, or one in it, sets.
func (r *policyRun) sentTo(e *estate.PolicyElement) []estate.Field[string] {
	var all []estate.Field[string]
	switch e.Name {
	case "set-backend-service":
		all = r.backend(e)
	case "include-fragment":
		all = r.sentToByFragment(e.Attrs["fragment-id"])
	}
	for _, c := range e.Children {
		all = append(all, r.sentTo(c)...)
	}
	return all
}

func (r *policyRun) sentToByFragment(name string) []estate.Field[string] {
	if r.depth++; r.depth > mostFragments {
		return nil
	}
	defer func() { r.depth-- }()
	for _, f := range r.estate.PolicyFragments.Of(r.gateway.Key) {
		if !strings.EqualFold(f.Name, name) {
			continue
		}
		docs, err := f.Documents()
		if err != nil {
			break
		}
		var all []estate.Field[string]
		for _, doc := range docs {
			all = append(all, r.sentTo(doc)...)
		}
		return all
	}
	return []estate.Field[string]{notRead("the fragment " + name)}
}

// backend is where a set-backend-service sends calls.
func (r *policyRun) backend(e *estate.PolicyElement) []estate.Field[string] {
	if at, ok := e.Attrs["base-url"]; ok {
		if isComputed(at) {
			return []estate.Field[string]{notRead("the URL " + at)}
		}
		return []estate.Field[string]{{Value: at, Set: true}}
	}
	for _, b := range r.estate.Backends.Of(r.gateway.Key) {
		if strings.EqualFold(b.Name, e.Attrs["backend-id"]) {
			return r.members(b)
		}
	}
	return []estate.Field[string]{notRead("the backend " + e.Attrs["backend-id"])}
}

// members are the URLs of a backend, or of those in a pool.
func (r *policyRun) members(b *estate.Backend) []estate.Field[string] {
	if len(b.Pool.Each()) == 0 && !b.Pool.Open {
		return []estate.Field[string]{b.URL}
	}
	var all []estate.Field[string]
	for _, ref := range b.Pool.Each() {
		m := r.estate.Backends.Get(ref.ID)
		if m == nil {
			all = append(all, notRead("a backend of the pool"))
			continue
		}
		all = append(all, m.URL)
	}
	if b.Pool.Open {
		all = append(all, notRead("the pool"))
	}
	return all
}
