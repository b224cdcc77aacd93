package access

import (
	"strings"

	"palisade/estate"
)

// Resolution is where a host name of an asset leads to from a virtual network.
type Resolution struct {
	Host    string
	Route   Route
	Verdict Verdict // Unknown where Route is only a guess
	// Endpoint is the key of the private endpoint, for ToEndpoint, or "" where
	// it leads to a private address of which isn't known whose it is.
	Endpoint string
	Reason   Reason
}

// Route is what kind of address a name resolves to.
type Route uint8

const (
	ToPublic   Route = iota // the public address
	ToEndpoint              // a private endpoint of the asset
	ToNothing               // the zone is linked but doesn't know the name
)

// zoneUse is a private zone that a network resolves by.
type zoneUse struct {
	zone string // key
	link *estate.ZoneLink
	sure bool
}

func (w *World) indexZones() {
	w.zones = map[string][]zoneUse{}
	w.linkedNetworks = map[string]bool{}
	for _, l := range w.estate.ZoneLinks.All {
		use := zoneUse{zone: l.Parent, link: l}
		use.sure = l.Maybe == nil && !l.Referred && len(l.Network.Choices) == 0
		for _, network := range l.Network.Keys() {
			key := network + " " + estate.LastName(l.Parent)
			w.zones[key] = append(w.zones[key], use)
			w.linkedNetworks[network] = true
		}
		if !l.Network.Known() && len(l.Network.Choices) == 0 {
			w.looseZones = append(w.looseZones, use)
		}
	}
	w.groupZones = map[string][]*estate.ZoneGroup{}
	for _, g := range w.estate.ZoneGroups.All {
		w.groupZones[g.Parent] = append(w.groupZones[g.Parent], g)
	}
}

// Resolve tells where each host name of an asset leads to for the machines of
// a virtual network. It answers nothing for what isn't in the estate.
// Source: azure-docs private-link/private-endpoint-dns.md.
func (w *World) Resolve(network, asset string) []Resolution {
	a := w.assets[estate.Key(asset)]
	if a == nil {
		return nil
	}
	var all []Resolution
	for _, x := range a.targets {
		all = append(all, w.resolve(estate.Key(network), x)...)
	}
	return all
}

func (w *World) resolve(network string, x *target) []Resolution {
	var all []Resolution
	for _, host := range x.hosts() {
		all = append(all, w.resolveHost(network, x, host))
	}
	return all
}

// hostName is a name of a target: what it is called in which zone.
type hostName struct{ name, suffix string }

func (h hostName) String() string { return h.name + "." + h.suffix }

// hosts are the names that clients call a target by. An account without a
// subdomain has none of its own.
func (x *target) hosts() []hostName {
	name := strings.ToLower(x.on.Name)
	suffixes := x.suffixes
	if x.account != nil {
		if x.hasSubdomain() == Deny {
			return nil
		}
		name = strings.ToLower(x.subdomain.String())
		suffixes = accountSuffixes(x.account)
	}
	var hosts []hostName
	for _, s := range suffixes {
		hosts = append(hosts, hostName{name, s})
	}
	return hosts
}

func (w *World) resolveHost(network string, x *target, host hostName) Resolution {
	r := Resolution{Host: host.String(), Verdict: Allow}
	if len(x.endpoints) == 0 && len(x.connections.Each()) == 0 && !x.connections.Open {
		return r.to(ToPublic, whole(x.on), "without a private endpoint the name has only a public address")
	}
	if out, decided := w.ownServers(network, r); decided {
		return out
	}
	zone := "privatelink." + zoneSuffix(host.suffix)
	uses := w.zones[network+" "+zone]
	if len(uses) == 0 {
		for _, u := range w.looseZones {
			if estate.LastName(u.zone) == zone {
				r.Verdict = Unknown
				return r.to(ToEndpoint, whole(u.link.Resource), "it isn't known which network the zone "+zone+" is linked to")
			}
		}
		if w.estate.NetworkElsewhere(network) && !w.declaresZone(zone) {
			r.Verdict = Unknown
			return r.to(ToEndpoint, whole(w.estate.Get(network)),
				"no zone "+zone+" is linked to the network here, but the network is declared elsewhere")
		}
		return r.to(ToPublic, whole(w.estate.Get(network)), "no zone "+zone+" is linked to the network")
	}
	return w.resolveIn(uses, x, host, r)
}

// ownServers is for networks that don't ask Azure's resolver.
func (w *World) ownServers(network string, r Resolution) (Resolution, bool) {
	v := w.estate.VirtualNetworks.Get(network)
	switch {
	case w.estate.NetworkElsewhere(network):
		if w.linkedAtAll(network) {
			return r, false
		}
		r.Verdict = Unknown
		return r.to(ToEndpoint, fact{property: "virtualNetwork", value: network}, "the network isn't declared here"), true
	case len(v.DNSServers.Items) > 0 || !v.DNSServers.Known():
		r.Verdict = Unknown
		return r.to(ToEndpoint, fact{v.Resource, "properties.dhcpOptions.dnsServers", "", v.DNSServers.Pos},
			"the network has DNS servers of its own"), true
	}
	return r, false
}

// declaresZone reports whether a zone of that name is declared here, where its
// links then are as well.
func (w *World) declaresZone(name string) bool {
	for _, z := range w.estate.PrivateZones.All {
		if strings.EqualFold(z.Name, name) && !z.Referred {
			return true
		}
	}
	return false
}

