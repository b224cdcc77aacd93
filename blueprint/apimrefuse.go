package blueprint

import (
	"fmt"

	"palisade/spec"
)

// refuseAPIM tells what API Management can't hold callers to. What it can't do
// isn't left out in silence.
func (b *builder) refuseAPIM() {
	const other = "gateway: {kind: palisade} can"
	g := &b.spec.Gateway
	no := func(bad bool, what string, path ...string) {
		if bad {
			b.say(b.spec.At(path...), other, "%s: API Management can't hold to it", what)
		}
	}
	if b.apimEndpoint() && len(b.zonesOf(apim)) == 0 {
		b.say(b.spec.At("gateway", "apim", "sku"), "sku: Premium", "sku: the private zone of %s isn't known in the cloud %s", standardV2, b.spec.Cloud)
	}
	no(g.Safety != nil, "safety", "gateway", "safety")
	no(g.Tokens.GroupOverage == spec.OverageGraph, "groupOverage", "gateway", "tokens", "groupOverage")
	no(len(g.Tokens.Tenants) > 0, "tenants", "gateway", "tokens", "tenants")
	no(g.Retry.HedgeAfter > 0, "hedgeAfter", "gateway", "retry", "hedgeAfter")
	no(b.spec.Written("gateway", "retry", "maxWait"), "maxWait", "gateway", "retry", "maxWait")
	no(b.keepsText(), "keep", "logging", "keep")
	limits := func(l spec.Limits, path ...string) {
		no(l.CostPerMonth > 0, "costPerMonth", append(path, "costPerMonth")...)
		no(l.Concurrent > 0, "concurrent", append(path, "concurrent")...)
	}
	limits(g.Limits, "gateway", "limits")
	no(!ipv4(g.From), "from", "gateway", "from")
	for i := range b.spec.Models {
		limits(b.spec.Models[i].Limits, "models", b.spec.Models[i].Name, "limits")
		b.refuseModel(&b.spec.Models[i], no)
	}
	for i := range b.spec.Access {
		a := &b.spec.Access[i]
		limits(a.Limits, "access", a.Name, "limits")
		limits(a.CallerLimits, "access", a.Name, "callerLimits")
		no(!ipv4(a.From), "from", "access", a.Name, "from")
		role, _ := b.roleGUID(a.Role)
		no(role != modelUser && role != modelContributor, "role", "access", a.Name, "role")
	}
}

func (b *builder) refuseModel(m *spec.Model, no func(bool, string, ...string)) {
	no(!ipv4(m.From), "from", "models", m.Name, "from")
	for i := range m.Upstreams {
		u := &m.Upstreams[i]
		no(u.Kind != spec.AzureUpstream, "kind", "models", m.Name, "upstreams", fmt.Sprint(i), "kind")
		no((u.Key != "") != (m.Upstreams[0].Key != ""), "key of some upstreams", "models", m.Name, "upstreams", fmt.Sprint(i), "key")
	}
}

// ipv4 reports whether all are what the ip-filter policy takes.
func ipv4(sources []spec.Source) bool {
	for _, s := range sources {
		if s.IsLink || !s.Prefix.Addr().Is4() {
			return false
		}
	}
	return true
}
