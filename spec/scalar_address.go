package spec

import (
	"net/netip"
	"strconv"
	"strings"
)

// Address is an IP address: 10.0.0.4.
type Address struct{ netip.Addr }

func (*Address) form() form {
	return form{says: "IP address such as 10.0.0.4", pattern: `^[0-9A-Fa-f:.]+$`}
}

func (a *Address) parse(text string) error {
	addr, err := netip.ParseAddr(text)
	if err != nil || addr.Zone() != "" {
		return isNot(a.form())
	}
	a.Addr = addr
	return nil
}

// CIDR is a network, or one address: 10.20.0.0/16, 203.0.113.7.
type CIDR struct{ netip.Prefix }

func (*CIDR) form() form {
	return form{says: "network such as 10.20.0.0/16, or an address", pattern: `^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$`}
}

func (c *CIDR) parse(text string) error {
	if addr, err := netip.ParseAddr(text); err == nil && addr.Zone() == "" {
		c.Prefix = netip.PrefixFrom(addr, addr.BitLen())
		return nil
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return isNot(c.form())
	}
	if p != p.Masked() {
		return fault{"not the start of its network", "write " + p.Masked().String()}
	}
	c.Prefix = p
	return nil
}

// Source is where a call comes from: a network, an address, or a private
// endpoint by its link identifier, link:268435457.
type Source struct {
	Prefix netip.Prefix
	Link   uint32 // of a private endpoint; Prefix is invalid then
	IsLink bool
}

func (*Source) form() form {
	return form{says: "network such as 10.20.0.0/16, address, or private endpoint such as link:268435457",
		pattern: `^([0-9A-Fa-f:.]+(/[0-9]{1,3})?|link:[0-9]+)$`}
}

func (s *Source) parse(text string) error {
	id, isLink := strings.CutPrefix(text, "link:")
	if !isLink {
		var c CIDR
		err := c.parse(text)
		if f, ok := err.(fault); ok && f.hint == "" {
			return isNot(s.form())
		}
		s.Prefix = c.Prefix
		return err
	}
	n, err := strconv.ParseUint(id, 10, 32)
	if err != nil || !isDigits(id) {
		return isNot(s.form())
	}
	s.Link, s.IsLink = uint32(n), true
	return nil
}

// Listen is an address to listen on: 127.0.0.1:8080, [::1]:8080, or :8443 for
// every network.
type Listen string

func (*Listen) form() form {
	return form{says: "address and port such as 127.0.0.1:8080 or :8443", pattern: `^([0-9.]+|\[[0-9A-Fa-f:]+\])?:[0-9]{1,5}$`}
}

func (l *Listen) parse(text string) error {
	if port, found := strings.CutPrefix(text, ":"); found {
		if !isPort(port) {
			return isNot(l.form())
		}
	} else if ap, err := netip.ParseAddrPort(text); err != nil || ap.Addr().Zone() != "" {
		return isNot(l.form())
	}
	*l = Listen(text)
	return nil
}

// Loopback reports whether only this machine can connect.
func (l Listen) Loopback() bool {
	ap, err := netip.ParseAddrPort(string(l))
	return err == nil && ap.Addr().IsLoopback()
}

// HostPort is a server: its name or address, and its port.
type HostPort string

func (*HostPort) form() form {
	return form{says: "host and port such as redis.example.com:6380", pattern: `^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):[0-9]{1,5}$`}
}

func (h *HostPort) parse(text string) error {
	if i := strings.LastIndexByte(text, ':'); i < 0 || !isHost(text[:i]) || !isPort(text[i+1:]) {
		return isNot(h.form())
	}
	*h = HostPort(text)
	return nil
}

// Loopback reports whether the server is on this machine.
func (h HostPort) Loopback() bool {
	return isLoopbackHost(string(h)[:strings.LastIndexByte(string(h), ':')])
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0 && isDigits(s)
}

// isHost accepts a host name, an IPv4 address, or an IPv6 address in brackets.
func isHost(s string) bool {
	if inner, ok := strings.CutPrefix(s, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		addr, err := netip.ParseAddr(inner)
		return ok && err == nil && addr.Is6() && addr.Zone() == ""
	}
	if len(s) == 0 || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' || strings.Trim(label, hostLetters) != "" {
			return false
		}
	}
	return true
}

const hostLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

func isLoopbackHost(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && addr.IsLoopback()
}
