package upstream

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// lines are the connections to one upstream: HTTP/1.1, each with one call at a
// time. The goroutine of a call writes and reads itself, where net/http's
// Transport hands it on to two others per connection and back; what is written
// and read is net/http's. They implement http.RoundTripper, with its rules.
type lines struct {
	host      string // that requests name
	address   string
	dial      func(ctx context.Context, network, address string) (net.Conn, error)
	firstByte time.Duration // from the end of a request to its answer; 0 is no limit

	mu    sync.Mutex
	users int         // upstreams that have them, of configurations that run: without one nothing is kept
	idle  []*line     // the one used last at the end
	sweep *time.Timer // closes those that were idle for long; nil if none is idle
	spare sync.Pool   // of *buffers, which idle connections go without
}

type buffers struct {
	from *bufio.Reader
	to   *bufio.Writer
}

// take gives a connection that was used before and still stands, or a new one.
func (l *lines) take(ctx context.Context) (*line, error) {
	for c := l.pop(); c != nil; c = l.pop() {
		if c.alive() {
			c.borrow()
			return c, nil
		}
		c.cut()
	}
	return l.fresh(ctx)
}

func (l *lines) fresh(ctx context.Context) (*line, error) {
	conn, err := l.dial(ctx, "tcp", l.address)
	if err != nil {
		return nil, err
	}
	c := &line{conn: conn, lines: l, glance: newGlance(conn)}
	c.borrow()
	return c, nil
}

func (l *lines) pop() *line {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := len(l.idle)
	if n == 0 {
		return nil
	}
	c := l.idle[n-1]
	l.idle[n-1] = nil
	l.idle = l.idle[:n-1]
	return c
}

// put keeps a connection for the next call, if it may.
func (l *lines) put(c *line) {
	c.since = time.Now()
	c.giveBack()
	if !l.keep(c) {
		c.cut()
	}
}

func (l *lines) keep(c *line) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.users == 0 || len(l.idle) >= idleConns {
		return false
	}
	l.idle = append(l.idle, c)
	if l.sweep == nil {
		l.sweep = time.AfterFunc(sweepEvery, l.sweepOut)
	}
	return true
}

// sweepOut closes what was idle for long, and what the upstream has closed.
func (l *lines) sweepOut() {
	for _, c := range l.outworn(time.Now()) {
		c.conn.Close() // with TLS it may wait, so not while others do
	}
}

func (l *lines) outworn(now time.Time) (gone []*line) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept := l.idle[:0]
	for _, c := range l.idle {
		if now.Sub(c.since) < idleConnLife && c.alive() {
			kept = append(kept, c)
			continue
		}
		gone = append(gone, c)
	}
	clear(l.idle[len(kept):])
	if l.idle = kept; len(kept) == 0 {
		l.sweep = nil
		return gone
	}
	l.sweep.Reset(sweepEvery)
	return gone
}

// CloseIdleConnections closes the connections that no call uses.
func (l *lines) CloseIdleConnections() {
	l.mu.Lock()
	gone := l.idle
	l.idle = nil
	l.mu.Unlock()
	for _, c := range gone {
		c.conn.Close()
	}
}

// share is for an upstream that takes the lines over from one before.
func (l *lines) share() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.users++
}

// leave is for an upstream that is there no longer. After the last no connection
// is kept, nor those of calls that still run when these end.
func (l *lines) leave() {
	l.mu.Lock()
	l.users--
	over := l.users == 0
	l.mu.Unlock()
	if over {
		l.CloseIdleConnections()
	}
}

// RoundTrip implements http.RoundTripper. Once it gives an error, nothing reads
// the request's body any more. A request that may be sent twice is, if the
// connection was a kept one and turns out to be closed.
func (l *lines) RoundTrip(r *http.Request) (*http.Response, error) {
	c, err := l.connect(r)
	if err != nil {
		closeBody(r)
		return nil, err
	}
	resp, err := c.call(r)
	if err == nil || !c.wasGone(err) || r.Context().Err() != nil {
		return resp, err
	}
	again := repeated(r)
	if again == nil {
		return nil, err
	}
	if c, err = l.fresh(r.Context()); err != nil {
		closeBody(again)
		return nil, err
	}
	return c.call(again)
}

// repeated is the request once more, or nil if it may leave something behind or
// its body can't be had again.
func repeated(r *http.Request) *http.Request {
	if r.Body == nil || r.Body == http.NoBody {
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			return r
		}
		return nil
	}
	body, ok := r.Body.(*outgoingBody)
	if !ok || r.GetBody == nil || body.o.changes() {
		return nil
	}
	next, err := r.GetBody()
	if err != nil {
		return nil
	}
	again := r.WithContext(r.Context())
	again.Body = next
	return again
}

func (l *lines) connect(r *http.Request) (*line, error) {
	if !strings.EqualFold(r.URL.Host, l.host) {
		return nil, &connectError{fmt.Errorf("%s isn't the address of the upstream", r.URL.Host)}
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return l.take(r.Context())
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		r.Body.Close()
	}
}
