package gateway

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"time"

	"palisade/spec"
)

// front is one open listener with its server. It outlives reloads that don't
// change what it was made from.
type front struct {
	spec        spec.Listener
	timeouts    spec.Timeouts
	header      int
	server      *http.Server
	listener    net.Listener
	certificate *certificate // nil for a plain one
	done        chan struct{}
}

// same reports whether a front can serve a listener of another spec.
func (f *front) same(l *spec.Listener, g *spec.Gateway) bool {
	a, b := f.spec, *l
	a.Pos, b.Pos = spec.Pos{}, spec.Pos{}
	return reflect.DeepEqual(a, b) && f.timeouts == g.Timeouts && f.header == int(g.Bounds.Header)
}

// expired refuses a listener that is open only by an exception whose last day
// is over.
func expired(l *spec.Listener, now time.Time) error {
	if l.Expires.Over(now) {
		return fmt.Errorf("%s: listener %s: accepted until %s only", l.Pos, l.Address, l.Expires)
	}
	return nil
}

// open starts to listen, without yet serving. A listener has a door, so that
// nobody comes in who isn't asked who they are.
func (s *Server) open(l *spec.Listener, set *setup) (*front, error) {
	g, door := &set.spec.Gateway, set.doors[string(l.Address)]
	if door == nil {
		return nil, errors.New("a listener without an authenticator")
	}
	config, cert, err := s.tlsConfig(l, set)
	if err != nil {
		return nil, err
	}
	if config == nil && !l.Address.Loopback() && l.Because == "" {
		return nil, fmt.Errorf("%s: listener %s: without TLS it has to be on loopback", l.Pos, l.Address)
	}
	socket, err := net.Listen("tcp", string(l.Address))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", l.Pos, err)
	}
	f := &front{spec: *l, timeouts: g.Timeouts, header: int(g.Bounds.Header), certificate: cert, done: make(chan struct{})}
	f.listener = door.Listener(socket, func(net.Addr, error) { s.metrics.refusals.add(1, "proxy_protocol") })
	if config != nil {
		f.listener = tls.NewListener(f.listener, config)
	}
	f.server = &http.Server{
		Handler:           s.handler(string(l.Address)),
		ConnContext:       func(ctx context.Context, c net.Conn) context.Context { return withConn(door.ConnContext(ctx, c), c) },
		ConnState:         s.connections.state,
		ReadHeaderTimeout: time.Duration(g.Timeouts.Header),
		IdleTimeout:       time.Duration(g.Timeouts.Idle),
		MaxHeaderBytes:    int(g.Bounds.Header),
		ErrorLog:          quietLog(s.log),
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: 250, SendPingTimeout: time.Duration(g.Timeouts.Idle), PingTimeout: 15 * time.Second},
	}
	return f, nil
}

// run serves until the front is stopped.
func (f *front) run() {
	defer close(f.done)
	if f.certificate != nil && f.certificate.acme != nil {
		go f.certificate.acme.prepare()
	}
	_ = f.server.Serve(f.listener)
}

// stop takes no more connections and waits for calls to end, for so long.
func (f *front) stop(ctx context.Context) {
	if f.server.Shutdown(ctx) != nil {
		f.server.Close()
	}
	<-f.done
}

type connKey struct{}

// withConn carries the connection along, for those that are hijacked.
func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}
