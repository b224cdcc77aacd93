package rule

import (
	"palisade/arm"
	"palisade/estate"
)

var privateZone = &Rule{
	ID:    "PAL006",
	Name:  "private-dns-zone",
	Title: "The private DNS zones that the account's kind needs are there",
	Why: "Without its zone a host name resolves to the public address also inside of the network, so that clients go " +
		"around the private endpoint or are refused. OpenAI needs privatelink.openai.azure.com; AI Services needs three zones, " +
		"one for each of its host names.",
	Fix: "Add the zones that are missing (Microsoft.Network/privateDnsZones) and name them in the endpoint's " +
		"privateDnsZoneGroups, unless a policy of the landing zone does so.",
	Bicep:    "resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = { name: 'privatelink.openai.azure.com', location: 'global' }",
	Severity: Medium,
	Source:   privateDNSPage,
	Peers:    privateDNSPeers,
	Check:    accountsAnywhere(checkPrivateZone),
}

func checkPrivateZone(s *Subject, a *estate.Account) Result {
	d := dnsOf(s, a)
	if d == nil {
		return notApplicable(a.Resource, noEndpoint)
	}
	if len(d.needed) == 0 {
		return unknown(a.Resource, "the zones of the cloud of "+a.Location.String()+" aren't in Palisade's table", nil, d.step())
	}
	var missing, perhaps, there []string
	var why []*arm.Unknown
	for _, st := range d.needed {
		switch {
		case len(st.zones) == 0:
			missing = append(missing, st.name)
		case st.surely:
			there = append(there, st.name)
		default:
			perhaps, why = append(perhaps, st.name), append(why, st.why...)
		}
	}
	switch {
	case len(missing) > 0 && len(d.unnamed) > 0:
		return unknown(a.Resource, "it isn't known whether "+listing(missing)+" is among the zones of the zone group", d.unnamed, d.step())
	case len(missing) > 0 && a.Referred:
		return unknown(a.Resource, zonesAre(missing, "n't")+" there; "+declaredElsewhere, nil, d.step())
	case len(missing) > 0 && len(d.groups) == 0 && d.networkElsewhere(s):
		return unknown(a.Resource, zonesAre(missing, "n't")+" there, and neither is the network of private endpoint "+
			d.endpoints[0].Endpoint.Name+": both may be declared elsewhere", nil, d.step())
	case len(missing) > 0:
		return s.absent(a.Resource, fail(a.Resource, d.lacking(missing), d.proof()...))
	case len(perhaps) > 0:
		return unknown(a.Resource, "it isn't known whether "+zonesAre(perhaps, "")+" there", why, d.proof()...)
	case !d.ok:
		return unknown(a.Resource, zonesAre(there, "")+" there, but whether its kind needs others isn't known",
			[]*arm.Unknown{a.Kind.Unknown}, d.step())
	}
	return pass(a.Resource, "the zones that it needs are there: "+listing(there), d.proof()...)
}

// networkElsewhere reports whether no network of the private endpoints is
// declared here.
func (d *privateDNS) networkElsewhere(s *Subject) bool {
	for _, p := range d.endpoints {
		subnet := p.Endpoint.Subnet
		if !subnet.Set || !s.Estate.NetworkElsewhere(estate.Parent(subnet.Key)) {
			return false
		}
	}
	return true
}

func (d *privateDNS) lacking(missing []string) string {
	message := zonesAre(missing, "n't") + " there"
	if len(d.others) > 0 {
		message += ", and the zone group only fills " + listing(d.others)
	}
	return message + ", so that the account's names stay public for the clients of private endpoint " + d.endpoints[0].Endpoint.Name
}

func (d *privateDNS) proof() []Step {
	steps := []Step{d.step()}
	for _, g := range d.groups {
		steps = append(steps, Step{"the zone group fills " + listing(refNames(g.Zones.Each())), g.ID,
			"properties.privateDnsZoneConfigs", g.Pos})
	}
	return steps
}

func refNames(refs []estate.Ref) []string {
	names := make([]string, len(refs))
	for i, r := range refs {
		names[i] = estate.LastName(r.ID)
	}
	return names
}
