package access

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"palisade/estate"
)

// Caller is somebody who has a role at a model of a gateway: from where the
// model can be called, and by which applications.
type Caller struct {
	Principal  Principal
	Ref        *estate.PrincipalRef
	Credential Credential
	Assignment *estate.RoleAssignment // the first that names the caller
	// Verdict is the best of any place. Deny: there is a role, and no place or
	// time to use it.
	Verdict Verdict
	// Everywhere says that each address has the Verdict; else Ranges are those
	// that have it, and Links the private endpoints that do.
	Everywhere bool
	Ranges     []Range
	Links      []string
	// Through are the applications by which a person may call; none is any.
	Through []string
	// Reasons are those of the decision for one of the places.
	Reasons []Reason
	// Internet is the address of the internet with the best verdict.
	Internet Source

	claims *Claims
}

// Request is the caller's call of a model of a gateway.
func (c *Caller) Request(model string, from Source, at time.Time) Request {
	return Request{Principal: c.Principal, Credential: c.Credential, Asset: model, Source: from, At: at, Claims: c.claims}
}

// Callers are those with a role at a model of a gateway, or at the gateway, in
// the order of the assignments. Each place is one that Decide was asked about,
// for a call at that time. A caller's own grants count, not those of groups
// that the caller may be in: these are callers themselves.
func (w *World) Callers(model string, at time.Time) []Caller {
	a := w.assets[estate.Key(model)]
	if a == nil || a.targets[0].guarded == nil {
		return nil
	}
	x := a.targets[0]
	var order []string
	byKey := map[string][]*binding{}
	for _, scope := range x.place.scopes {
		for _, b := range w.bindings.byScope[scope] {
			if byKey[b.principal.Key] == nil {
				order = append(order, b.principal.Key)
			}
			byKey[b.principal.Key] = append(byKey[b.principal.Key], b)
		}
	}
	all := make([]Caller, len(order))
	for i, key := range order {
		all[i] = w.calling(x, byKey[key], at)
	}
	return all
}

// calling asks for one principal at every place that its grants, or the
// gateway, tell apart.
func (w *World) calling(x *target, grants []*binding, at time.Time) Caller {
	b := grants[0]
	c := Caller{Principal: Whoever(b.principal.Key), Ref: &b.principal, Credential: Token, Assignment: b.assignment}
	ranges, links := x.allRanges(), x.guarded.links()
	if strings.HasPrefix(b.principal.Key, "key:") {
		c.Credential = Key
		if k := x.guarded.keys[b.principal.Key]; k != nil {
			ranges, links = append(ranges, knownRanges(k.from.ranges())...), append(links, k.from.links()...)
		}
	}
	for _, g := range grants {
		if g.condition == nil {
			continue
		}
		for _, text := range g.condition.compared("environment", AttributeAddress) {
			if r, ok := ParseRange(text); ok {
				ranges = append(ranges, r)
			}
		}
		links = append(links, g.condition.compared("environment", AttributeLink)...)
		c.Through = append(c.Through, g.condition.compared("principal", AttributeApplication)...)
	}
	c.claims = &Claims{Complete: true}
	switch {
	case estate.Is(b.assignment.PrincipalType, "User", "Group") == estate.No:
		c.Through = nil
	case len(c.Through) > 0:
		c.claims.User, c.claims.Application = true, c.Through[0]
	}
	slices.Sort(links)
	c.ask(w, c.Request(x.on.ID, Source{}, at), ranges, slices.Compact(links))
	return c
}

// ask decides for one address of each class, and for each link.
func (c *Caller) ask(w *World, r Request, ranges []Range, links []string) {
	classes := Classes(ranges)
	if len(ranges) == 0 {
		classes = []Class{{Range: Range{someAddress, someAddress}}}
	}
	verdicts := make([]Verdict, len(classes))
	c.Everywhere = true
	public := Deny
	for i, class := range classes {
		r.Source = Address(class.First)
		verdicts[i] = c.best(w.Decide(r))
		if class.Special == "" && (c.Internet.Kind == FromNowhere || verdicts[i] > public) {
			c.Internet, public = r.Source, verdicts[i]
		}
	}
	onLinks := make([]Verdict, len(links))
	for i, link := range links {
		r.Source = Endpoint(link)
		onLinks[i] = c.best(w.Decide(r))
	}
	for i, v := range verdicts {
		if v != c.Verdict {
			c.Everywhere = false
		} else {
			c.Ranges = joined(c.Ranges, classes[i].Range)
		}
	}
	if c.Everywhere || c.Verdict == Deny {
		c.Ranges = nil
	}
	for i, v := range onLinks {
		if v == c.Verdict && v != Deny {
			c.Links = append(c.Links, links[i])
		}
	}
}

// someAddress stands for all addresses where no rule tells any apart.
var someAddress = netip.AddrFrom4([4]byte{8, 8, 8, 8})

// best keeps the decision if it is better than those before.
func (c *Caller) best(d Decision) Verdict {
	if c.Reasons == nil || d.Verdict > c.Verdict {
		c.Verdict, c.Reasons = d.Verdict, d.Reasons
	}
	return d.Verdict
}

// joined adds a range, as part of the last one where it goes on.
func joined(all []Range, r Range) []Range {
	if n := len(all); n > 0 && all[n-1].Last.Next() == r.First {
		all[n-1].Last = r.Last
		return all
	}
	return append(all, r)
}

func knownRanges(rules []ipRule) []Range {
	var all []Range
	for _, r := range rules {
		if r.known && !r.none {
			all = append(all, r.Range)
		}
	}
	return all
}

// links are the private endpoints that the rules name.
func (s *selected) links() []string {
	var all []string
	for _, r := range s.rules {
		if r.link != "" {
			all = append(all, r.link)
		}
	}
	return all
}

func (g *guarded) links() []string {
	var all []string
	for i := range g.selected {
		all = append(all, g.selected[i].links()...)
	}
	return all
}

// compared are the values that a condition compares an attribute with.
func (c *Condition) compared(source, attribute string) []string {
	var all []string
	todo := []node{c.root}
	for len(todo) > 0 {
		n := todo[0]
		todo = todo[1:]
		switch n := n.(type) {
		case andNode:
			todo = append(todo, n.left, n.right)
		case orNode:
			todo = append(todo, n.left, n.right)
		case notNode:
			todo = append(todo, n.of)
		case comparison:
			if n.left == (attributeRef{source, strings.ToLower(attribute)}) {
				all = append(all, n.right...)
			}
		}
	}
	return all
}

// CallerText is how a person writes the principal of a key or of a workload of
// another issuer; false for one of Entra.
func CallerText(id string) (string, bool) {
	if name, ok := strings.CutPrefix(id, "key:"); ok {
		return "key " + name, true
	}
	rest, ok := strings.CutPrefix(id, "workload:")
	if !ok {
		return "", false
	}
	var b strings.Builder
	for i := 0; i < len(rest); i++ {
		c := rest[i]
		switch {
		case c == '^' && i+1 < len(rest):
			i++
			b.WriteString(strings.ToUpper(rest[i : i+1]))
		case c == '%' && i+2 < len(rest):
			b.WriteByte(unhex(rest[i+1])<<4 | unhex(rest[i+2]))
			i += 2
		default:
			b.WriteByte(c)
		}
	}
	return "workload " + b.String(), true
}

func unhex(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
}
