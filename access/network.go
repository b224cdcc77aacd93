package access

import (
	"net/netip"
	"strings"

	"palisade/estate"
)

// caller is a source as the public endpoint of a target sees it.
type caller struct {
	addr    netip.Addr // the public address, where it has one that is known
	anyAddr bool       // it has a public address, but which isn't known
	subnet  string     // key of the subnet, where a service endpoint shows it
	service string     // key of the Azure resource that calls by its identity
}

// public answers for traffic on a target's public endpoint, in the order in
// which the service asks.
// Source: azure-ai-docs cognitive-services-virtual-networks.md; azure-docs
// private-link/network-security-perimeter-concepts.md.
func (w *World) public(x *target, c *caller, t *trace) Verdict {
	for i := range x.associations {
		a := &x.associations[i]
		switch a.enforced() {
		case estate.Yes:
			return a.admits(w, c, t)
		case estate.Unsure:
			t.say(Unknown, stated(a.Resource, "properties.accessMode", a.Mode),
				"it isn't known whether a perimeter takes the place of the network rules")
			return agree(a.admits(w, c, t), w.ownRules(x, c, t))
		}
	}
	return w.ownRules(x, c, t)
}

// ownRules answers by publicNetworkAccess, then by the network rules.
func (w *World) ownRules(x *target, c *caller, t *trace) Verdict {
	const property = "properties.publicNetworkAccess"
	f := x.publicAccess
	off := func() Verdict {
		perimeter := estate.Is(f, "SecuredByPerimeter") == estate.Yes
		if v := w.bypass(x, c, nil); v != Deny && x.closedBypass != Deny && !perimeter {
			return t.say(x.closedBypass, stated(x.on, "properties.networkAcls.bypass", x.rules.Bypass),
				"public access is off, but trusted services may pass")
		}
		return t.say(Deny, stated(x.on, property, f), "public access is off")
	}
	on := func() Verdict {
		if x.noRules {
			return t.say(Allow, stated(x.on, property, f), "the public endpoint takes all addresses")
		}
		return w.networkRules(x, c, t)
	}
	is := estate.Is(f, "Disabled", "SecuredByPerimeter")
	if is == estate.Unsure {
		t.say(Unknown, stated(x.on, property, f), "it isn't known whether public access is off")
	}
	return choose(is, off, on)
}

// networkRules answers by networkAcls.
func (w *World) networkRules(x *target, c *caller, t *trace) Verdict {
	f := x.rules.DefaultAction
	about := stated(x.on, "properties.networkAcls.defaultAction", f)
	allow := func() Verdict {
		return t.say(Allow, about, "the network rules let all addresses in")
	}
	deny := func() Verdict { return w.exceptions(x, c, t) }
	is := estate.Is(f, "Allow")
	if is == estate.Unsure {
		t.say(Unknown, about, "it isn't known whether the network rules let all addresses in")
	}
	return choose(is, allow, deny)
}

// exceptions answers by what is let in although the default is to deny.
func (w *World) exceptions(x *target, c *caller, t *trace) Verdict {
	v := w.bypass(x, c, t)
	if v != Allow && (c.addr.IsValid() || c.anyAddr) {
		v = v.Or(x.ipRules(c, t))
	}
	if v != Allow && c.subnet != "" {
		v = v.Or(x.vnetRules(w, c.subnet, t))
	}
	if v == Deny {
		t.say(Deny, stated(x.on, "properties.networkAcls.defaultAction", x.rules.DefaultAction),
			"no network rule lets the source in")
	}
	return v
}

// bypass answers whether the caller passes as a trusted service.
func (w *World) bypass(x *target, c *caller, t *trace) Verdict {
	if c.service == "" {
		return Deny
	}
	lets := estate.Test(x.rules.Bypass, func(s string) bool {
		return strings.Contains(strings.ToLower(s), "azureservices")
	})
	if lets == estate.No {
		return Deny
	}
	v := sure(lets).And(x.trusts(c.service))
	if v != Deny {
		t.say(v, stated(x.on, "properties.networkAcls.bypass", x.rules.Bypass), "trusted services bypass the rules")
	}
	return v
}

