package caller

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"palisade/gateway/caller/issuertest"
	"palisade/spec"
)

func networks(list ...string) []spec.Source {
	var all []spec.Source
	for _, n := range list {
		all = append(all, spec.Source{Prefix: netip.MustParsePrefix(n)})
	}
	return all
}

func newDoor(t testing.TB, w *world, l spec.Listener) *Door {
	t.Helper()
	d, err := NewDoor(&l, w.Authenticator)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// shows is a call on a connection with a client certificate.
func shows(r *http.Request, certificate []byte) *http.Request {
	r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{{Raw: certificate}}}
	return r
}

func TestMTLS(t *testing.T) {
	w := newWorld(t, file())
	required := newDoor(t, w, spec.Listener{ClientCertificates: &spec.ClientCertificates{Required: true}})
	optional := newDoor(t, w, spec.Listener{ClientCertificates: &spec.ClientCertificates{}})
	token := []string{"Authorization", "Bearer " + w.server.PersonToken("2.0")}

	_, from, err := required.Pass(call(token...))
	wantRefusal(t, err, MTLSRequired)
	if !from.Addr.IsValid() {
		t.Error("the refusal's source isn't known")
	}
	plain := call(token...)
	plain.TLS = &tls.ConnectionState{}
	_, _, err = required.Pass(plain)
	wantRefusal(t, err, MTLSRequired)
	_, _, err = required.Pass(shows(call(), []byte("c")))
	wantRefusal(t, err, TokenMissing) // a certificate alone is nobody

	c, _, err := required.Pass(shows(call(token...), []byte("c")))
	if err != nil || c.Certificate == nil {
		t.Errorf("got %+v, %v", c, err)
	}
	c, _, err = optional.Pass(call(token...))
	if err != nil || c.Certificate != nil {
		t.Errorf("the certificate of another connection is remembered: %+v, %v", c, err)
	}
}

func TestBoundTokens(t *testing.T) {
	w := newWorld(t, file())
	sum := sha256.Sum256([]byte("mine"))
	bound := issuertest.Claims{"x5t#S256": encodeURL(sum[:])}
	text := w.server.Token(w.server.PersonClaims("2.0").With(issuertest.Claims{"cnf": bound}))
	header := []string{"Authorization", "Bearer " + text}
	for range 2 { // verified, then remembered
		if _, err := w.Authenticate(shows(call(header...), []byte("mine")), home); err != nil {
			t.Error(err)
		}
		_, err := w.Authenticate(shows(call(header...), []byte("yours")), home)
		wantRefusal(t, err, TokenBinding, text)
		_, err = w.Authenticate(call(header...), home)
		wantRefusal(t, err, TokenBinding, text)
	}
	both := w.server.Token(w.server.PersonClaims("2.0").With(issuertest.Claims{"cnf": bound.With(issuertest.Claims{"jkt": "x"})}))
	_, err := w.Authenticate(shows(call("Authorization", "Bearer "+both), []byte("mine")), home)
	wantRefusal(t, err, TokenBinding)
}

func TestSource(t *testing.T) {
	w := newWorld(t, file())
	door := newDoor(t, w, spec.Listener{})
	r := call("Authorization", "Bearer "+w.server.PersonToken("2.0"), "X-Forwarded-For", "10.0.0.1", "X-Azure-ClientIP", "10.0.0.2",
		"X-Real-IP", "10.0.0.3", "Forwarded", "for=10.0.0.4", "True-Client-IP", "10.0.0.5", "X-Client-IP", "10.0.0.6")
	for remote, want := range map[string]string{
		"203.0.113.9:4711":         "203.0.113.9",
		"[2001:db8::9]:4711":       "2001:db8::9",
		"[::ffff:203.0.113.9]:471": "203.0.113.9",
		"[fe80::1%eth0]:4711":      "fe80::1",
	} {
		r.RemoteAddr = remote
		_, from, err := door.Pass(r)
		if err != nil || from.Addr.String() != want || from.Via != ViaConnection {
			t.Errorf("%s: %s, %v", remote, from, err)
		}
	}
	for _, remote := range []string{"", "@", "pipe", "203.0.113.9", "host:80", "0.0.0.0:1", "[ff02::1]:1"} {
		r.RemoteAddr = remote
		_, _, err := door.Pass(r)
		wantRefusal(t, err, SourceUnknown)
	}
}

