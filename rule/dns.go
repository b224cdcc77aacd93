package rule

import (
	"strings"

	"palisade/arm"
	"palisade/estate"
)

const privateDNSPage = "https://learn.microsoft.com/azure/private-link/private-endpoint-dns"

var privateDNSPeers = []string{
	"Azure Policy c4bc6f10-cb41-49eb-b000-d5ab82e2a091", "Azure Community Policy configure-foundry-services-to-use-private-dns-zones",
	"Enterprise-Scale Audit-PrivateLinkDnsZones",
}

// zonesOf are the private zones that an account's host names need in Azure's
// public cloud. ok is false for another cloud and for a kind that isn't known.
// Source: azure-docs private-link/private-endpoint-dns.md; the third zone of AI
// Services: Azure-Samples/microsoft-foundry-baseline.
func zonesOf(a *estate.Account) (zones []string, ok bool) {
	location := strings.ToLower(a.Location.Value)
	for _, cloud := range []string{"usgov", "usdod", "usnat", "ussec", "china"} {
		if strings.HasPrefix(location, cloud) {
			return nil, false
		}
	}
	switch {
	case estate.Is(a.Kind, "AIServices") == estate.Yes:
		return []string{"privatelink.cognitiveservices.azure.com", "privatelink.openai.azure.com",
			"privatelink.services.ai.azure.com"}, true
	case estate.Is(a.Kind, "OpenAI") == estate.Yes:
		return []string{"privatelink.openai.azure.com"}, true
	}
	return []string{"privatelink.openai.azure.com"}, false
}

// zoneState is what is known of one zone that an account needs.
type zoneState struct {
	name   string
	zones  []string // keys of the zones of that name
	filled estate.Answer
	// here reports that one of the zones is declared here, so that its links
	// and records are those that are read.
	here bool
	// surely reports that one of the zones is there for sure.
	surely bool
	why    []*arm.Unknown // what would decide filled
}

// privateDNS is what an account's private endpoints do about names.
type privateDNS struct {
	account   *estate.Account
	endpoints []estate.EndpointPath
	needed    []zoneState
	ok        bool // the needed zones are known
	groups    []*estate.ZoneGroup
	others    []string       // names of zones that the endpoints' zone groups fill beside
	unnamed   []*arm.Unknown // zones of zone groups whose names aren't known
}

// dnsOf gathers what there is, or nil for an account without endpoints.
func dnsOf(s *Subject, a *estate.Account) *privateDNS {
	d := &privateDNS{account: a, endpoints: endpointsTo(s, a)}
	if len(d.endpoints) == 0 {
		return nil
	}
	var names []string
	names, d.ok = zonesOf(a)
	for _, name := range names {
		d.needed = append(d.needed, zoneState{name: name})
	}
	d.readZones(s)
	for _, p := range d.endpoints {
		for _, g := range s.Estate.ZoneGroups.Of(p.Endpoint.ID) {
			d.readGroup(p, g)
		}
	}
	for i := range d.needed {
		d.readRecords(s, &d.needed[i])
	}
	return d
}

func (d *privateDNS) readZones(s *Subject) {
	for _, z := range s.Estate.PrivateZones.All {
		if st := d.zone(z.Name); st != nil {
			st.add(z.Key)
			st.here = st.here || sure(z.Resource)
			st.surely = st.surely || z.Maybe == nil
			st.why = append(st.why, z.Maybe)
		}
	}
}

func (d *privateDNS) zone(name string) *zoneState {
	for i := range d.needed {
		if strings.EqualFold(d.needed[i].name, name) {
			return &d.needed[i]
		}
	}
	return nil
}

func (st *zoneState) add(key string) {
	for _, old := range st.zones {
		if old == key {
			return
		}
	}
	st.zones = append(st.zones, key)
}

// readGroup notes which zones a zone group fills.
func (d *privateDNS) readGroup(p estate.EndpointPath, g *estate.ZoneGroup) {
	d.groups = append(d.groups, g)
	certain := p.Sure && sure(p.Endpoint.Resource) && sure(g.Resource)
	if g.Referred {
		d.unnamed = append(d.unnamed, arm.NotRead(g.ID, "the zone group is declared elsewhere", g.Pos))
	}
	if g.Zones.Open {
		d.unnamed = append(d.unnamed, g.Zones.Unknown)
	}
	note := func(ref estate.Ref, surely bool) {
		for _, key := range ref.Keys() {
			d.noteZone(key, ref, surely && len(ref.Choices) == 0, []*arm.Unknown{p.Endpoint.Maybe, g.Maybe, ref.Unknown})
		}
	}
	for _, ref := range g.Zones.Items {
		note(ref, certain)
	}
	for _, ref := range g.Zones.Possible {
		note(ref, false)
	}
}

func (d *privateDNS) noteZone(key string, ref estate.Ref, surely bool, why []*arm.Unknown) {
	name := estate.LastName(key)
	if strings.Contains(name, "«") || !strings.Contains(name, ".") {
		d.unnamed = append(d.unnamed, ref.Unknown)
		return
	}
	st := d.zone(name)
	if st == nil {
		d.others = append(d.others, name)
		return
	}
	st.add(key)
	st.surely = st.surely || surely
	if surely {
		st.filled = estate.Yes
	} else if st.filled != estate.Yes {
		st.why = append(st.why, why...)
	}
}

// readRecords looks for records that are declared by themselves, and settles
// whether the zone is filled.
func (d *privateDNS) readRecords(s *Subject, st *zoneState) {
	if st.filled == estate.Yes {
		return
	}
	host := strings.ToLower(d.account.CustomSubDomain.String())
	perhaps := len(roots(st.why)) > 0 || len(d.unnamed) > 0
	for _, zone := range st.zones {
		for _, r := range s.Estate.ARecords.Of(zone) {
			is := estate.SameText(strings.ToLower(r.Name), host)
			switch {
			case r.Name == "*" || is == estate.Yes && sure(r.Resource):
				st.filled = estate.Yes
				return
			case is != estate.No:
				perhaps = true
				st.why = append(st.why, r.Maybe, d.account.CustomSubDomain.Unknown)
			}
		}
	}
	st.filled = estate.No
	if perhaps {
		st.filled = estate.Unsure
		st.why = append(st.why, d.unnamed...)
	}
}

func (d *privateDNS) step() Step { return pathStep(d.endpoints[0]) }

// vague reports that it isn't known which zones it needs, or has.
func (d *privateDNS) vague() bool { return len(d.needed) == 0 || len(d.unnamed) > 0 }

const zonesNotKnown = "it isn't known which zones it needs and has"

const noEndpoint = "no private endpoint leads to it"

// zones names zones, and zonesAre begins a sentence about them.
func zones(names []string) string {
	if len(names) == 1 {
		return "zone " + names[0]
	}
	return "zones " + listing(names)
}

func zonesAre(names []string, not string) string {
	if len(names) == 1 {
		return zones(names) + " is" + not
	}
	return zones(names) + " are" + not
}
