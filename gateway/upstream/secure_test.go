package upstream

import (
	"bufio"
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// loopbackTLS is what a server on loopback needs for TLS, and who vouches for it.
func loopbackTLS(t testing.TB) (*tls.Config, *x509.CertPool) {
	s := httptest.NewUnstartedServer(nil)
	s.StartTLS()
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return s.TLS, roots
}

// secureLinesTo makes the lines to a server with TLS.
func secureLinesTo(t testing.TB, s net.Listener, roots *x509.CertPool, firstByte time.Duration) *lines {
	l := linesTo(t, s, firstByte)
	d := &dialer{only: l.address, dial: (&net.Dialer{}).DialContext, timeout: 10 * time.Second,
		tls: &tls.Config{RootCAs: roots, ServerName: "127.0.0.1", ClientSessionCache: tls.NewLRUClientSessionCache(4)}}
	l.dial = d.secure
	return l
}

// TestSecureLinesAreKept holds that calls to a server with TLS share a
// connection, and that later ones resume the session.
func TestSecureLinesAreKept(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			b := &backend{handler: says(200, "{}")}
			resumed := false
			b.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				resumed = r.TLS.DidResume
				b.serve(w, r)
			}))
			b.TLS = &tls.Config{MinVersion: version, MaxVersion: version}
			b.Config.ConnState = func(_ net.Conn, s http.ConnState) {
				if s == http.StateNew {
					b.conns.Add(1)
				}
			}
			b.StartTLS()
			t.Cleanup(b.Close)
			roots := x509.NewCertPool()
			roots.AddCert(b.Certificate())
			p := newPools(t, at(b, ""), "", Options{Roots: roots})
			for range 5 {
				if d := do(t, p, chat(t)); d.status != 200 {
					t.Fatalf("%+v", d)
				}
				p.all[0].lines.sweepOut() // it looks at them, too
			}
			if n := b.conns.Load(); n != 1 {
				t.Errorf("%d connections", n)
			}
			p.all[0].lines.CloseIdleConnections()
			if d := do(t, p, chat(t)); d.status != 200 || !resumed {
				t.Errorf("%+v, resumed: %v", d, resumed)
			}
		})
	}
}

// Types of records (RFC 8446, section 5.1).
const (
	alertRecord     = 21
	handshakeRecord = 22
	dataRecord      = 23
)

// sealer writes the records of a server of TLS 1.3 by itself, to send them when
// crypto/tls wouldn't, and more than one at once.
type sealer struct {
	to   net.Conn
	aead cipher.AEAD
	iv   []byte
	n    uint64
	held []byte
}

// keyLog keeps the secret of what a server sends.
type keyLog struct{ secret []byte }

func (k *keyLog) Write(line []byte) (int, error) {
	if f := strings.Fields(string(line)); len(f) == 3 && f[0] == "SERVER_TRAFFIC_SECRET_0" {
		k.secret, _ = hex.DecodeString(f[2])
	}
	return len(line), nil
}

// seal makes the handshake of a server, which crypto/tls reads for from then on.
func seal(t testing.TB, c net.Conn, config *tls.Config) (*tls.Conn, *sealer) {
	var log keyLog
	config = config.Clone()
	config.KeyLogWriter, config.SessionTicketsDisabled, config.MinVersion = &log, true, tls.VersionTLS13
	s := tls.Server(c, config)
	if err := s.Handshake(); err != nil {
		return nil, nil
	}
	if s.ConnectionState().CipherSuite != tls.TLS_AES_128_GCM_SHA256 {
		t.Error("another cipher than this test speaks")
		return nil, nil
	}
	block, _ := aes.NewCipher(expand(log.secret, "key", 16))
	aead, _ := cipher.NewGCM(block)
	return s, &sealer{to: c, aead: aead, iv: expand(log.secret, "iv", 12)}
}

// expand is HKDF-Expand-Label (RFC 8446, section 7.1).
func expand(secret []byte, label string, n int) []byte {
	label = "tls13 " + label
	info := string(append(append([]byte{0, byte(n), byte(len(label))}, label...), 0))
	out, _ := hkdf.Expand(sha256.New, secret, info, n)
	return out
}

