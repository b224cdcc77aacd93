package caller

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"palisade/spec"
)

// proxyV2 writes a PROXY header. It counts its lengths itself, as a second
// writer beside the reader.
func proxyV2(command, family byte, addresses []byte, fields ...[]byte) []byte {
	rest := append([]byte(nil), addresses...)
	for _, f := range fields {
		rest = append(rest, f...)
	}
	h := append([]byte("\x0D\x0A\x0D\x0A\x00\x0D\x0A\x51\x55\x49\x54\x0A"), command, family)
	h = binary.BigEndian.AppendUint16(h, uint16(len(rest)))
	return append(h, rest...)
}

func tlv(kind byte, value ...byte) []byte {
	return append([]byte{kind, byte(len(value) >> 8), byte(len(value))}, value...)
}

// tcp4 is 10.1.2.3:4711 to 10.40.1.9:443, and tcp6 the like.
var (
	tcp4 = []byte{10, 1, 2, 3, 10, 40, 1, 9, 0x12, 0x67, 0x01, 0xBB}
	tcp6 = append(append(netip.MustParseAddr("2001:db8::7").AsSlice(), netip.MustParseAddr("2001:db8::1").AsSlice()...), 0x12, 0x67, 0x01, 0xBB)
	// link is Azure's field with the LINKID 268435457 = 0x10000001.
	link = tlv(0xEE, 0x01, 0x01, 0x00, 0x00, 0x10)
)

// summed adds a checksum to a header that has room for one at its end.
func summed(wrong uint32) []byte {
	h := proxyV2(0x21, 0x11, tcp4, link, tlv(0x03, 0, 0, 0, 0))
	sum := crc32.Checksum(h, crc32.MakeTable(crc32.Castagnoli))
	binary.BigEndian.PutUint32(h[len(h)-4:], sum+wrong)
	return h
}

