package caller

import (
	"net/netip"
	"strconv"

	"palisade/spec"
)

// Source is where a call comes from.
type Source struct {
	// Addr is the client's address: never a v4 address in v6 clothing, never
	// with a zone. Behind a Private Link service it is the client's own
	// private address, which several consumers may use: Link tells them apart.
	Addr netip.Addr
	// Link is the LINKID of the private endpoint, if IsLink.
	Link   uint32
	IsLink bool
	// Via says how it is known.
	Via Via
}

// Via is how the address of a call is known.
type Via string

// The ways to know an address.
const (
	ViaConnection Via = "connection" // the other end of the connection
	ViaProxy      Via = "proxy"      // a load balancer's PROXY protocol
	ViaForwarded  Via = "forwarded"  // a proxy's X-Forwarded-For
)

// String is the address, with the private endpoint as rules name it.
func (s Source) String() string {
	if s.IsLink {
		return s.Addr.String() + " link:" + strconv.FormatUint(uint64(s.Link), 10)
	}
	return s.Addr.String()
}

// In reports whether a call comes from one of the networks. An empty list has
// none: what "empty is any" means is said where a list is used.
func (s Source) In(networks []spec.Source) bool {
	for i := range networks {
		n := &networks[i]
		if n.IsLink && s.IsLink && n.Link == s.Link || !n.IsLink && n.Prefix.Contains(s.Addr) {
			return true
		}
	}
	return false
}

// plain is an address as Source holds it; what isn't one client's is refused.
func plain(a netip.Addr) (netip.Addr, bool) {
	a = a.Unmap()
	return a, a.IsValid() && a.Zone() == "" && !a.IsUnspecified() && !a.IsMulticast()
}
