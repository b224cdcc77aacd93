package rule

import (
	"palisade/arm"
	"palisade/estate"
)

var privateRecord = &Rule{
	ID:    "PAL008",
	Name:  "private-dns-record",
	Title: "The private DNS zones hold the account's record",
	Why: "A linked zone without the record answers that the name doesn't exist: clients can't reach the account at all, " +
		"and the zone hides the public names of other accounts, too.",
	Fix: "Add a privateDnsZoneGroups resource to the private endpoint that names each zone, so that Azure keeps the records.",
	Bicep: "resource group 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-09-01' = { parent: endpoint, name: 'default', " +
		"properties: { privateDnsZoneConfigs: [{ name: 'openai', properties: { privateDnsZoneId: zone.id } }] } }",
	Severity: Medium,
	Source:   privateDNSPage,
	Peers:    privateDNSPeers,
	Check:    accountsAnywhere(checkPrivateRecord),
}

func checkPrivateRecord(s *Subject, a *estate.Account) Result {
	d := dnsOf(s, a)
	if d == nil {
		return notApplicable(a.Resource, noEndpoint)
	}
	var empty, perhaps, filled []string
	var depends []*arm.Unknown
	for _, st := range d.needed {
		switch {
		case len(st.zones) == 0:
		case st.filled == estate.Yes:
			filled = append(filled, st.name)
		case st.filled == estate.Unsure || !st.here:
			perhaps = append(perhaps, st.name)
			depends = append(depends, st.why...)
		default:
			empty = append(empty, st.name)
		}
	}
	switch {
	case len(empty)+len(perhaps)+len(filled) == 0 && d.vague():
		return unknown(a.Resource, zonesNotKnown, d.unnamed, d.step())
	case len(empty)+len(perhaps)+len(filled) == 0:
		return notApplicable(a.Resource, "none of the zones that it needs is there")
	case len(empty) > 0:
		return s.absent(a.Resource, fail(a.Resource, "neither a zone group of private endpoint "+d.endpoints[0].Endpoint.Name+
			" nor a record puts it into "+zones(empty), d.proof()...))
	case len(perhaps) > 0:
		return unknown(a.Resource, "it isn't known whether its record is in "+zones(perhaps), depends, d.proof()...)
	}
	return pass(a.Resource, "its record is in "+zones(filled), d.proof()...)
}