// hold seals a record, and keeps it until flush.
func (s *sealer) hold(kind byte, payload string) {
	nonce := bytes.Clone(s.iv)
	at := nonce[len(nonce)-8:]
	binary.BigEndian.PutUint64(at, binary.BigEndian.Uint64(at)^s.n)
	s.n++
	plain := append([]byte(payload), kind)
	head := []byte{dataRecord, 3, 3, 0, 0}
	binary.BigEndian.PutUint16(head[3:], uint16(len(plain)+s.aead.Overhead()))
	s.held = append(s.held, head...)
	s.held = s.aead.Seal(s.held, nonce, plain, head)
}

func (s *sealer) flush() {
	s.to.Write(s.held)
	s.held = nil
}

// ticket is a NewSessionTicket (RFC 8446, section 4.6.1).
const ticket = "\x04\x00\x00\x10" + "\x00\x00\x0e\x10" + "\x00\x00\x00\x00" + "\x01x" + "\x00\x02ab" + "\x00\x00"

// TestSecureLineBetweenCalls holds what may come on an idle connection with TLS,
// be it with the answer before or later: session tickets, but neither another
// answer nor an end.
func TestSecureLineBetweenCalls(t *testing.T) {
	config, roots := loopbackTLS(t)
	for _, c := range []struct {
		name    string
		kind    byte
		payload string
		conns   int64 // for three calls
	}{
		{"ticket", handshakeRecord, ticket, 1},
		{"two tickets", handshakeRecord, ticket + ticket, 1},
		{"answer", dataRecord, strings.Replace(fine, "ok", "no", 1), 3},
		{"close", alertRecord, "\x01\x00", 3},
		{"alert", alertRecord, "\x02\x50", 3},
		{"key update", handshakeRecord, "\x18\x00\x00\x01\x01", 3},
	} {
		for _, late := range []bool{false, true} {
			name, sent := c.name+" at once", make(chan bool, 8)
			if late {
				name = c.name + " later"
			}
			t.Run(name, func(t *testing.T) {
				s := newRawServer(t, func(_ int64, conn net.Conn) {
					secure, out := seal(t, conn, config)
					if secure == nil {
						return
					}
					from := bufio.NewReader(secure)
					for {
						if _, err := readRequest(from); err != nil {
							return
						}
						out.hold(dataRecord, fine)
						if late {
							out.flush()
							time.Sleep(10 * time.Millisecond)
						}
						out.hold(c.kind, c.payload)
						out.flush()
						sent <- true
					}
				})
				l := secureLinesTo(t, s, roots, time.Second)
				for range 3 {
					if status, body, err := answered(l, post(t.Context(), l, "{}")); status != 200 || body != "ok" || err != nil {
						t.Fatalf("%d %q %v", status, body, err)
					}
					<-sent
					time.Sleep(time.Millisecond)
				}
				if n := s.conns.Load(); n != c.conns {
					t.Errorf("%d connections, want %d", n, c.conns)
				}
			})
		}
	}
}

// TestSecureLineCut holds that the end of a call with TLS isn't held up by an
// upstream that doesn't read.
func TestSecureLineCut(t *testing.T) {
	config, roots := loopbackTLS(t)
	done := make(chan bool)
	s := newRawServer(t, func(_ int64, conn net.Conn) {
		if err := tls.Server(conn, config).Handshake(); err == nil {
			<-done
		}
	})
	t.Cleanup(func() { close(done) })
	l := secureLinesTo(t, s, roots, 0)
	for range 5 {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		began := time.Now()
		_, _, err := answered(l, post(ctx, l, strings.Repeat("x", 16<<20)))
		if spent := time.Since(began); err == nil || spent > 2*time.Second {
			t.Errorf("%v after %s", err, spent)
		}
		cancel()
	}
}

// TestHandshakeErrors holds that what comes before TLS stands counts as a
// connection that didn't come about, so that the call may go elsewhere.
func TestHandshakeErrors(t *testing.T) {
	for name, text := range map[string]string{"hang-up": "", "alert": "\x15\x03\x03\x00\x02\x02\x28", "not TLS": "HTTP/1.1 400 Bad Request\r\n\r\n"} {
		t.Run(name, func(t *testing.T) {
			s := newRawServer(t, func(_ int64, c net.Conn) {
				c.Read(make([]byte, 1))
				io.WriteString(c, text)
			})
			l := secureLinesTo(t, s, nil, time.Second)
			var c *connectError
			if _, _, err := answered(l, post(t.Context(), l, "{}")); !errors.As(err, &c) {
				t.Error(err)
			}
		})
	}
}
