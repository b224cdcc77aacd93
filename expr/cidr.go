package expr

import (
	"math/big"
	"net/netip"

	"palisade/arm"
)

// cidrFunctions are those of Microsoft Learn, "CIDR functions for ARM
// templates".
func cidrFunctions() []builtin {
	return []builtin{
		{name: "parseCidr", min: 1, max: 1, eval: parseCIDR},
		{name: "cidrSubnet", min: 3, max: 3, eval: cidrSubnet},
		{name: "cidrHost", min: 2, max: 2, eval: cidrHost},
	}
}

// network is the first argument, an address range in CIDR notation.
func (c caller) network(args []arm.Value) (p netip.Prefix, problem arm.Value, ok bool) {
	s, ok := args[0].Str()
	if !ok {
		return p, c.wrong(args, 0, "string"), false
	}
	p, err := netip.ParsePrefix(s)
	if a, bare := netip.ParseAddr(s); bare == nil && a.Is4() {
		p, err = netip.PrefixFrom(a, classBits(a)), nil
	}
	if err != nil {
		return p, c.fail("%q isn't an address range in CIDR notation", s), false
	}
	return p.Masked(), arm.Value{}, true
}

func parseCIDR(c caller, args []arm.Value) arm.Value {
	p, problem, ok := c.network(args)
	if !ok {
		return problem
	}
	first, last := usable(p)
	mask := netip.PrefixFrom(lastOf(netip.PrefixFrom(p.Addr(), 0)), p.Bits()).Masked().Addr()
	members := []arm.Member{
		{Name: "network", Value: c.str(p.Addr().String())},
		{Name: "netmask", Value: c.str(mask.String())},
	}
	if p.Addr().Is4() {
		members = append(members, arm.Member{Name: "broadcast", Value: c.str(lastOf(p).String())})
	}
	return c.object(append(members,
		arm.Member{Name: "firstUsable", Value: c.str(first.String())},
		arm.Member{Name: "lastUsable", Value: c.str(last.String())},
		arm.Member{Name: "cidr", Value: c.int(int64(p.Bits()))},
	))
}

// lastOf is the last address of a range.
func lastOf(p netip.Prefix) netip.Addr {
	bytes := p.Masked().Addr().AsSlice()
	for i := p.Bits(); i < len(bytes)*8; i++ {
		bytes[i/8] |= 0x80 >> (i % 8)
	}
	addr, _ := netip.AddrFromSlice(bytes)
	return addr
}

// usable are the first and last address that a host may have. In IPv4 these are
// not the network's own and the broadcast address.
func usable(p netip.Prefix) (first, last netip.Addr) {
	switch {
	case !p.Addr().Is4():
		return p.Addr(), lastOf(p)
	case p.Bits() >= 31:
		return p.Addr(), p.Addr()
	}
	return p.Addr().Next(), lastOf(p).Prev()
}

func cidrSubnet(c caller, args []arm.Value) arm.Value {
	p, problem, ok := c.network(args)
	if !ok {
		return problem
	}
	size, ok := args[1].Int()
	if !ok {
		return c.wrong(args, 1, "int")
	}
	index, ok := args[2].Int()
	if !ok {
		return c.wrong(args, 2, "int")
	}
	length := int64(p.Addr().BitLen())
	if size < int64(p.Bits()) || size > length {
		return c.fail("%s can't be split into ranges of /%d", p, size)
	}
	count := new(big.Int).Lsh(big.NewInt(1), uint(size)-uint(p.Bits()))
	if index < 0 || big.NewInt(index).Cmp(count) >= 0 {
		return c.fail("%s has %s ranges of /%d; there is no number %d", p, count, size, index)
	}
	offset := new(big.Int).Lsh(big.NewInt(index), uint(length-size))
	return c.str(netip.PrefixFrom(plus(p.Addr(), offset), int(size)).String())
}

// cidrHost counts from the address after the network's own.
func cidrHost(c caller, args []arm.Value) arm.Value {
	p, problem, ok := c.network(args)
	if !ok {
		return problem
	}
	index, ok := args[1].Int()
	if !ok {
		return c.wrong(args, 1, "int")
	}
	_, last := usable(p)
	offset := new(big.Int).Add(big.NewInt(index), big.NewInt(1))
	if p.Addr().Is4() && p.Bits() >= 31 {
		last = lastOf(p)
	}
	if index < 0 || offset.BitLen() > p.Addr().BitLen()-p.Bits() || last.Less(plus(p.Addr(), offset)) {
		return c.fail("%s has no host number %d", p, index)
	}
	return c.str(plus(p.Addr(), offset).String())
}

// plus adds an offset that stays within the addresses.
func plus(a netip.Addr, offset *big.Int) netip.Addr {
	sum := new(big.Int).SetBytes(a.AsSlice())
	sum.Add(sum, offset)
	addr, _ := netip.AddrFromSlice(sum.FillBytes(make([]byte, a.BitLen()/8)))
	return addr
}

// classBits is the length of the prefix of an address that is given without
// one: that of its class. The documentation doesn't say so, but public modules
// that are deployed rely on it (Azure/bicep-registry-modules).
func classBits(a netip.Addr) int {
	switch first := a.As4()[0]; {
	case first < 128:
		return 8
	case first < 192:
		return 16
	}
	return 24
}