// trusts answers whether a resource is of a type that the bypass is for.
func (x *target) trusts(service string) Verdict {
	if len(x.trusted) == 0 {
		return Unknown
	}
	typ := strings.ToLower(estate.TypeOf(service))
	provider, _, _ := strings.Cut(typ, "/")
	for _, p := range x.trusted {
		if provider == p {
			return Allow
		}
	}
	if typ == "" || strings.Contains(typ, "«") {
		return Unknown
	}
	return Deny
}

// ipRules answers whether an IP rule lets the caller's address in.
func (x *target) ipRules(c *caller, t *trace) Verdict {
	if c.anyAddr && x.covers == All {
		return t.say(Allow, fact{x.on, "properties.networkAcls.ipRules", "", x.rules.IPRules.Pos},
			"the IP rules together let all addresses in")
	}
	v := Deny
	if x.rules.IPRules.Open {
		v = t.say(Unknown, fact{x.on, "properties.networkAcls.ipRules", "", x.rules.IPRules.Pos},
			"there may be other IP rules")
	}
	for i := range x.ranges {
		r := &x.ranges[i]
		if lets := r.admits(c); lets != Deny {
			v = v.Or(t.say(lets, stated(x.on, "properties.networkAcls.ipRules", r.value), ruleText(lets)))
		}
		if v == Allow {
			break
		}
	}
	return v
}

func ruleText(v Verdict) string {
	if v == Allow {
		return "an IP rule lets the address in"
	}
	return "an IP rule may let the address in"
}

func (r *ipRule) admits(c *caller) Verdict {
	switch {
	case r.none:
		return Deny
	case !r.known || c.anyAddr:
		return Unknown
	case !r.Contains(c.addr):
		return Deny
	case !r.sure:
		return Unknown
	}
	return Allow
}

func anyRange(rules []ipRule, c *caller) Verdict {
	v := Deny
	for i := range rules {
		v = v.Or(rules[i].admits(c))
	}
	return v
}

// vnetRules answers whether a rule lets the subnet in. The subnet's service
// endpoint is the caller's matter; see fromSubnet.
func (x *target) vnetRules(w *World, subnet string, t *trace) Verdict {
	v := Deny
	l := x.rules.VNetRules
	if l.Open {
		v = t.say(Unknown, fact{x.on, "properties.networkAcls.virtualNetworkRules", "", l.Pos},
			"there may be other virtual network rules")
	}
	try := func(rules []estate.VNetRule, most Verdict) {
		for _, r := range rules {
			lets := sure(r.Subnet.Is(subnet)).And(most)
			if lets == Deny {
				continue
			}
			v = v.Or(t.say(lets, fact{x.on, "properties.networkAcls.virtualNetworkRules", r.Subnet.ID, r.Subnet.Pos},
				"a virtual network rule names the subnet"))
		}
	}
	try(l.Items, x.hostForRules(t))
	try(l.Possible, Unknown)
	return v
}

// hostForRules is Deny where the target has no host name of its own, which
// virtual network rules and private endpoints need.
func (x *target) hostForRules(t *trace) Verdict {
	if x.account == nil {
		return Allow
	}
	v := x.hasSubdomain()
	if v != Allow {
		t.say(v, stated(x.on, "properties.customSubDomainName", x.subdomain),
			"virtual network rules and private endpoints need a custom subdomain")
	}
	return v
}

func (x *target) hasSubdomain() Verdict {
	if x.subdomain.Unknown != nil && len(x.subdomain.Choices) == 0 && x.subdomain.Set && !x.on.Referred {
		// A name that isn't known is still a name, unless it is null.
		return Allow
	}
	return sure(estate.Test(x.subdomain, func(s string) bool { return s != "" }))
}
