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
		if alive(c.conn) {
			c.borrow()
			return c, nil
		}
		c.conn.Close()
	}
	conn, err := l.dial(ctx, "tcp", l.address)
	if err != nil {
		return nil, err
	}
	c := &line{conn: conn, lines: l}
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

// put keeps a connection for the next call.
func (l *lines) put(c *line) {
	c.since = time.Now()
	c.giveBack()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.idle) >= idleConns {
		c.conn.Close()
		return
	}
	l.idle = append(l.idle, c)
	if l.sweep == nil {
		l.sweep = time.AfterFunc(sweepEvery, l.sweepOut)
	}
}

// sweepOut closes what was idle for long, and what the upstream has closed.
func (l *lines) sweepOut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, kept := time.Now(), l.idle[:0]
	for _, c := range l.idle {
		if now.Sub(c.since) < idleConnLife && alive(c.conn) {
			kept = append(kept, c)
			continue
		}
		c.conn.Close()
	}
	clear(l.idle[len(kept):])
	if l.idle = kept; len(kept) == 0 {
		l.sweep = nil
		return
	}
	l.sweep.Reset(sweepEvery)
}

// CloseIdleConnections closes the connections that no call uses.
func (l *lines) CloseIdleConnections() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.idle {
		c.conn.Close()
	}
	clear(l.idle)
	l.idle = l.idle[:0]
}

// RoundTrip implements http.RoundTripper.
func (l *lines) RoundTrip(r *http.Request) (*http.Response, error) {
	c, err := l.connect(r)
	if err != nil {
		closeBody(r)
		return nil, err
	}
	return c.call(r)
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
