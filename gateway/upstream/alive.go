package upstream

import (
	"crypto/tls"
	"errors"
	"net"
	"os"
)

// alive reports whether an idle line stands: whether no answer came on it, and
// it wasn't closed. It doesn't wait. Without it a call that may not be sent twice
// would be lost each time an upstream closes a connection that it kept for long
// enough.
func (c *line) alive() bool {
	if secure, ok := c.conn.(*tls.Conn); ok {
		if below, ok := secure.NetConn().(*belowTLS); ok {
			return below.idle(secure, c.one[:])
		}
	}
	_, err := c.glance.Peek(c.one[:])
	return errors.Is(err, os.ErrDeadlineExceeded)
}

// belowTLS is the connection that TLS is spoken on. Of one that is idle it can't
// be told from outside what came: it may be a session ticket (RFC 8446, section
// 4.6.1), which is no sign of an end; and an end may have been read already,
// with the answer before it.
type belowTLS struct {
	net.Conn
	glance *glance
	hurry  bool // what isn't there isn't waited for
	wrote  bool // in a hurry
}

// idle lets TLS read what there is.
func (b *belowTLS) idle(secure *tls.Conn, to []byte) bool {
	b.hurry = true
	_, err := secure.Read(to)
	b.hurry = false
	return errors.Is(err, os.ErrDeadlineExceeded) && !b.wrote
}

// Read implements io.Reader.
func (b *belowTLS) Read(p []byte) (int, error) {
	if b.hurry {
		return b.glance.Read(p)
	}
	return b.Conn.Read(p)
}

// Write implements io.Writer. What TLS itself answers isn't waited for, either:
// the line is given up.
func (b *belowTLS) Write(p []byte) (int, error) {
	if b.hurry {
		b.wrote = true
		return 0, os.ErrDeadlineExceeded
	}
	return b.Conn.Write(p)
}
