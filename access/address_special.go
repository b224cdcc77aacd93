package access

import "net/netip"

// special is a block of addresses that no caller on the internet has.
type special struct {
	name   string
	prefix netip.Prefix
}

// specials lists the blocks of the IANA special-purpose address registries
// (RFC 6890 and its successors) that aren't globally reachable, by address.
var specials = []special{
	{"this network", netip.MustParsePrefix("0.0.0.0/8")},
	{"private (RFC 1918)", netip.MustParsePrefix("10.0.0.0/8")},
	{"carrier-grade NAT", netip.MustParsePrefix("100.64.0.0/10")},
	{"loopback", netip.MustParsePrefix("127.0.0.0/8")},
	{"link-local", netip.MustParsePrefix("169.254.0.0/16")},
	{"private (RFC 1918)", netip.MustParsePrefix("172.16.0.0/12")},
	{"protocol assignments", netip.MustParsePrefix("192.0.0.0/24")},
	{"documentation", netip.MustParsePrefix("192.0.2.0/24")},
	{"6to4 relay", netip.MustParsePrefix("192.88.99.0/24")},
	{"private (RFC 1918)", netip.MustParsePrefix("192.168.0.0/16")},
	{"benchmarking", netip.MustParsePrefix("198.18.0.0/15")},
	{"documentation", netip.MustParsePrefix("198.51.100.0/24")},
	{"documentation", netip.MustParsePrefix("203.0.113.0/24")},
	{"multicast", netip.MustParsePrefix("224.0.0.0/4")},
	{"reserved", netip.MustParsePrefix("240.0.0.0/4")},

	{"reserved", netip.MustParsePrefix("::/3")},
	{"protocol assignments", netip.MustParsePrefix("2001::/23")},
	{"documentation", netip.MustParsePrefix("2001:db8::/32")},
	{"6to4", netip.MustParsePrefix("2002::/16")},
	{"documentation", netip.MustParsePrefix("3fff::/20")},
	{"reserved", netip.MustParsePrefix("4000::/2")},
	{"reserved", netip.MustParsePrefix("8000::/2")},
	{"reserved", netip.MustParsePrefix("c000::/3")},
	{"reserved", netip.MustParsePrefix("e000::/4")},
	{"reserved", netip.MustParsePrefix("f000::/5")},
	{"reserved", netip.MustParsePrefix("f800::/6")},
	{"unique local", netip.MustParsePrefix("fc00::/7")},
	{"reserved", netip.MustParsePrefix("fe00::/9")},
	{"link-local", netip.MustParsePrefix("fe80::/10")},
	{"reserved", netip.MustParsePrefix("fec0::/10")},
	{"multicast", netip.MustParsePrefix("ff00::/8")},
}

// Special names the special block that holds a, or is "" for an address of
// the internet.
func Special(a netip.Addr) string {
	for _, s := range specials {
		if s.prefix.Contains(a) {
			return s.name
		}
	}
	return ""
}
