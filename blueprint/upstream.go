package blueprint

import (
	"fmt"
	"slices"

	"palisade/spec"
)

// Upstream is where an upstream that is deployed from the file is called.
type Upstream struct {
	URL        string // of its account
	Deployment string // its name there
	Account    string // the account's resource ID, or "" where the file names no subscription
}

// UpstreamOf tells where an upstream of a model is that is deployed from the
// file and called by a gateway.
func UpstreamOf(s *spec.Spec, m *spec.Model, u *spec.Upstream) (Upstream, error) {
	b := newBuilder(s)
	b.planAccounts()
	i, a := indexOf(m, u), b.accountOf(m, u.Region)
	if i < 0 || a == nil {
		return Upstream{}, fmt.Errorf("no account in the region %q", u.Region)
	}
	at := Upstream{URL: b.accountURL(a), Deployment: DeploymentName(m, i)}
	if s.Subscription != "" {
		at.Account = a.id
	}
	return at, nil
}

func indexOf(m *spec.Model, u *spec.Upstream) int {
	for i := range m.Upstreams {
		if &m.Upstreams[i] == u {
			return i
		}
	}
	return -1
}

// accountOf is the account that a model is deployed to in a region, or nil.
func (b *builder) accountOf(m *spec.Model, region string) *account {
	for _, a := range b.accounts {
		if a.region == region && slices.Contains(a.models, m) {
			return a
		}
	}
	return nil
}

func (b *builder) accountURL(a *account) string { return "https://" + a.name() + "." + b.accountHost() }

// accountHost ends the names of accounts' endpoints.
func (b *builder) accountHost() string {
	return cloudText(b.spec.Cloud, "openai.azure.com", "openai.azure.us", "openai.azure.cn")
}
