package gateway

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
)

// connections bounds how many connections there are, in all and from one
// address. What is too much is closed at once.
type connections struct {
	mu      sync.Mutex
	most    int
	mostOne int
	open    map[net.Conn]netip.Addr
	by      map[netip.Addr]int
	refused func()
}

func newConnections(most, mostOne int, refused func()) *connections {
	return &connections{most: most, mostOne: mostOne, open: map[net.Conn]netip.Addr{}, by: map[netip.Addr]int{}, refused: refused}
}

// bound changes the bounds; connections that are open stay.
func (c *connections) bound(most, mostOne int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.most, c.mostOne = most, mostOne
}

// state is an http.Server's ConnState. A hijacked connection counts until it is
// released.
func (c *connections) state(conn net.Conn, s http.ConnState) {
	switch s {
	case http.StateNew:
		if !c.add(conn) {
			conn.Close()
			c.refused()
		}
	case http.StateClosed:
		c.release(conn)
	}
}

func (c *connections) add(conn net.Conn) bool {
	at, _ := netip.ParseAddrPort(conn.RemoteAddr().String())
	from := at.Addr().Unmap()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) >= c.most || c.by[from] >= c.mostOne {
		return false
	}
	c.open[conn] = from
	c.by[from]++
	return true
}

func (c *connections) release(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	from, ok := c.open[conn]
	if !ok {
		return
	}
	delete(c.open, conn)
	if c.by[from]--; c.by[from] == 0 {
		delete(c.by, from)
	}
}

func (c *connections) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.open)
}
