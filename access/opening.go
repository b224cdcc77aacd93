package access

import (
	"palisade/estate"
)

// Opening is a place from which an asset can be reached, or may be.
type Opening struct {
	// Source stands for all places of the opening: a request from it gets the
	// same answer from the network gate.
	Source Source
	// Network is the key of the virtual network, for an opening that all of
	// its subnets have through a private endpoint; else "".
	Network string
	Verdict Verdict // of the network gate; never Deny
	// Extent measures the addresses, for FromAddress.
	Extent Extent
	// Special are the allowed addresses that nobody on the internet has.
	Special []Class
	// Names is the name gate's verdict, for places in a virtual network.
	Names   Verdict
	Reasons []Reason
}

// Openings returns the places from which an asset can be reached, or may be:
// addresses first, then private endpoints, networks, subnets, Azure services.
// Of an asset that is declared more than once it tells what each declaration
// would open. It answers nothing for an asset that isn't in the estate.
func (w *World) Openings(id string) []Opening {
	a := w.assets[estate.Key(id)]
	if a == nil {
		return nil
	}
	var all []Opening
	for _, x := range a.targets {
		all = append(all, w.openings(x)...)
	}
	return all
}

func (w *World) openings(x *target) []Opening {
	all := w.addressOpenings(x)
	all = append(all, w.endpointOpenings(x)...)
	all = append(all, w.networkOpenings(x)...)
	all = append(all, w.subnetOpenings(x)...)
	return append(all, w.serviceOpenings(x)...)
}

// open asks the gates for a source and adds the opening where there is one.
func (w *World) open(all []Opening, x *target, o Opening) []Opening {
	t := &trace{}
	o.Verdict = w.network(x, o.Source, Token, t)
	if o.Verdict == Deny {
		return all
	}
	t.enter(NameGate)
	o.Names = w.name(x, o.Source, t)
	o.Reasons = t.reasons
	return append(all, o)
}

// addressOpenings asks for one address of each class.
func (w *World) addressOpenings(x *target) []Opening {
	classes := Classes(x.allRanges())
	verdicts := make([]Verdict, len(classes))
	for i, c := range classes {
		verdicts[i] = w.network(x, Address(c.First), Token, nil)
	}
	var all []Opening
	for _, v := range []Verdict{Allow, Unknown} {
		if o, ok := addressOpening(classes, verdicts, v); ok {
			all = w.open(all, x, o)
		}
	}
	return all
}

// addressOpening gathers the classes with one verdict.
func addressOpening(classes []Class, verdicts []Verdict, v Verdict) (Opening, bool) {
	var o Opening
	found := false
	for i, c := range classes {
		if verdicts[i] != v {
			continue
		}
		if !found || c.Special == "" && Special(o.Source.Addr) != "" {
			o.Source = Address(c.First)
		}
		found = true
		if c.Special != "" {
			o.Special = append(o.Special, c)
		}
	}
	o.Extent = Measure(classes, func(i int) bool { return verdicts[i] == v })
	return o, found
}

// allRanges are the ranges of all rules of a target and its perimeters.
func (x *target) allRanges() []Range {
	var all []Range
	add := func(rules []ipRule) {
		for _, r := range rules {
			if r.known && !r.none {
				all = append(all, r.Range)
			}
		}
	}
	add(x.ranges)
	for _, a := range x.associations {
		for _, r := range a.rules {
			add(r.ranges)
		}
	}
	return all
}

// Classes cuts the address space at the edges of all rules of all assets: what
// holds for the first address of a class holds for all of it, on each of them.
func (w *World) Classes() []Class {
	var all []Range
	for _, r := range w.estate.Resources {
		if a := w.assets[r.Key]; a != nil && a.targets[0].on == r {
			for _, x := range a.targets {
				all = append(all, x.allRanges()...)
			}
		}
	}
	return Classes(all)
}

func (w *World) endpointOpenings(x *target) []Opening {
	var all []Opening
	seen := map[string]bool{}
	add := func(id string) {
		if key := estate.Key(id); !seen[key] {
			seen[key] = true
			all = w.open(all, x, Opening{Source: Endpoint(id)})
		}
	}
	for _, p := range x.endpoints {
		add(p.Endpoint.ID)
	}
	for _, c := range x.connections.Each() {
		add(c.Endpoint.ID)
	}
	return all
}

// networkOpenings are the networks that reach a private endpoint: its own and
// those that are peered with it. A subnet stands for its network.
func (w *World) networkOpenings(x *target) []Opening {
	var all []Opening
	seen := map[string]bool{}
	add := func(network, subnet string) {
		if network == "" || seen[network] || subnet == "" {
			return
		}
		seen[network] = true
		all = w.open(all, x, Opening{Source: Subnet(subnet), Network: network})
	}
	for _, p := range x.endpoints {
		if !p.Endpoint.Subnet.Set {
			continue
		}
		home := estate.Parent(p.Endpoint.Subnet.Key)
		add(home, p.Endpoint.Subnet.ID)
		for _, peer := range w.peersOf(home) {
			add(peer, w.aSubnet(peer))
		}
	}
	return all
}

// peersOf returns the networks that have a peering with a network, in either
// direction.
func (w *World) peersOf(network string) []string {
	var keys []string
	for _, p := range w.estate.Peerings.Of(network) {
		keys = append(keys, p.Remote.Keys()...)
	}
	return append(keys, w.peeredBy[network]...)
}

func (w *World) aSubnet(network string) string {
	if all := w.estate.Subnets.Of(network); len(all) > 0 {
		return all[0].ID
	}
	return ""
}

// subnetOpenings are the subnets that virtual network rules let in. Those that
// only come in by a private endpoint are among networkOpenings.
func (w *World) subnetOpenings(x *target) []Opening {
	var all []Opening
	for _, r := range x.rules.VNetRules.Each() {
		for _, key := range r.Subnet.Keys() {
			id := r.Subnet.ID
			if len(r.Subnet.Choices) > 0 {
				id = key
			}
			t := &trace{}
			o := Opening{Source: Subnet(id), Verdict: w.fromSubnetPublic(x, key, t)}
			if o.Verdict == Deny {
				continue
			}
			t.enter(NameGate)
			o.Names = w.name(x, o.Source, t)
			o.Reasons = t.reasons
			all = append(all, o)
		}
	}
	return all
}

// anyTrusted stands for all resources of a type that the bypass is for.
const anyTrusted = "/subscriptions/«any»/resourceGroups/«any»/providers/Microsoft.Search/searchServices/«any»"

// serviceOpenings are the trusted services, and the members of the perimeters.
func (w *World) serviceOpenings(x *target) []Opening {
	if x.noRules {
		return nil
	}
	var all []Opening
	if w.bypass(x, &caller{service: estate.Key(anyTrusted)}, nil) != Deny {
		all = w.open(all, x, Opening{Source: Service(anyTrusted)})
	}
	for _, a := range x.associations {
		if a.enforced() == estate.No {
			continue
		}
		for _, m := range w.estate.PerimeterAssociations.Of(a.perimeter) {
			for _, key := range m.Target.Keys() {
				if key != x.on.Key {
					all = w.open(all, x, Opening{Source: Service(key)})
				}
			}
		}
	}
	return all
}
