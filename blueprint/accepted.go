package blueprint

import (
	"strings"

	"palisade/spec"
)

// Accepted is a finding that the file accounts for without an exception:
// access that it gives in so many words, or what it says is elsewhere.
type Accepted struct {
	Rule     string // ID of the rule
	Resource string // ID of what the finding is about
	Because  string
}

// Accepts finds why a finding is accepted, by its rule and resource.
func (p *Plan) Accepts(rule, resource string) (Accepted, bool) {
	for _, a := range p.Accepted {
		if a.Rule == rule && strings.EqualFold(a.Resource, resource) {
			return a, true
		}
	}
	return Accepted{}, false
}

const (
	zoneRule = "PAL006" // each private endpoint has its zones
	planRule = "PAL020" // Defender is on
	linkRule = "PAL007" // the zones are linked to the clients' networks
	pathRule = "PAL026" // no right elsewhere leads to the model
)

// accepted lists, for each account, tokens of issuers that the file names and
// DNS servers that can't be looked into.
func (b *builder) accepted() []Accepted {
	var all []Accepted
	other := b.spec.Cloud != spec.PublicCloud
	if other {
		all = append(all, Accepted{planRule, b.subscriptionID(), "the cloud has no Defender plan for AI"})
	}
	for _, a := range b.accounts {
		if len(b.workloads) > 0 {
			all = append(all, Accepted{pathRule, a.id, "access names the workloads of issuers that may call, each by its subject"})
		}
		if other {
			all = append(all, Accepted{zoneRule, a.id, "the rule knows the account's names in the public cloud alone"})
		}
		if b.onAKS() {
			all = append(all, Accepted{pathRule, a.id, "the gateway's own pod calls, by its service account"})
		}
		if hub := b.spec.Network.Hub; hub != nil && len(hub.DNS) > 0 {
			all = append(all, Accepted{linkRule, a.id, "network.hub.dns answers for the zones; palisade deploy looks the names up"})
		}
	}
	return all
}