// linkedAtAll reports whether a zone is linked to a network, which says that
// it is meant to ask Azure's resolver.
func (w *World) linkedAtAll(network string) bool { return w.linkedNetworks[network] }

// resolveIn looks for the name's record in the zones.
func (w *World) resolveIn(uses []zoneUse, x *target, host hostName, r Resolution) Resolution {
	best := Resolution{}
	for i, u := range uses {
		out := w.resolveBy(u, x, host, r)
		if !u.sure {
			out.Verdict = Unknown
		}
		if i == 0 || out.better(best) {
			best = out
		}
	}
	return best
}

// better puts a record before none, and what is sure before what isn't.
func (r Resolution) better(other Resolution) bool {
	if (r.Route == ToEndpoint) != (other.Route == ToEndpoint) {
		return r.Route == ToEndpoint
	}
	return r.Verdict > other.Verdict
}

func (w *World) resolveBy(u zoneUse, x *target, host hostName, r Resolution) Resolution {
	if p, v := w.zoneGroupFor(u.zone, x); p != nil {
		r.Endpoint = p.Endpoint.Key
		r.Verdict = v
		return r.to(ToEndpoint, whole(p.Endpoint.Resource), "the endpoint's zone group writes the record")
	}
	if out, found := w.recordFor(u.zone, x, host, r); found {
		return out
	}
	zone := w.estate.PrivateZones.Get(u.zone)
	if zone == nil || zone.Referred {
		r.Verdict = Unknown
		return r.to(ToEndpoint, fact{on: u.link.Resource, property: "privateDnsZone", value: u.zone},
			"the zone is declared elsewhere, and its records aren't known")
	}
	if estate.Is(u.link.Resolution, "NxDomainRedirect") == estate.Yes {
		return r.to(ToPublic, stated(u.link.Resource, "properties.resolutionPolicy", u.link.Resolution),
			"the zone has no record of the name, and the link falls back to public names")
	}
	return r.to(ToNothing, whole(zone.Resource), "the linked zone has no record of the name")
}

// zoneGroupFor finds an endpoint of the target that writes into the zone.
func (w *World) zoneGroupFor(zone string, x *target) (*estate.EndpointPath, Verdict) {
	var maybe *estate.EndpointPath
	for i := range x.endpoints {
		p := &x.endpoints[i]
		for _, g := range w.groupZones[p.Endpoint.Key] {
			v := zoneIn(g, zone)
			if g.Maybe != nil || g.Referred || !p.Sure {
				v = v.And(Unknown)
			}
			if v == Allow {
				return p, Allow
			}
			if v == Unknown {
				maybe = p
			}
		}
	}
	return maybe, Unknown
}

func zoneIn(g *estate.ZoneGroup, zone string) Verdict {
	v := Deny
	if g.Zones.Open {
		v = Unknown
	}
	for _, ref := range g.Zones.Items {
		v = v.Or(sure(ref.Is(zone)))
	}
	for _, ref := range g.Zones.Possible {
		v = v.Or(sure(ref.Is(zone)).And(Unknown))
	}
	return v
}

// recordFor finds a record that is declared by itself.
func (w *World) recordFor(zone string, x *target, host hostName, r Resolution) (Resolution, bool) {
	for _, rec := range w.estate.ARecords.Of(zone) {
		name := estate.SameText(strings.ToLower(rec.Name), host.name)
		if name == estate.No && rec.Name != "*" {
			continue
		}
		r.Endpoint = x.endpointAt(rec)
		if name != estate.Yes || r.Endpoint == "" || rec.Maybe != nil || rec.Referred {
			r.Verdict = Unknown
		}
		return r.to(ToEndpoint, whole(rec.Resource), "a record leads to a private address"), true
	}
	return r, false
}

// endpointAt is the endpoint whose address a record holds, or "". A record that
// is filled from the endpoint names it in the text of its unknown.
func (x *target) endpointAt(rec *estate.ARecord) string {
	for i := range x.endpoints {
		p := x.endpoints[i].Endpoint
		for _, a := range rec.Addresses.Items {
			if a.Unknown != nil && strings.Contains(strings.ToLower(a.Unknown.Text()), p.Key) {
				return p.Key
			}
			for _, own := range p.Addresses.Items {
				if a.Known() && own.Address.Known() && a.Value == own.Address.Value {
					return p.Key
				}
			}
		}
	}
	return ""
}

func (r Resolution) to(route Route, f fact, text string) Resolution {
	r.Route = route
	r.Reason = Reason{Gate: NameGate, Verdict: r.Verdict, Property: f.property, Value: f.value, Text: r.Host + ": " + text, Pos: f.pos}
	if f.on != nil {
		r.Reason.Resource = f.on.ID
		if !f.pos.IsValid() {
			r.Reason.Pos = f.on.Pos
		}
	}
	return r
}

// zoneSuffix is the part of the private zone's name that stands for a public
// suffix; they are the same but for vaults.
func zoneSuffix(suffix string) string {
	if suffix == "vault.azure.net" {
		return "vaultcore.azure.net"
	}
	return suffix
}

// accountSuffixes leaves out the Foundry host name where the account's kind is
// known and doesn't have it.
func accountSuffixes(a *estate.Account) []string {
	if estate.Is(a.Kind, "AIServices") == estate.No {
		return accountKind.suffixes[:2]
	}
	return accountKind.suffixes
}
