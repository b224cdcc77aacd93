package access

import (
	"math/big"
	"net/netip"
	"slices"
)

// Class is a run of addresses that no rule tells apart: what holds for its
// first address holds for all.
type Class struct {
	Range
	Special string // why these aren't addresses of the internet, or ""
}

// Classes cuts the address space at the edges of the ranges and of the special
// blocks. IPv6 is cut only where a range is of IPv6. The classes are in order
// and cover the space without gaps. It costs O(n log n) in the ranges.
func Classes(ranges []Range) []Class {
	var edges4, edges6 []netip.Addr
	add := func(r Range) {
		edges := &edges4
		if r.First.Is6() {
			edges = &edges6
		}
		*edges = append(*edges, r.First)
		if after := r.Last.Next(); after.IsValid() {
			*edges = append(*edges, after)
		}
	}
	for _, r := range ranges {
		add(r)
	}
	v6 := len(edges6) > 0
	for _, s := range specials {
		add(PrefixRange(s.prefix))
	}
	classes := between(edges4)
	if v6 {
		classes = append(classes, between(edges6)...)
	}
	return classes
}

// between makes a class of each stretch between two edges. The blocks of
// specials start and end the space, so the edges do, too.
func between(edges []netip.Addr) []Class {
	slices.SortFunc(edges, netip.Addr.Compare)
	edges = slices.Compact(edges)
	classes := make([]Class, len(edges))
	for i, first := range edges {
		last := lastAddress(first)
		if i+1 < len(edges) {
			last = edges[i+1].Prev()
		}
		classes[i] = Class{Range{first, last}, Special(first)}
	}
	return classes
}

func lastAddress(a netip.Addr) netip.Addr {
	return PrefixRange(netip.PrefixFrom(a, 0)).Last
}

// Share says how much of the internet is meant.
type Share uint8

const (
	Nothing   Share = iota // no address of the internet
	Some                   // fewer than LargePart
	LargePart              // at least 2^24 IPv4 addresses (a /8), or a /32 of IPv6
	All                    // every address of the internet of one family
)

func (s Share) String() string {
	return [...]string{"no address", "some addresses", "a large part", "all"}[s]
}

// Extent is a set of addresses of the internet, measured exactly. Special
// blocks are left out of it.
type Extent struct {
	Share  Share
	Count4 uint64   // IPv4 addresses
	Count6 *big.Int // IPv6 addresses; nil where none was asked about
	Ranges []Range  // in order, neighbours joined
}

var (
	internet4 = publicSize(between(specialEdges(netip.Addr.Is4)))
	internet6 = publicSize(between(specialEdges(netip.Addr.Is6)))
	large4    = big.NewInt(1 << 24)
	large6    = new(big.Int).Lsh(big.NewInt(1), 96)
)

// Measure adds up the public classes for whose index in answers true.
func Measure(classes []Class, in func(i int) bool) Extent {
	var e Extent
	var kept []Class
	for i, c := range classes {
		if c.Special == "" && in(i) {
			kept = append(kept, c)
		}
	}
	for _, c := range kept {
		if n := len(e.Ranges); n > 0 && e.Ranges[n-1].Last.Next() == c.First {
			e.Ranges[n-1].Last = c.Last
		} else {
			e.Ranges = append(e.Ranges, c.Range)
		}
	}
	n4, n6 := publicSize(only(kept, netip.Addr.Is4)), publicSize(only(kept, netip.Addr.Is6))
	e.Count4 = n4.Uint64()
	if len(classes) > 0 && classes[len(classes)-1].First.Is6() {
		e.Count6 = n6
	}
	e.Share = max(shareOf(n4, internet4, large4), shareOf(n6, internet6, large6))
	return e
}

func shareOf(n, all, large *big.Int) Share {
	switch {
	case n.Sign() == 0:
		return Nothing
	case n.Cmp(all) >= 0:
		return All
	case n.Cmp(large) >= 0:
		return LargePart
	}
	return Some
}

func publicSize(classes []Class) *big.Int {
	n := new(big.Int)
	for _, c := range classes {
		if c.Special == "" {
			n.Add(n, c.Size())
		}
	}
	return n
}

func only(classes []Class, family func(netip.Addr) bool) []Class {
	var kept []Class
	for _, c := range classes {
		if family(c.First) {
			kept = append(kept, c)
		}
	}
	return kept
}

func specialEdges(family func(netip.Addr) bool) []netip.Addr {
	var edges []netip.Addr
	for _, s := range specials {
		if r := PrefixRange(s.prefix); family(r.First) {
			edges = append(edges, r.First)
			if after := r.Last.Next(); after.IsValid() {
				edges = append(edges, after)
			}
		}
	}
	return edges
}
