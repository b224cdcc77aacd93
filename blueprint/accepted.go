package blueprint

import (
	"strings"

	"palisade/spec"
)

// Accepted is a finding that the file itself accounts for: a departure from a
// safe default with its reason, or access that it gives in so many words.
type Accepted struct {
	Rule     string // ID of the rule
	Resource string // ID of what the finding is about; "" is anything
	Because  string
	Expires  spec.Date // zero for what doesn't end
}

// Accepts finds why a finding is accepted, by its rule and resource.
func (p *Plan) Accepts(rule, resource string) (Accepted, bool) {
	for _, a := range p.Accepted {
		if a.Rule == rule && (a.Resource == "" || strings.EqualFold(a.Resource, resource)) {
			return a, true
		}
	}
	return Accepted{}, false
}

// rulesOf are the rules that exceptions in a section break.
var rulesOf = map[string][]string{
	"network":  {"PAL001"},
	"access":   {"PAL013"}, // of a user; keys don't get as far as Azure
	"defender": {"PAL020"},
	"logging":  {"PAL019"},
}

const (
	filterRule = "PAL021"
	linkRule   = "PAL007"
	pathRule   = "PAL026"
)

// accepted lists what the file accounts for, in its order.
func (b *builder) accepted() []Accepted {
	var all []Accepted
	for _, e := range b.spec.Exceptions() {
		section, _, _ := strings.Cut(e.Path, ".")
		for _, rule := range rulesOf[section] {
			all = append(all, Accepted{Rule: rule, Because: e.Because, Expires: e.Expires})
		}
	}
	for _, a := range b.accounts {
		for _, m := range a.models {
			f := &m.Filter
			for i := range m.Upstreams {
				if u := &m.Upstreams[i]; f.Because != "" && u.Deployed() && u.Region == a.region {
					all = append(all, Accepted{filterRule, a.id + "/deployments/" + DeploymentName(m, i), f.Because, f.Expires})
				}
			}
		}
		all = append(all, b.acceptedAt(a)...)
	}
	return all
}

// acceptedAt is what needs no exception, and is no finding to those who wrote
// it: tokens of an issuer that the file names, and DNS servers that can't be
// looked into.
func (b *builder) acceptedAt(a *account) []Accepted {
	var all []Accepted
	if len(b.workloads) > 0 {
		all = append(all, Accepted{Rule: pathRule, Resource: a.id, Because: "access names the workloads of issuers that may call, each by its subject"})
	}
	if b.onAKS() {
		all = append(all, Accepted{Rule: pathRule, Resource: a.id, Because: "the gateway's own pod calls, by its service account"})
	}
	if hub := b.spec.Network.Hub; hub != nil && len(hub.DNS) > 0 {
		all = append(all, Accepted{Rule: linkRule, Resource: a.id, Because: "the hub's DNS servers answer for its zones, which palisade deploy looks up"})
	}
	return all
}