func TestProxyHeader(t *testing.T) {
	v4, v6 := netip.MustParseAddrPort("10.1.2.3:4711"), netip.MustParseAddrPort("[2001:db8::7]:4711")
	mapped := append([]byte(nil), tcp6...)
	copy(mapped, netip.MustParseAddr("::ffff:10.1.2.3").AsSlice())
	tests := []struct {
		name   string
		header []byte
		want   proxyHeader
		err    error
	}{
		{"IPv4", proxyV2(0x21, 0x11, tcp4), proxyHeader{Client: v4}, nil},
		{"IPv6", proxyV2(0x21, 0x21, tcp6), proxyHeader{Client: v6}, nil},
		{"IPv4 in IPv6", proxyV2(0x21, 0x21, mapped), proxyHeader{Client: v4}, nil},
		{"private link", proxyV2(0x21, 0x11, tcp4, link), proxyHeader{Client: v4, Link: 268435457, IsLink: true}, nil},
		{"among other fields", proxyV2(0x21, 0x11, tcp4, tlv(0x04, 0, 0), link, tlv(0x02, 'a')), proxyHeader{Client: v4, Link: 268435457, IsLink: true}, nil},
		{"another field of Azure's", proxyV2(0x21, 0x11, tcp4, tlv(0xEE, 0x02, 9)), proxyHeader{Client: v4}, nil},
		{"empty field of Azure's", proxyV2(0x21, 0x11, tcp4, tlv(0xEE)), proxyHeader{Client: v4}, nil},
		{"checksum", summed(0), proxyHeader{Client: v4, Link: 268435457, IsLink: true}, nil},
		{"probe", proxyV2(0x20, 0x00, nil), proxyHeader{Local: true}, nil},
		{"probe with what means nothing", proxyV2(0x20, 0x11, tcp4, link), proxyHeader{Local: true}, nil},
		{"wrong checksum", summed(1), proxyHeader{}, errProxyChecksum},
		{"short checksum", proxyV2(0x21, 0x11, tcp4, tlv(0x03, 0)), proxyHeader{}, errProxyField},
		{"short link", proxyV2(0x21, 0x11, tcp4, tlv(0xEE, 1, 1, 0, 0)), proxyHeader{}, errProxyField},
		{"long link", proxyV2(0x21, 0x11, tcp4, tlv(0xEE, 1, 1, 0, 0, 0, 0)), proxyHeader{}, errProxyField},
		{"two links", proxyV2(0x21, 0x11, tcp4, link, link), proxyHeader{}, errProxyField},
		{"half a field", proxyV2(0x21, 0x11, tcp4, []byte{0xEE, 0}), proxyHeader{}, errProxyField},
		{"field past the end", proxyV2(0x21, 0x11, tcp4, []byte{0xEE, 0, 5, 1}), proxyHeader{}, errProxyField},
		{"short addresses", proxyV2(0x21, 0x11, tcp4[:11]), proxyHeader{}, errProxyField},
		{"short addresses, IPv6", proxyV2(0x21, 0x21, tcp6[:35]), proxyHeader{}, errProxyField},
		{"version 1", []byte("PROXY TCP4 10.1.2.3 10.40.1.9 4711 443\r\n"), proxyHeader{}, errNoProxy},
		{"no header", []byte("GET / HTTP/1.1\r\nHost: gateway\r\n\r\n"), proxyHeader{}, errNoProxy},
		{"version 3", proxyV2(0x31, 0x11, tcp4), proxyHeader{}, errNoProxy},
		{"unknown command", proxyV2(0x22, 0x11, tcp4), proxyHeader{}, errNoProxy},
		{"UDP", proxyV2(0x21, 0x12, tcp4), proxyHeader{}, errProxyFamily},
		{"unspecified family", proxyV2(0x21, 0x00, nil), proxyHeader{}, errProxyFamily},
		{"unix", proxyV2(0x21, 0x31, make([]byte, 216)), proxyHeader{}, errProxyFamily},
		{"from nowhere", proxyV2(0x21, 0x11, make([]byte, 12)), proxyHeader{}, errProxyAddress},
		{"multicast", proxyV2(0x21, 0x11, append([]byte{224, 0, 0, 1}, tcp4[4:]...)), proxyHeader{}, errProxyAddress},
		{"too long", proxyV2(0x21, 0x11, make([]byte, maxProxyRest+1)), proxyHeader{}, errProxySize},
		{"nothing", nil, proxyHeader{}, io.EOF},
		{"cut", proxyV2(0x21, 0x11, tcp4)[:20], proxyHeader{}, io.ErrUnexpectedEOF},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := bytes.NewReader(append(append([]byte(nil), tt.header...), "rest"[:4*b2i(tt.err == nil)]...))
			got, err := readProxyHeader(r)
			if !errors.Is(err, tt.err) || err == nil && got != tt.want {
				t.Fatalf("got %+v, %v", got, err)
			}
			if rest, _ := io.ReadAll(r); err == nil && string(rest) != "rest" {
				t.Errorf("left %q", rest)
			}
		})
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// proxyServer is a TLS server behind a load balancer on loopback. It answers
// with the source of each call.
type proxyServer struct {
	*httptest.Server
	mu      sync.Mutex
	refused []error
}

