package rule

import (
	"strings"

	"palisade/access"
	"palisade/arm"
	"palisade/estate"
)

var privateLink = &Rule{
	ID:    "PAL007",
	Name:  "private-dns-link",
	Title: "The private DNS zones are linked to the clients' networks",
	Why: "A network that the zone isn't linked to resolves the account's names to the public address: its clients go " +
		"around the private endpoint, or are refused.",
	Fix: "Add a Microsoft.Network/privateDnsZones/virtualNetworkLinks for each network with clients, or link the zone to " +
		"the network of the DNS resolver that they ask.",
	Bicep:    "properties: { registrationEnabled: false, virtualNetwork: { id: network.id } }",
	Severity: Medium,
	Source:   privateDNSPage,
	Peers:    privateDNSPeers,
	Check:    accountsAnywhere(checkPrivateLink),
}

// checkPrivateLink asks where the account's names lead to from each network
// with clients.
func checkPrivateLink(s *Subject, a *estate.Account) Result {
	d := dnsOf(s, a)
	if d == nil {
		return notApplicable(a.Resource, noEndpoint)
	}
	var l linking
	for _, network := range clientNetworks(s, a) {
		for _, r := range s.World.Resolve(network, a.ID) {
			if st := d.zone("privatelink." + suffixOf(r.Host)); st != nil && len(st.zones) > 0 {
				l.add(network, st, r)
			}
		}
	}
	switch {
	case len(l.open) > 0:
		r := fail(a.Resource, strings.Join(l.open, "; "), append([]Step{d.step()}, l.steps...)...)
		if a.Referred {
			r.Status = Unknown
		}
		return s.absent(a.Resource, r)
	case len(l.perhaps) > 0:
		return unknown(a.Resource, strings.Join(l.perhaps, "; "), nil, append([]Step{d.step()}, l.steps...)...)
	case l.linked == 0 && d.vague():
		return unknown(a.Resource, zonesNotKnown, d.unnamed, d.step())
	case l.linked == 0:
		return notApplicable(a.Resource, "no zone that it needs is there, or it has no host name of its own")
	}
	if why := networkDoubts(d); len(why) > 0 {
		return unknown(a.Resource, "it isn't known which network its private endpoint is in", why, d.step())
	}
	return pass(a.Resource, "the zones are linked to the networks of its clients: "+listing(l.networks), l.steps...)
}

// linking collects what networks make of the names.
type linking struct {
	open, perhaps, networks []string
	linked                  int
	steps                   []Step
}

func (l *linking) add(network string, st *zoneState, r access.Resolution) {
	name := estate.LastName(network)
	step := Step{r.Reason.Text, r.Reason.Resource, r.Reason.Property, r.Reason.Pos}
	switch {
	case r.Route == access.ToPublic && r.Verdict == access.Allow && st.here:
		l.open = append(l.open, "zone "+st.name+" isn't linked to network "+name)
	case r.Route == access.ToPublic && r.Verdict == access.Allow:
		l.perhaps = append(l.perhaps, "zone "+st.name+" is declared elsewhere, and it isn't known whether it is linked to network "+name)
	case r.Verdict != access.Allow && !aboutRecord(r):
		l.perhaps = append(l.perhaps, "it isn't known whether network "+name+" asks zone "+st.name+": "+r.Reason.Text)
	default:
		l.linked++
		if n := len(l.networks); n == 0 || l.networks[n-1] != name {
			l.networks = append(l.networks, name)
		}
	}
	l.steps = append(l.steps, step)
}

// aboutRecord reports whether what isn't known of a name is only its record,
// which is for another rule: then the zone is linked.
func aboutRecord(r access.Resolution) bool {
	switch strings.ToLower(estate.TypeOf(r.Reason.Resource)) {
	case "microsoft.network/privatednszones/a", "microsoft.network/privateendpoints":
		return true
	}
	return r.Reason.Property == "privateDnsZone"
}

// suffixOf is a host name without its first label.
func suffixOf(host string) string {
	at := 0
	if close := strings.LastIndex(host, "»"); close >= 0 {
		at = close
	}
	_, suffix, _ := strings.Cut(host[at:], ".")
	return suffix
}

// clientNetworks are the networks of an account's private endpoints, and those
// peered with them that hold workloads.
func clientNetworks(s *Subject, a *estate.Account) []string {
	var keys []string
	seen := map[string]bool{}
	add := func(key string) {
		if key != "" && !seen[key] {
			seen[key] = true
			keys = append(keys, key)
		}
	}
	for _, p := range endpointsTo(s, a) {
		if p.Endpoint.Subnet.Set && p.Endpoint.Subnet.Unknown == nil || estate.TypeOf(p.Endpoint.Subnet.ID) != "" {
			add(estate.Parent(p.Endpoint.Subnet.Key))
		}
	}
	populated := workloadNetworks(s)
	for _, o := range s.World.Openings(a.ID) {
		if o.Network != "" && populated[o.Network] {
			add(o.Network)
		}
	}
	return keys
}

func workloadNetworks(s *Subject) map[string]bool {
	found := map[string]bool{}
	for _, w := range s.Estate.Workloads.All {
		for _, subnet := range w.Subnets.Each() {
			for _, key := range subnet.Keys() {
				found[estate.Parent(key)] = true
			}
		}
	}
	return found
}

// networkDoubts is why the network of an endpoint isn't known.
func networkDoubts(d *privateDNS) []*arm.Unknown {
	var why []*arm.Unknown
	for _, p := range d.endpoints {
		if subnet := p.Endpoint.Subnet; subnet.Unknown != nil && estate.TypeOf(subnet.ID) == "" {
			why = append(why, subnet.Unknown)
		}
	}
	return why
}
