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

// newTransport makes the transport of one upstream. It connects to that
// upstream's address and to nothing else, whatever a proxy variable or a
// redirect says.
func (p *Pools) newTransport(u *Upstream, http2 bool) *http.Transport {
	t := p.spec.Gateway.Timeouts
	d := &dialer{only: u.address(), dial: p.options.Dial, timeout: duration(t.Connect), tls: p.tlsConfig(u, http2)}
	return &http.Transport{
		Proxy: nil, DialContext: d.direct, DialTLSContext: d.secure, ForceAttemptHTTP2: http2,
		DisableCompression: true, ResponseHeaderTimeout: duration(t.FirstByte),
		MaxIdleConns: idleConns, MaxIdleConnsPerHost: idleConns, IdleConnTimeout: idleConnLife,
		MaxResponseHeaderBytes: mostHeader, ExpectContinueTimeout: time.Second,
		ReadBufferSize: 16 << 10,
		HTTP2:          &http.HTTP2Config{SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second},
	}
}

func (p *Pools) tlsConfig(u *Upstream, http2 bool) *tls.Config {
	host := u.host
	if h, _, err := net.SplitHostPort(u.host); err == nil {
		host = h
	}
	c := &tls.Config{ServerName: strings.Trim(host, "[]"), RootCAs: p.options.Roots, MinVersion: tls.VersionTLS12,
		ClientSessionCache: tls.NewLRUClientSessionCache(16), NextProtos: []string{"http/1.1"}}
	if http2 {
		c.NextProtos = []string{"h2", "http/1.1"}
	}
	return c
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
	c := tls.Client(conn, d.tls)
	if err := c.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, &connectError{err}
	}
	return c, nil
}
