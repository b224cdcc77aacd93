package azure

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"palisade/arm"
)

// Resolver looks names up.
type Resolver interface {
	Lookup(ctx context.Context, host string) ([]netip.Addr, error)
}

type systemResolver struct{}

func (systemResolver) Lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

// CheckHosts resolves the names of the accounts and of what else has an
// endpoint, as they are seen from here. Private is right from inside the
// network; from outside a public answer, or none, says nothing about it.
func (c *Client) CheckHosts(ctx context.Context, live []arm.Resource) []Check {
	var out []Check
	for _, r := range live {
		if host := hostOf(r); host != "" {
			out = append(out, c.checkHost(ctx, host))
		}
	}
	return out
}

// hostOf is the host of a resource that has private endpoints, or "".
func hostOf(r arm.Resource) string {
	connections, _ := r.Properties("privateEndpointConnections").Items()
	if len(connections) == 0 {
		return ""
	}
	for _, path := range [][]string{{"endpoint"}, {"vaultUri"}, {"primaryEndpoints", "blob"}} {
		if u, err := url.Parse(r.Properties(path...).Text()); err == nil && u.Hostname() != "" {
			return strings.ToLower(u.Hostname())
		}
	}
	return ""
}

func (c *Client) checkHost(ctx context.Context, host string) Check {
	check := Check{Name: host}
	addresses, err := c.resolver.Lookup(ctx, host)
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		check.State, check.Text = Unknown, "isn't known to the DNS server that is asked here"
		check.Do = "ask again from inside the network, where its private zone answers"
	case err != nil:
		check.State, check.Text = Unknown, firstLine(err.Error())
	case len(addresses) > 0 && allPrivate(addresses):
		check.State, check.Text = OK, "is "+addresses[0].String()+", a private address"
	default:
		check.State, check.Text = Unknown, "is a public address as seen from here, which is right outside of the network"
		check.Do = "ask again from inside the network: it has to be private there"
	}
	return check
}

func allPrivate(addresses []netip.Addr) bool {
	for _, a := range addresses {
		if !a.IsPrivate() {
			return false
		}
	}
	return true
}
