package access

import (
	"math/big"
	"net/netip"
	"strings"
)

// Range is the addresses from First to Last, both included and of one family.
type Range struct{ First, Last netip.Addr }

// ParseRange reads an address, a CIDR prefix (bits after the prefix are
// ignored) or "first-last". IPv4 written as IPv6 becomes IPv4.
func ParseRange(text string) (Range, bool) {
	text = strings.TrimSpace(text)
	if first, last, ok := strings.Cut(text, "-"); ok {
		return rangeOf(strings.TrimSpace(first), strings.TrimSpace(last))
	}
	if strings.Contains(text, "/") {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return Range{}, false
		}
		return PrefixRange(p), true
	}
	return rangeOf(text, text)
}

func rangeOf(first, last string) (Range, bool) {
	a, err := netip.ParseAddr(first)
	b, err2 := netip.ParseAddr(last)
	a, b = a.Unmap().WithZone(""), b.Unmap().WithZone("")
	if err != nil || err2 != nil || a.BitLen() != b.BitLen() || b.Less(a) {
		return Range{}, false
	}
	return Range{a, b}, true
}

// PrefixRange is the addresses of a prefix.
func PrefixRange(p netip.Prefix) Range {
	p = p.Masked()
	last := p.Addr().AsSlice()
	for bit := p.Bits(); bit < p.Addr().BitLen(); bit++ {
		last[bit/8] |= 0x80 >> (bit % 8)
	}
	end, _ := netip.AddrFromSlice(last)
	return Range{p.Addr(), end}
}

// Contains reports whether a is in the range.
func (r Range) Contains(a netip.Addr) bool {
	return a.BitLen() == r.First.BitLen() && !a.Less(r.First) && !r.Last.Less(a)
}

// Size is the number of addresses.
func (r Range) Size() *big.Int {
	n := new(big.Int).Sub(number(r.Last), number(r.First))
	return n.Add(n, big.NewInt(1))
}

func (r Range) String() string {
	if r.First == r.Last {
		return r.First.String()
	}
	for bits := 0; bits <= r.First.BitLen(); bits++ {
		if p := netip.PrefixFrom(r.First, bits); PrefixRange(p) == r {
			return p.String()
		}
	}
	return r.First.String() + "-" + r.Last.String()
}

func number(a netip.Addr) *big.Int { return new(big.Int).SetBytes(a.AsSlice()) }