func TestForwarded(t *testing.T) {
	w := newWorld(t, file())
	token := w.server.PersonToken("2.0")
	far := []string{"10.40.2.0/24", "2001:db8:2::/48"}
	const peer = "10.40.2.7:1000"
	tests := []struct {
		name   string
		remote string
		hops   int
		header []string
		want   string // address, or reason
	}{
		{"one hop", peer, 1, []string{"203.0.113.9"}, "203.0.113.9"},
		{"with a port", peer, 1, []string{"203.0.113.9:4711"}, "203.0.113.9"},
		{"the client's own entries", peer, 1, []string{"10.0.0.1, 203.0.113.9"}, "203.0.113.9"},
		{"the client's own junk", peer, 1, []string{"' OR 1, ,,203.0.113.9"}, "203.0.113.9"},
		{"several headers", peer, 1, []string{"10.0.0.1", "10.0.0.2,203.0.113.9"}, "203.0.113.9"},
		{"IPv6", peer, 1, []string{"2001:db8::9"}, "2001:db8::9"},
		{"IPv6 in brackets", peer, 1, []string{"[2001:db8::9]"}, "2001:db8::9"},
		{"IPv6 with a port", peer, 1, []string{"[2001:db8::9]:4711"}, "2001:db8::9"},
		{"mapped", peer, 1, []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		{"IPv6 proxy", "[2001:db8:2::1]:1", 1, []string{"203.0.113.9"}, "203.0.113.9"},
		{"not from a proxy", "203.0.113.66:1", 1, []string{"10.20.0.1"}, "203.0.113.66"},
		{"one trusted hop only", peer, 1, []string{"203.0.113.9, 10.40.2.8"}, "10.40.2.8"},
		{"two hops", peer, 2, []string{"10.0.0.1, 203.0.113.9, 10.40.2.8"}, "203.0.113.9"},
		{"two hops, and the second isn't one", peer, 2, []string{"10.20.0.1, 203.0.113.9"}, "203.0.113.9"},
		{"three hops over headers", peer, 3, []string{"203.0.113.9", "10.40.2.9", "10.40.2.8"}, "203.0.113.9"},
		{"no header", peer, 1, nil, "forwarded_missing"},
		{"too few", peer, 2, []string{"10.40.2.8"}, "forwarded_missing"},
		{"empty", peer, 1, []string{""}, "forwarded_malformed"},
		{"empty last entry", peer, 1, []string{"203.0.113.9,"}, "forwarded_malformed"},
		{"unknown", peer, 1, []string{"unknown"}, "forwarded_malformed"},
		{"host", peer, 1, []string{"client.example"}, "forwarded_malformed"},
		{"zone", peer, 1, []string{"fe80::1%eth0"}, "forwarded_malformed"},
		{"quoted", peer, 1, []string{`"203.0.113.9"`}, "forwarded_malformed"},
		{"octal", peer, 1, []string{"0203.0.113.9"}, "forwarded_malformed"},
		{"number", peer, 1, []string{"3405803785"}, "forwarded_malformed"},
		{"network", peer, 1, []string{"203.0.113.0/24"}, "forwarded_malformed"},
		{"nowhere", peer, 1, []string{"0.0.0.0"}, "forwarded_malformed"},
		{"v4 in brackets", peer, 1, []string{"[203.0.113.9]"}, "forwarded_malformed"},
		{"open bracket", peer, 1, []string{"[2001:db8::9"}, "forwarded_malformed"},
		{"bad port", peer, 1, []string{"203.0.113.9:99999"}, "forwarded_malformed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			door := newDoor(t, w, spec.Listener{Forwarded: &spec.Forwarded{From: networks(far...), Hops: tt.hops}})
			r := call("Authorization", "Bearer "+token)
			r.RemoteAddr = tt.remote
			for _, h := range tt.header {
				r.Header.Add("X-Forwarded-For", h)
			}
			_, from, err := door.Pass(r)
			if want, e := netip.ParseAddr(tt.want); e == nil {
				if err != nil || from.Addr != want || (from.Via == ViaForwarded) != (tt.remote[:8] != "203.0.11") {
					t.Errorf("got %s via %s, %v", from, from.Via, err)
				}
				return
			}
			if r := wantRefusal(t, err, Reason(tt.want)); r.Status != 400 {
				t.Errorf("status %d", r.Status)
			}
		})
	}
}

func TestDoorThatBelievesAnybody(t *testing.T) {
	w := newWorld(t, file())
	for _, l := range []spec.Listener{{Forwarded: &spec.Forwarded{Hops: 1}}, {ProxyProtocol: &spec.ProxyProtocol{}}} {
		if _, err := NewDoor(&l, w.Authenticator); err == nil {
			t.Error("no error")
		}
	}
}

// TestWithoutConnContext: a server that forgets it gets no callers.
func TestWithoutConnContext(t *testing.T) {
	w := newWorld(t, file())
	door := newDoor(t, w, spec.Listener{ProxyProtocol: &spec.ProxyProtocol{From: networks("192.0.2.0/24")}})
	_, _, err := door.Pass(call("Authorization", "Bearer "+w.server.PersonToken("2.0")))
	wantRefusal(t, err, SourceUnknown)
}

func BenchmarkPass(b *testing.B) {
	w := newWorld(b, file())
	door := newDoor(b, w, spec.Listener{Forwarded: &spec.Forwarded{From: networks("192.0.2.0/24"), Hops: 1}})
	r := httptest.NewRequest("POST", "/openai/v1/responses", nil)
	r.Header.Set("Authorization", "Bearer "+entraSized(w))
	r.Header.Set("X-Forwarded-For", "203.0.113.9:4711")
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := door.Pass(r); err != nil {
			b.Fatal(err)
		}
	}
}
