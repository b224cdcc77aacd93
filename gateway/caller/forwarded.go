package caller

import (
	"net/netip"
	"strings"

	"palisade/spec"
)

// forwarded finds the client behind trusted proxies. Each proxy has added the
// address of its peer at the end of X-Forwarded-For, so the list is walked from
// the right, for as long as the peer is a trusted proxy and at most the number
// of hops. What is left of the last address used was said by the client and is
// not looked at.
func forwarded(f *spec.Forwarded, header []string, peer Source) (Source, *Refusal) {
	items := rightToLeft{header: header}
	at := peer
	for range f.Hops {
		if !at.In(f.From) {
			break
		}
		text, more := items.next()
		if !more {
			return Source{}, refuse(ForwardedMissing)
		}
		addr, ok := forwardedAddr(text)
		if !ok {
			return Source{}, refuse(ForwardedMalformed)
		}
		at.Addr, at.Via = addr, ViaForwarded
	}
	return at, nil
}

// rightToLeft gives the items of a list that may be spread over headers.
type rightToLeft struct {
	header []string
	rest   string
	inside bool // rest is what is left of a header
}

func (r *rightToLeft) next() (string, bool) {
	if !r.inside {
		if len(r.header) == 0 {
			return "", false
		}
		last := len(r.header) - 1
		r.rest, r.header, r.inside = r.header[last], r.header[:last], true
	}
	i := strings.LastIndexByte(r.rest, ',')
	item := r.rest[i+1:]
	if i < 0 {
		r.rest, r.inside = "", false
	} else {
		r.rest = r.rest[:i]
	}
	return strings.Trim(item, " \t"), true
}

// forwardedAddr reads an item: an address, also with a port as Application
// Gateway writes it, and IPv6 with or without brackets.
func forwardedAddr(text string) (netip.Addr, bool) {
	if len(text) > 64 {
		return netip.Addr{}, false
	}
	if a, err := netip.ParseAddr(text); err == nil {
		return plain(a)
	}
	if ap, err := netip.ParseAddrPort(text); err == nil {
		return plain(ap.Addr())
	}
	inner, opened := strings.CutPrefix(text, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	if a, err := netip.ParseAddr(inner); opened && closed && err == nil && a.Is6() {
		return plain(a)
	}
	return netip.Addr{}, false
}
