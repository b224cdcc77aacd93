package access

import (
	"palisade/estate"
)

// association puts a target into a perimeter.
type association struct {
	*estate.PerimeterAssociation
	perimeter string
	surely    bool // it is this target's, and will exist
	rules     []perimeterRule
	open      bool // the profile's rules aren't all known
}

type perimeterRule struct {
	*estate.PerimeterRule
	ranges []ipRule
}

func (w *World) indexPerimeters() {
	w.associations = map[string][]*estate.PerimeterAssociation{}
	for _, a := range w.estate.PerimeterAssociations.All {
		if !a.Target.Known() && len(a.Target.Choices) == 0 {
			w.looseAssociations = append(w.looseAssociations, a)
		}
		for _, key := range a.Target.Keys() {
			w.associations[key] = append(w.associations[key], a)
		}
	}
}

func (w *World) associationsOf(r *estate.Resource) []association {
	var found []association
	for _, a := range w.associations[r.Key] {
		sure := len(a.Target.Choices) == 0 && a.Maybe == nil && !a.Referred
		found = append(found, w.newAssociation(a, sure))
	}
	for _, a := range w.looseAssociations {
		if a.Target.Key != r.Key && a.Target.Is(r.ID) == estate.Unsure {
			found = append(found, w.newAssociation(a, false))
		}
	}
	return found
}

func (w *World) newAssociation(a *estate.PerimeterAssociation, surely bool) association {
	n := association{PerimeterAssociation: a, perimeter: a.Parent, surely: surely}
	n.open = len(a.Profile.Keys()) != 1
	for _, profile := range a.Profile.Keys() {
		p := w.estate.PerimeterProfiles.Get(profile)
		n.open = n.open || p == nil || p.Referred
		for _, r := range w.estate.PerimeterRules.Of(profile) {
			n.rules = append(n.rules, perimeterRule{r, perimeterRanges(r)})
		}
	}
	return n
}

func perimeterRanges(r *estate.PerimeterRule) []ipRule {
	var rules []ipRule
	add := func(prefixes []string, sure bool) {
		for _, s := range prefixes {
			rng, ok := ParseRange(s)
			rules = append(rules, ipRule{Range: rng, known: true, none: !ok, sure: sure})
		}
	}
	add(r.Prefixes.Items, true)
	add(r.Prefixes.Possible, false)
	if r.Prefixes.Open {
		rules = append(rules, ipRule{})
	}
	return rules
}

// enforced answers whether the association is one that takes the place of the
// target's own rules.
func (a *association) enforced() estate.Answer {
	is := estate.Is(a.Mode, "Enforced")
	if is == estate.Yes && !a.surely {
		return estate.Unsure
	}
	return is
}

// admits is the perimeter's own answer for a caller on the public endpoint.
// Source: azure-docs private-link/network-security-perimeter-concepts.md.
func (a *association) admits(w *World, c *caller, t *trace) Verdict {
	v := Deny
	if a.open {
		v = Unknown
	}
	for i := range a.rules {
		v = v.Or(a.rules[i].admits(c))
	}
	if c.service != "" {
		v = v.Or(a.member(w, c.service))
	}
	about := stated(a.Resource, "properties.accessMode", a.Mode)
	switch v {
	case Allow:
		return t.say(v, about, "the enforced perimeter lets the caller in")
	case Unknown:
		return t.say(v, about, "the enforced perimeter may let the caller in")
	}
	return t.say(v, about, "the enforced perimeter keeps the caller out")
}

func (r *perimeterRule) admits(c *caller) Verdict {
	in := sure(estate.Is(r.Direction, "Inbound"))
	if in == Deny {
		return Deny
	}
	v := Deny
	if c.addr.IsValid() {
		v = anyRange(r.ranges, c)
	}
	if len(r.ServiceTags.Each()) > 0 || len(r.Perimeters.Each()) > 0 {
		v = v.Or(Unknown)
	}
	if c.service != "" {
		v = v.Or(r.subscription(c.service))
	}
	if r.Maybe != nil || r.Referred {
		v = v.And(Unknown)
	}
	return v.And(in)
}

// subscription answers whether the rule lets in identities of the caller's
// subscription.
func (r *perimeterRule) subscription(service string) Verdict {
	v := Deny
	if r.Subscriptions.Open {
		v = Unknown
	}
	of := estate.SubscriptionOf(service)
	for _, s := range r.Subscriptions.Items {
		v = v.Or(sure(s.Is(of)))
	}
	if len(r.Subscriptions.Possible) > 0 {
		v = v.Or(Unknown)
	}
	return v
}

// member answers whether an Azure resource is in the same perimeter, or one
// that is linked to it.
func (a *association) member(w *World, service string) Verdict {
	v := Deny
	for _, other := range w.associations[estate.Key(service)] {
		switch {
		case other.Parent == a.perimeter && a.surely && other.Maybe == nil && !other.Referred && len(other.Target.Choices) == 0:
			return Allow
		case other.Parent == a.perimeter:
			v = Unknown
		default:
			v = v.Or(w.linked(other.Parent, a.perimeter))
		}
	}
	return v
}

// linked is Unknown where two perimeters are linked: which of their profiles
// the link opens isn't judged.
func (w *World) linked(one, other string) Verdict {
	for _, pair := range [2][2]string{{one, other}, {other, one}} {
		for _, l := range w.estate.PerimeterLinks.Of(pair[0]) {
			if l.Remote.Is(pair[1]) != estate.No {
				return Unknown
			}
		}
	}
	return Deny
}
