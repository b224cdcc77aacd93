package access

import (
	"strings"

	"palisade/estate"
)

// throughEndpoint answers for traffic that arrives through a private endpoint.
// Nothing but the approval of the connection counts then.
// Source: FACTS §7.1(2), from azure-docs private-link/private-endpoint-overview.md.
func (w *World) throughEndpoint(x *target, endpoint string, t *trace) Verdict {
	v := Deny
	found := false
	for i := range x.endpoints {
		p := &x.endpoints[i]
		if p.Endpoint.Key == endpoint {
			found = true
			v = v.Or(x.approved(p, t))
		}
	}
	if !found {
		v = x.connected(endpoint, t)
	}
	if v == Deny {
		return t.say(Deny, fact{on: x.on, property: "properties.privateEndpointConnections"},
			"no approved connection of this private endpoint leads here")
	}
	return v.And(x.hostForRules(t))
}

// approved answers for one connection of an endpoint of the estate. What the
// target itself says of the connection counts, where it says something.
func (x *target) approved(p *estate.EndpointPath, t *trace) Verdict {
	if v := x.hasGroup(p); v != Allow {
		t.say(v, fact{p.Endpoint.Resource, "groupIds", "", p.Target.Pos}, "the endpoint may be for another part of the service")
		if v == Deny {
			return Deny
		}
	}
	status, on := p.Target.Status, p.Endpoint.Resource
	for _, c := range x.connections.Each() {
		if c.Endpoint.Is(p.Endpoint.ID) == estate.Yes {
			status, on = c.Status, x.on
		}
	}
	v := sure(estate.Is(status, "Approved"))
	if !p.Sure || p.Endpoint.Maybe != nil {
		v = v.And(Unknown)
	}
	return t.say(v, stated(on, "privateLinkServiceConnectionState.status", status), approvalText(v))
}

func approvalText(v Verdict) string {
	switch v {
	case Allow:
		return "the private endpoint is approved"
	case Unknown:
		return "it isn't known whether the private endpoint is there and approved"
	}
	return "the private endpoint isn't approved"
}

// hasGroup answers whether the connection is to the part of the service that
// the target's kind is about.
func (x *target) hasGroup(p *estate.EndpointPath) Verdict {
	v := Deny
	if p.Target.Groups.Open || !p.Target.Groups.Set {
		v = Unknown
	}
	for _, g := range p.Target.Groups.Items {
		v = v.Or(verdictOf(strings.EqualFold(g, x.group)))
	}
	for _, g := range p.Target.Groups.Possible {
		v = v.Or(verdictOf(strings.EqualFold(g, x.group)).And(Unknown))
	}
	return v
}

// connected answers for an endpoint that isn't in the estate, by what the
// target says of its connections.
func (x *target) connected(endpoint string, t *trace) Verdict {
	v := Deny
	if x.connections.Open && x.on.Referred {
		v = t.say(Unknown, fact{on: x.on, property: "properties.privateEndpointConnections"},
			"the connections of this resource aren't known")
	}
	for _, c := range x.connections.Each() {
		if is := sure(c.Endpoint.Is(endpoint)); is != Deny {
			v = v.Or(t.say(is.And(sure(estate.Is(c.Status, "Approved"))),
				stated(x.on, "privateLinkServiceConnectionState.status", c.Status), "a connection of the private endpoint"))
		}
	}
	return v
}
