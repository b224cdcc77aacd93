package access

import (
	"net/url"
	"slices"
	"strings"

	"palisade/arm"
	"palisade/estate"
)

// leads answers whether an API calls the account. One whose backend is known to
// be another host doesn't.
func (r *policyRun) leads(api *estate.API, a *estate.Account) Verdict {
	found := Deny
	for _, to := range r.backends(api) {
		found = found.Or(leadsTo(r.estate, to, a))
	}
	return found
}

func leadsTo(e *estate.Estate, to estate.Field[string], a *estate.Account) Verdict {
	if to.Unknown != nil {
		if refersTo(to.Unknown, a.Key) {
			return Allow
		}
		return Unknown
	}
	switch at := e.AccountAt(to.Value); {
	case at != nil && at.Key == a.Key:
		return Allow
	case at == nil && (estate.IsAccountHost(to.Value) && !a.CustomSubDomain.Known() || isSharedHost(to.Value)):
		return Unknown
	}
	return Deny
}

// isSharedHost reports whether a URL's host is one of many accounts, or another
// name of one.
func isSharedHost(address string) bool {
	at, err := url.Parse(address)
	if err != nil {
		return true
	}
	host := strings.ToLower(at.Hostname())
	return strings.HasSuffix(host, ".api.cognitive.microsoft.com") || strings.Contains(host, ".privatelink.")
}

// refersTo reports whether an unknown is made from the state of a resource.
func refersTo(u *arm.Unknown, key string) bool {
	isKey := func(v arm.Value) bool {
		s, ok := v.Str()
		return ok && estate.Key(s) == key
	}
	return slices.ContainsFunc(u.Roots(), func(root *arm.Unknown) bool {
		return root.Op == arm.OpRuntime && slices.ContainsFunc(root.Args, isKey)
	})
}

// backends are the URLs that calls of an API may be sent on to, as far as they
// are known.
func (r *policyRun) backends(api *estate.API) []estate.Field[string] {
	var all []estate.Field[string]
	switch {
	case api.ServiceURL.Set:
		all = append(all, api.ServiceURL)
	case api.Referred, api.Imported, api.Copied:
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
			all = append(all, r.sentTo(docs, map[string]bool{})...)
		}
	}
	return all
}

func notRead(what string) estate.Field[string] {
	return estate.Field[string]{Unknown: arm.NotRead(what, "it isn't known", arm.Pos{})}
}

// sentTo are the backends that documents name, and the fragments that they
// include, each once.
func (r *policyRun) sentTo(docs []*estate.PolicyElement, seen map[string]bool) []estate.Field[string] {
	var all []estate.Field[string]
	for _, doc := range docs {
		doc.Each(func(e *estate.PolicyElement) {
			switch {
			case e.Name == "set-backend-service":
				all = append(all, r.backend(e)...)
			case e.Name == "include-fragment":
				all = append(all, r.sentToByFragment(strings.ToLower(e.Attrs["fragment-id"]), seen)...)
			case e.Name == "send-request":
				all = append(all, notRead("what a policy asks by itself"))
			case e.Open:
				all = append(all, notRead("a part of the policy"))
			}
		})
	}
	return all
}

func (r *policyRun) sentToByFragment(name string, seen map[string]bool) []estate.Field[string] {
	if seen[name] {
		return nil
	}
	seen[name] = true
	found := r.fragmentsOf(name)
	if len(found) == 0 {
		return []estate.Field[string]{notRead("the fragment " + name)}
	}
	var all []estate.Field[string]
	for _, f := range found {
		docs, err := f.Documents()
		if err != nil {
			all = append(all, notRead("the fragment "+name))
		}
		all = append(all, r.sentTo(docs, seen)...)
	}
	return all
}

// backend is where a set-backend-service sends calls.
func (r *policyRun) backend(e *estate.PolicyElement) []estate.Field[string] {
	if at, ok := e.Attrs["base-url"]; ok && !estate.IsComputed(at) {
		return []estate.Field[string]{{Value: at, Set: true}}
	}
	for _, b := range r.estate.Backends.Of(r.gateway.Key) {
		if id := e.Attrs["backend-id"]; id != "" && strings.EqualFold(b.Name, id) {
			return r.members(b)
		}
	}
	return []estate.Field[string]{notRead("where a policy sends calls")}
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
