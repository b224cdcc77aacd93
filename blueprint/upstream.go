package blueprint

import (
	"fmt"

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
	for _, a := range b.accounts {
		for i := range m.Upstreams {
			if a.region != u.Region || &m.Upstreams[i] != u {
				continue
			}
			at := Upstream{URL: "https://" + a.name() + "." + b.accountHost(), Deployment: DeploymentName(m, i)}
			if s.Subscription != "" {
				at.Account = a.id
			}
			return at, nil
		}
	}
	return Upstream{}, fmt.Errorf("no account in the region %q", u.Region)
}

// accountHost ends the names of accounts' endpoints.
func (b *builder) accountHost() string {
	return cloudText(b.spec.Cloud, "openai.azure.com", "openai.azure.us", "openai.azure.cn")
}
