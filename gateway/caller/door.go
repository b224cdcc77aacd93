package caller

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/netip"

	"palisade/spec"
)

// Door is what a call passes at one listener: it says from where it comes and
// who calls.
type Door struct {
	auth      *Authenticator
	proxy     *spec.ProxyProtocol
	forwarded *spec.Forwarded
	mtls      bool
}

var errNoAuthenticator = errors.New("a listener without an authenticator")

// NewDoor makes the door of a listener. Without an Authenticator there is none.
func NewDoor(l *spec.Listener, a *Authenticator) (*Door, error) {
	if a == nil || len(a.issuers.sets) == 0 && len(a.keys) == 0 {
		return nil, errNoAuthenticator
	}
	d := &Door{auth: a, proxy: l.ProxyProtocol, forwarded: l.Forwarded}
	d.mtls = l.ClientCertificates != nil && l.ClientCertificates.Required
	if d.proxy != nil && len(d.proxy.From) == 0 || d.forwarded != nil && len(d.forwarded.From) == 0 {
		return nil, errors.New("a listener that believes anybody about where a call comes from")
	}
	return d, nil
}

// Listener reads the PROXY protocol if the spec says so; TLS goes on top of it.
// What refused is told, which may be nil, is for metrics.
func (d *Door) Listener(inner net.Listener, refused func(peer net.Addr, err error)) net.Listener {
	if d.proxy == nil {
		return inner
	}
	return newProxyListener(inner, d.proxy.From, proxyTimeout, refused)
}

type sourceKey struct{}

// ConnContext is for http.Server: it carries what the load balancer said along
// with the connection.
func (d *Door) ConnContext(ctx context.Context, conn net.Conn) context.Context {
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	if p, ok := conn.(*proxied); ok {
		return context.WithValue(ctx, sourceKey{}, &p.source)
	}
	return ctx
}

// Pass says who makes a call and from where. The error is a *Refusal; the
// source is right also then, unless it is the reason.
func (d *Door) Pass(r *http.Request) (*Caller, Source, error) {
	from, refusal := d.source(r)
	if refusal != nil {
		return nil, Source{}, refusal
	}
	if d.mtls && clientCertificate(r) == nil {
		return nil, from, refuse(MTLSRequired)
	}
	c, err := d.auth.Authenticate(r, from)
	return c, from, err
}

// source says where a call comes from. Other headers that proxies set, such as
// X-Azure-ClientIP, are never looked at: clients can set them.
func (d *Door) source(r *http.Request) (Source, *Refusal) {
	peer, refusal := d.peer(r)
	if refusal != nil || d.forwarded == nil {
		return peer, refusal
	}
	return forwarded(d.forwarded, r.Header["X-Forwarded-For"], peer)
}

func (d *Door) peer(r *http.Request) (Source, *Refusal) {
	if d.proxy != nil {
		said, ok := r.Context().Value(sourceKey{}).(*Source)
		if !ok {
			return Source{}, refuse(SourceUnknown)
		}
		return *said, nil
	}
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return Source{}, refuse(SourceUnknown)
	}
	addr, ok := plain(ap.Addr().WithZone(""))
	if !ok {
		return Source{}, refuse(SourceUnknown)
	}
	return Source{Addr: addr, Via: ViaConnection}, nil
}
