package redact

import (
	"bytes"
	"net/netip"
)

const (
	maxIPv4 = len("255.255.255.255")
	maxIPv6 = len("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255")
)

var (
	ipv4Bytes = setOf("0-9.")
	ipv6Bytes = setOf("0-9a-fA-F:.")
)

// address finds an IP address: IPv4 from its first digit on, IPv6 around a
// colon. Loopback and unspecified addresses are nobody's, and stay.
func (s *scan) address(i int, c byte) {
	switch {
	case isDigit(c):
		s.ipv4(i)
	case c == ':' && i >= s.addrEnd:
		s.ipv6(i)
	}
}

func (s *scan) ipv4(i int) {
	if prev := s.before(i); wordBytes.has(prev) || prev == '.' || prev == ':' {
		return
	}
	end := s.run(i, maxIPv4+1, &ipv4Bytes)
	if end > i && s.b[end-1] == '.' {
		end-- // the end of a sentence
	}
	if wordBytes.has(s.after(end)) || bytes.Count(s.b[i:end], []byte{'.'}) != 3 || s.isVersion(i) {
		return
	}
	if a, err := netip.ParseAddr(string(s.b[i:end])); err == nil && identifies(a) {
		s.add(ipAddresses, i, end)
	}
}

// isVersion says that the word before i is about versions, since they may have
// four parts too.
func (s *scan) isVersion(i int) bool {
	words := bytes.ToLower(s.b[max(0, i-12):i])
	words = bytes.TrimRight(words, " :=\"'")
	for _, w := range []string{"version", "ver", "ver.", "release", "build"} {
		if bytes.HasSuffix(words, []byte(w)) {
			return true
		}
	}
	return false
}

func (s *scan) ipv6(i int) {
	start := i
	for start > s.addrEnd && i-start <= 4 && hexBytes.has(s.b[start-1]) {
		start--
	}
	end := s.run(i, maxIPv6+1, &ipv6Bytes)
	s.addrEnd = end
	for end > i && (s.b[end-1] == '.' || s.b[end-1] == ':' && s.before(end-1) != ':') {
		end--
	}
	if wordBytes.has(s.before(start)) || wordBytes.has(s.after(end)) || bytes.Count(s.b[start:end], []byte{':'}) < 2 {
		return
	}
	a, err := netip.ParseAddr(string(s.b[start:end]))
	if err == nil && identifies(a) && looksLikeIPv6(s.b[start:end]) {
		s.add(ipAddresses, start, end)
	}
}

// looksLikeIPv6 tells an address from names of code such as a::b: the first
// group of what is given to somebody has three or four digits, and there is a
// digit.
func looksLikeIPv6(b []byte) bool {
	first := bytes.IndexByte(b, ':')
	return (first >= 3 || first == 0) && bytes.ContainsAny(b, "0123456789")
}

func identifies(a netip.Addr) bool {
	return !a.IsLoopback() && !a.IsUnspecified()
}
