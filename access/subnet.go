package access

import (
	"strings"

	"palisade/estate"
)

// fromSubnet answers for a machine in a subnet: it may go through any private
// endpoint that it can route to, or to the public endpoint. Which of them its
// name resolution chooses is the name gate's matter: whoever wants in brings a
// resolution of their own.
func (w *World) fromSubnet(x *target, subnet string, t *trace) Verdict {
	network := estate.Parent(subnet)
	v := Deny
	for i := range x.endpoints {
		p := &x.endpoints[i]
		reach := w.routes(network, estate.Parent(p.Endpoint.Subnet.Key))
		if !p.Endpoint.Subnet.Known() && reach == Deny {
			reach = Unknown
		}
		if reach == Deny {
			continue
		}
		t.say(reach, fact{p.Endpoint.Resource, "properties.subnet.id", p.Endpoint.Subnet.ID, p.Endpoint.Subnet.Pos}, routeText(reach))
		if v = v.Or(w.throughEndpoint(x, p.Endpoint.Key, t).And(reach)); v == Allow {
			return v
		}
	}
	return v.Or(w.fromSubnetPublic(x, subnet, t))
}

func routeText(v Verdict) string {
	if v == Allow {
		return "a private endpoint is in the network, or in one that is peered with it"
	}
	return "a private endpoint may be reached from the network"
}

// fromSubnetPublic answers for a subnet's way to the public endpoint: by a
// service endpoint, which shows the subnet, or else by some public address.
func (w *World) fromSubnetPublic(x *target, subnet string, t *trace) Verdict {
	s := w.estate.Subnets.Get(subnet)
	has := Unknown
	if s != nil {
		has = serviceEndpoint(s, x.service)
	}
	by := caller{subnet: subnet}
	out := caller{anyAddr: true}
	switch has {
	case Allow:
		return w.public(x, &by, t)
	case Deny:
		return w.public(x, &out, t)
	}
	t.say(Unknown, fact{property: "serviceEndpoints", value: subnet}, "it isn't known whether the subnet has a service endpoint")
	return agree(w.public(x, &by, t), w.public(x, &out, t))
}

func serviceEndpoint(s *estate.Subnet, service string) Verdict {
	v := Deny
	if s.ServiceEndpoints.Open || s.Referred {
		v = Unknown
	}
	for _, e := range s.ServiceEndpoints.Items {
		v = v.Or(sure(estate.Test(e.Service, func(name string) bool {
			return service != "" && (strings.EqualFold(name, service) || strings.EqualFold(name, service+".Global"))
		})))
	}
	if len(s.ServiceEndpoints.Possible) > 0 {
		v = v.Or(Unknown)
	}
	return v
}

// routes answers whether machines of one network reach private addresses of
// another: they are the same, or peered in both directions.
// Source: azure-docs virtual-network/virtual-network-peering-overview.md.
func (w *World) routes(from, to string) Verdict {
	switch estate.SameText(from, to) {
	case estate.Yes:
		return Allow
	case estate.Unsure:
		if !w.estate.Has(from) || !w.estate.Has(to) {
			return Unknown
		}
	}
	there, back := w.peers(from, to), w.peers(to, from)
	if there == Allow && back == Allow {
		return Allow
	}
	return there.Or(back).And(Unknown)
}

func (w *World) indexPeerings() {
	w.peeredBy = map[string][]string{}
	for _, p := range w.estate.Peerings.All {
		for _, key := range p.Remote.Keys() {
			w.peeredBy[key] = append(w.peeredBy[key], p.Parent)
		}
	}
}

// peers answers whether one network has a peering to another. A network that
// is declared elsewhere may have any.
func (w *World) peers(from, to string) Verdict {
	v := Deny
	n := w.estate.VirtualNetworks.Get(from)
	if n == nil || n.Referred || n.MorePeerings != nil {
		v = Unknown
	}
	for _, p := range w.estate.Peerings.Of(from) {
		is := sure(p.Remote.Is(to)).And(sure(estate.True(p.AllowAccess)))
		if p.Maybe != nil || p.Referred {
			is = is.And(Unknown)
		}
		v = v.Or(is)
	}
	return v
}

// names answers the name gate: do the names lead to a way in that is open?
// Deny says that an ordinary client fails, not that nobody gets in.
func (w *World) names(x *target, subnet string, t *trace) Verdict {
	hosts := x.hosts()
	if len(hosts) == 0 {
		return t.say(Allow, whole(x.on), "the region's host name has a public address")
	}
	network := estate.Parent(subnet)
	v := Deny
	for _, h := range hosts {
		r := w.resolveHost(network, x, h)
		works := w.works(x, subnet, r)
		if t != nil {
			r.Reason.Verdict = works
			t.reasons = append(t.reasons, r.Reason)
		}
		v = v.Or(works)
	}
	return v
}

// works answers whether a resolution leads to a way that is open.
func (w *World) works(x *target, subnet string, r Resolution) Verdict {
	switch r.Route {
	case ToPublic:
		return r.Verdict.And(w.fromSubnetPublic(x, subnet, nil))
	case ToNothing:
		if r.Verdict == Unknown {
			return Unknown
		}
		return Deny
	}
	if r.Endpoint == "" {
		return Unknown
	}
	return r.Verdict.And(w.throughEndpoint(x, r.Endpoint, nil))
}
