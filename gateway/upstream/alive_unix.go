//go:build unix

package upstream

import (
	"crypto/tls"
	"net"
	"syscall"
)

// alive reports whether an idle connection stands: whether nothing came on it,
// and it wasn't closed. It doesn't wait. Without it a call that may not be sent
// twice would be lost each time an upstream closes a connection that it kept for
// long enough.
func alive(conn net.Conn) bool {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	direct, ok := conn.(syscall.Conn)
	if !ok {
		return true
	}
	raw, err := direct.SyscallConn()
	if err != nil {
		return false
	}
	stands := false
	err = raw.Read(func(fd uintptr) bool {
		var one [1]byte
		_, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		stands = err == syscall.EAGAIN || err == syscall.EWOULDBLOCK
		return true
	})
	return err == nil && stands
}