func newProxyServer(t *testing.T, from []spec.Source, secure bool) *proxyServer {
	w := newWorld(t, file())
	door := newDoor(t, w, spec.Listener{ProxyProtocol: &spec.ProxyProtocol{From: from}})
	s := &proxyServer{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		_, from, err := door.Pass(r)
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Reason != TokenMissing {
			t.Errorf("got %v", err)
		}
		io.WriteString(rw, from.String()+" "+string(from.Via)+" "+r.RemoteAddr+" "+r.Proto)
	}))
	s.Config.ConnContext = door.ConnContext
	s.Listener = door.Listener(s.Listener, func(_ net.Addr, err error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.refused = append(s.refused, err)
	})
	s.EnableHTTP2 = true
	if secure {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

// get calls the server through a connection that begins with a header.
func (s *proxyServer) get(header []byte) (string, error) {
	client := s.Client()
	transport := client.Transport.(*http.Transport).Clone()
	defer transport.CloseIdleConnections()
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err == nil {
			_, err = c.Write(header)
		}
		return c, err
	}
	response, err := (&http.Client{Transport: transport, Timeout: 5 * time.Second}).Get(s.URL)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

func TestProxyListener(t *testing.T) {
	for _, secure := range []bool{false, true} {
		s := newProxyServer(t, networks("127.0.0.0/8"), secure)
		for _, tt := range []struct {
			header []byte
			want   string
		}{
			{proxyV2(0x21, 0x11, tcp4, link), "10.1.2.3 link:268435457 proxy 10.1.2.3:4711 HTTP/"},
			{proxyV2(0x21, 0x11, tcp4), "10.1.2.3 proxy 10.1.2.3:4711 HTTP/"},
			{proxyV2(0x21, 0x21, tcp6), "2001:db8::7 proxy [2001:db8::7]:4711 HTTP/"},
			{proxyV2(0x20, 0x00, nil), "127.0.0.1 connection 127.0.0.1:"},
		} {
			got, err := s.get(tt.header)
			if err != nil || !strings.HasPrefix(got, tt.want) {
				t.Errorf("secure %t: got %q, %v, want %q", secure, got, err, tt.want)
			}
		}
		if got, err := s.get(nil); err == nil {
			t.Errorf("without a header: %q", got)
		}
	}
}

func TestProxyListenerRefusesStrangers(t *testing.T) {
	s := newProxyServer(t, networks("192.0.2.0/24"), false)
	if got, err := s.get(proxyV2(0x21, 0x11, tcp4)); err == nil {
		t.Errorf("got %q", got)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.refused) == 0 || !errors.Is(s.refused[0], errNotProxy) {
		t.Errorf("told %v", s.refused)
	}
}

// newListener is a proxy listener on loopback with a short patience.
func newListener(t *testing.T, patience time.Duration, refused func(net.Addr, error)) *proxyListener {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := newProxyListener(inner, networks("127.0.0.0/8"), patience, refused)
	t.Cleanup(func() { l.Close() })
	return l
}

// TestSlowPeerKeepsNobodyWaiting: connections with a header pass those without.
func TestSlowPeerKeepsNobodyWaiting(t *testing.T) {
	refused := make(chan error, 1)
	l := newListener(t, 200*time.Millisecond, func(_ net.Addr, err error) { refused <- err })
	silent, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	silent.Write([]byte("\r\n\r\n"))
	quick, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer quick.Close()
	quick.Write(proxyV2(0x21, 0x11, tcp4))
	conn, err := l.Accept()
	if err != nil || conn.RemoteAddr().String() != "10.1.2.3:4711" {
		t.Fatalf("got %v", err)
	}
	conn.Close()
	if err := <-refused; err == nil {
		t.Error("no error for the silent one")
	}
	silent.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := silent.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the silent connection is open: %v", err)
	}
}

func TestPendingIsBounded(t *testing.T) {
	refused := make(chan error, 1)
	l := newListener(t, time.Second, func(_ net.Addr, err error) { refused <- err })
	for range maxPending {
		l.pending <- struct{}{}
	}
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := <-refused; !errors.Is(err, errTooMany) {
		t.Errorf("told %v", err)
	}
}

func TestProxyListenerCloses(t *testing.T) {
	refused := make(chan error, 1)
	l := newListener(t, time.Hour, func(_ net.Addr, err error) { refused <- err })
	silent, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	for len(l.pending) == 0 {
		time.Sleep(time.Millisecond)
	}
	ended := make(chan error)
	go func() { _, err := l.Accept(); ended <- err }()
	l.Close()
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Errorf("accept says %v", err)
	}
	if err := <-refused; err == nil {
		t.Error("the pending connection wasn't dropped")
	}
}

func TestAcceptErrors(t *testing.T) {
	inner := &failing{errs: []error{errors.New("too many files"), net.ErrClosed}}
	l := newProxyListener(inner, networks("127.0.0.0/8"), time.Second, nil)
	defer l.Close()
	if _, err := l.Accept(); err == nil || errors.Is(err, net.ErrClosed) {
		t.Errorf("first %v", err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("then %v", err)
	}
}

// failing is a listener that gives out errors.
type failing struct {
	net.Listener
	errs []error
}

func (f *failing) Accept() (net.Conn, error) {
	err := f.errs[0]
	f.errs = f.errs[1:]
	return nil, err
}

func (f *failing) Close() error { return nil }
