package caller

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"time"

	"palisade/spec"
)

const (
	proxyTimeout = 5 * time.Second // for a header to arrive
	maxPending   = 1024            // connections whose header hasn't arrived
)

var (
	errNotProxy = errors.New("proxy protocol: the peer isn't one of the load balancers")
	errTooMany  = errors.New("proxy protocol: too many connections without a header")
)

// proxyListener accepts connections of trusted load balancers only, and gives
// them out when their PROXY header has been read: a slow or silent peer keeps
// nobody waiting, and nothing behind this listener sees a connection whose
// source isn't known.
type proxyListener struct {
	net.Listener
	from    []spec.Source
	refused func(peer net.Addr, err error)
	timeout time.Duration

	ready   chan accepted
	pending chan struct{}
	open    context.Context // until Close
	close   context.CancelFunc
}

type accepted struct {
	conn net.Conn
	err  error
}

func newProxyListener(inner net.Listener, from []spec.Source, timeout time.Duration, refused func(net.Addr, error)) *proxyListener {
	open, stop := context.WithCancel(context.Background())
	l := &proxyListener{
		Listener: inner, from: from, refused: refused, timeout: timeout,
		ready: make(chan accepted), pending: make(chan struct{}, maxPending), open: open, close: stop,
	}
	go l.run()
	return l
}

// Accept waits for a connection with a good header.
func (l *proxyListener) Accept() (net.Conn, error) {
	select {
	case a := <-l.ready:
		return a.conn, a.err
	case <-l.open.Done():
		return nil, net.ErrClosed
	}
}

// Close stops accepting, also of connections whose header is still awaited.
func (l *proxyListener) Close() error {
	l.close()
	return l.Listener.Close()
}

func (l *proxyListener) run() {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			if !l.give(accepted{err: err}) || errors.Is(err, net.ErrClosed) {
				return
			}
			continue
		}
		if peer, ok := addrOf(conn.RemoteAddr()); !ok || !(Source{Addr: peer}).In(l.from) {
			l.drop(conn, errNotProxy)
			continue
		}
		select {
		case l.pending <- struct{}{}:
			go l.greet(conn)
		default:
			l.drop(conn, errTooMany)
		}
	}
}

// greet reads the header of one connection.
func (l *proxyListener) greet(conn net.Conn) {
	stop := context.AfterFunc(l.open, func() { conn.SetReadDeadline(time.Unix(1, 0)) })
	conn.SetReadDeadline(time.Now().Add(l.timeout))
	h, err := readProxyHeader(conn)
	<-l.pending
	if !stop() && err == nil {
		err = net.ErrClosed
	}
	if err != nil {
		l.drop(conn, err)
		return
	}
	conn.SetReadDeadline(time.Time{})
	if !l.give(accepted{conn: newProxied(conn, h)}) {
		conn.Close()
	}
}

func (l *proxyListener) give(a accepted) bool {
	select {
	case l.ready <- a:
		return true
	case <-l.open.Done():
		return false
	}
}

func (l *proxyListener) drop(conn net.Conn, err error) {
	if l.refused != nil {
		l.refused(conn.RemoteAddr(), err)
	}
	conn.Close()
}

// proxied is a connection through a load balancer.
type proxied struct {
	net.Conn
	remote net.Addr
	source Source
}

func newProxied(conn net.Conn, h proxyHeader) *proxied {
	if h.Local {
		peer, _ := addrOf(conn.RemoteAddr())
		return &proxied{conn, conn.RemoteAddr(), Source{Addr: peer, Via: ViaConnection}}
	}
	return &proxied{conn, net.TCPAddrFromAddrPort(h.Client),
		Source{Addr: h.Client.Addr(), Link: h.Link, IsLink: h.IsLink, Via: ViaProxy}}
}

// RemoteAddr is the client's, not the load balancer's.
func (p *proxied) RemoteAddr() net.Addr { return p.remote }

// CloseWrite lets net/http end an answer before it closes the connection.
func (p *proxied) CloseWrite() error {
	if c, ok := p.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return nil
}

func addrOf(a net.Addr) (netip.Addr, bool) {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return plain(tcp.AddrPort().Addr())
	}
	return netip.Addr{}, false
}
