package upstream

import (
	"io"
	"net"
)

// directConn is a connection without TLS. A body that is in memory is written to it
// from there, where net/http would copy it through a buffer of its own.
type directConn struct{ *net.TCPConn }

// inMemory is a body that can write itself.
type inMemory interface {
	io.WriterTo
	Left() int64
}

// ReadFrom implements io.ReaderFrom. Net/http reads a body up to its length.
func (d *directConn) ReadFrom(r io.Reader) (int64, error) {
	limited, ok := r.(*io.LimitedReader)
	if !ok {
		return d.TCPConn.ReadFrom(r)
	}
	body, ok := limited.R.(*outgoingBody)
	if !ok {
		return d.TCPConn.ReadFrom(r)
	}
	whole, ok := body.ReadCloser.(inMemory)
	if !ok || whole.Left() != limited.N {
		return d.TCPConn.ReadFrom(r)
	}
	n, err := whole.WriteTo(d.TCPConn)
	limited.N -= n
	return n, err
}
