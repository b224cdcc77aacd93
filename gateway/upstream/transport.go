package upstream

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"palisade/spec"
)

func duration(d spec.Duration) time.Duration { return time.Duration(d) }

// connectError is a connection that didn't come about: nothing was sent.
type connectError struct{ err error }

func (e *connectError) Error() string { return "connecting: " + e.err.Error() }
func (e *connectError) Unwrap() error { return e.err }

// Bounds of what an upstream sends and how connections to it are kept.
const (
	mostHeader   = 256 << 10
	idleConns    = 256
	idleConnLife = 90 * time.Second
)

// newLines makes the connections of one upstream for calls. They lead to that
// upstream's address and to nothing else, whatever a proxy variable or a redirect
// says.
func (p *Pools) newLines(u *Upstream) *lines {
	d := p.newDialer(u)
	l := &lines{host: u.host, address: d.only, users: 1, dial: d.direct, firstByte: duration(p.spec.Gateway.Timeouts.FirstByte)}
	if u.scheme == "https" {
		l.dial = d.secure
	}
	return l
}

// newTransport makes the transport of one upstream for WebSockets.
func (p *Pools) newTransport(u *Upstream) *http.Transport {
	d := p.newDialer(u)
	return &http.Transport{
		Proxy: nil, DialContext: d.direct, DialTLSContext: d.secure,
		DisableCompression: true, DisableKeepAlives: true, ResponseHeaderTimeout: duration(p.spec.Gateway.Timeouts.FirstByte),
		MaxResponseHeaderBytes: mostHeader,
	}
}

func (p *Pools) newDialer(u *Upstream) *dialer {
	return &dialer{only: u.address(), dial: p.options.Dial, timeout: duration(p.spec.Gateway.Timeouts.Connect), tls: p.tlsConfig(u)}
}

// tlsConfig asks for HTTP/1.1, with which a call has a connection to itself: no
// answer waits behind another's.
func (p *Pools) tlsConfig(u *Upstream) *tls.Config {
	host := u.host
	if h, _, err := net.SplitHostPort(u.host); err == nil {
		host = h
	}
	return &tls.Config{ServerName: strings.Trim(host, "[]"), RootCAs: p.options.Roots, MinVersion: tls.VersionTLS12,
		ClientSessionCache: tls.NewLRUClientSessionCache(16), NextProtos: []string{"http/1.1"}}
}

// dialer connects to one address only.
type dialer struct {
	only    string
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	timeout time.Duration
	tls     *tls.Config
}

func (d *dialer) plain(ctx context.Context, network, address string) (net.Conn, error) {
	if !strings.EqualFold(address, d.only) {
		return nil, &connectError{fmt.Errorf("%s isn't the address of the upstream", address)}
	}
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	conn, err := d.dial(ctx, network, address)
	if err != nil {
		return nil, &connectError{err}
	}
	return conn, nil
}

// direct connects without TLS.
func (d *dialer) direct(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.plain(ctx, network, address)
	if tcp, ok := conn.(*net.TCPConn); ok && err == nil {
		return &directConn{tcp}, nil
	}
	return conn, err
}

func (d *dialer) secure(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	conn, err := d.plain(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c := tls.Client(&belowTLS{Conn: conn, glance: newGlance(conn)}, d.tls)
	if err := c.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, &connectError{err}
	}
	return c, nil
}
