//go:build unix

package upstream

import (
	"io"
	"net"
	"os"
	"syscall"
)

// glance reads what has come on a connection, and doesn't wait. It is made once
// for each, so that it allocates nothing later.
type glance struct {
	raw   syscall.RawConn // nil for what is no socket
	recv  func(fd uintptr) bool
	to    []byte
	flags int
	n     int
	met   error
}

func newGlance(conn net.Conn) *glance {
	g := &glance{}
	if direct, ok := conn.(syscall.Conn); ok {
		g.raw, _ = direct.SyscallConn()
	}
	g.recv = func(fd uintptr) bool {
		g.n, _, g.met = syscall.Recvfrom(int(fd), g.to, g.flags|syscall.MSG_DONTWAIT)
		return true
	}
	return g
}

// Read implements io.Reader: the error is os.ErrDeadlineExceeded if nothing has
// come.
func (g *glance) Read(p []byte) (int, error) { return g.look(p, 0) }

// Peek is Read, but what it reads stays there.
func (g *glance) Peek(p []byte) (int, error) { return g.look(p, syscall.MSG_PEEK) }

func (g *glance) look(p []byte, flags int) (int, error) {
	if g.raw == nil {
		return 0, os.ErrDeadlineExceeded
	}
	g.to, g.flags = p, flags
	err := g.raw.Read(g.recv)
	g.to = nil
	switch {
	case err != nil:
		return 0, err
	case g.met == syscall.EAGAIN || g.met == syscall.EWOULDBLOCK:
		return 0, os.ErrDeadlineExceeded
	case g.met != nil:
		return 0, g.met
	case g.n == 0:
		return 0, io.EOF
	}
	return g.n, nil
}
