package gateway

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"
	"golang.org/x/crypto/acme"
)

const acmeDomain = "ai.contoso.com"

// acmeServer is Pebble, which makes certificates for names whose challenge it
// is answered on 127.0.0.1 at one port, and what it was asked.
type acmeServer struct {
	url    string       // of the directory
	client *http.Client // that trusts the directory
	pool   *x509.CertPool
	mu     sync.Mutex
	asked  map[string]int
	bodies strings.Builder // the payloads, one a line
}

// newACME starts an authority whose certificates are valid for so many seconds.
func newACME(t testing.TB, challenges string, seconds uint64) *acmeServer {
	t.Helper()
	inHaste()
	_, text, _ := net.SplitHostPort(challenges)
	port, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	quiet, store := log.New(io.Discard, "", 0), db.NewMemoryStore()
	issuer := ca.New(quiet, store, "", 0, 1, map[string]ca.Profile{"default": {ValidityPeriod: seconds}})
	front := wfe.New(quiet, store, va.New(quiet, 1, port, true, loopbackNames(t), store), issuer, true, false, 0, 0)
	a := &acmeServer{pool: x509.NewCertPool(), asked: map[string]int{}}
	a.pool.AppendCertsFromPEM(issuer.GetRootCert(0).PEM())
	handler := front.Handler()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.note(r)
		handler.ServeHTTP(w, r)
	}))
	server.Config.ErrorLog = quiet
	server.StartTLS()
	t.Cleanup(server.Close)
	a.url, a.client = server.URL+wfe.DirectoryPath, server.Client()
	return a
}

// inHaste has Pebble look at once, and look for each order. Its settings are in
// the environment, which is the same for all tests.
var inHaste = sync.OnceFunc(func() {
	for name, value := range map[string]string{"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0", "PEBBLE_AUTHZREUSE": "0"} {
		os.Setenv(name, value)
	}
})

// loopbackNames is a name server by which every name is 127.0.0.1.
func loopbackNames(t testing.TB) string {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ready := make(chan bool)
	server := &dns.Server{PacketConn: socket, NotifyStartedFunc: func() { close(ready) }, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		answer := new(dns.Msg).SetReply(q)
		if q.Question[0].Qtype == dns.TypeA {
			answer.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.IPv4(127, 0, 0, 1)}}
		}
		_ = w.WriteMsg(answer)
	})}
	go func() { _ = server.ActivateAndServe() }()
	<-ready
	t.Cleanup(func() { _ = server.Shutdown() })
	return socket.LocalAddr().String()
}

func (a *acmeServer) note(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	var signed struct{ Payload string }
	_ = json.Unmarshal(body, &signed)
	payload, _ := base64.RawURLEncoding.DecodeString(signed.Payload)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked[r.Method+" "+r.URL.Path]++
	a.bodies.WriteString(string(payload) + "\n")
}

func (a *acmeServer) accounts() int { return a.count("POST /sign-me-up") }
func (a *acmeServer) orders() int   { return a.count("POST /order-plz") }

func (a *acmeServer) count(what string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked[what]
}

func (a *acmeServer) payloads() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.bodies.String()
}

// acmeYAML has a plain listener and one that has its certificate by ACME.
func acmeYAML(secure, directory, cache, more string) string {
	return strings.Replace(testYAML, `listeners: [{address: "{listen}"}]`, `listeners:
    - address: "{listen}"
    - address: "`+secure+`"
      tls: {acme: {domains: [`+acmeDomain+`], email: ai@contoso.com, directory: "`+directory+`", cache: "`+cache+`"}}`+more, 1)
}

// startACME runs a gateway that trusts the authority's directory.
func startACME(t testing.TB, a *acmeServer, yaml string) *running {
	t.Helper()
	return startWith(t, yaml, func(o *Options) { o.ACME = a.client })
}

// by makes the test's calls go to a listener by the domain.
func (r *running) by(address string, pool *x509.CertPool) {
	r.url = "https://" + acmeDomain
	dial := func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	r.client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, DialContext: dial, ForceAttemptHTTP2: true}}
	r.t.Cleanup(r.client.CloseIdleConnections)
}

// handshake connects as a client of a name does.
func handshake(address string, config *tls.Config) (*x509.Certificate, error) {
	c, err := tls.DialWithDialer(&net.Dialer{Timeout: 10 * time.Second}, "tcp", address, config)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0], nil
}

// The first connection gets a certificate of the authority, which has looked at
// the listener itself; other names get none and nothing is ordered for them. A
// restart goes on with the certificate that is kept.
func TestCertificateByACME(t *testing.T) {
	t.Parallel()
	secure, cache := freeAddress(t), filepath.Join(t.TempDir(), "acme")
	a := newACME(t, secure, 24*3600)
	yaml := acmeYAML(secure, a.url, cache, "")
	r := startACME(t, a, yaml)
	r.by(secure, a.pool)
	if got := r.chat(r.service()); got.status != 200 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	first, err := handshake(secure, &tls.Config{ServerName: acmeDomain, RootCAs: a.pool})
	if err != nil {
		t.Fatal(err)
	}
	if len(first.DNSNames) != 1 || first.DNSNames[0] != acmeDomain {
		t.Errorf("a certificate for %v", first.DNSNames)
	}
	if a.orders() != 1 || a.accounts() != 1 || !strings.Contains(a.payloads(), "mailto:ai@contoso.com") {
		t.Errorf("%d orders, %d accounts\n%s", a.orders(), a.accounts(), a.payloads())
	}
	for _, name := range []string{"other.contoso.com", "x." + acmeDomain, "contoso.com", "127.0.0.1"} {
		if cert, err := handshake(secure, &tls.Config{ServerName: name, InsecureSkipVerify: true}); err == nil {
			t.Errorf("%s: a certificate for %v", name, cert.DNSNames)
		}
	}
	if a.orders() != 1 || strings.Contains(r.log.String(), "no certificate") {
		t.Errorf("other names: %d orders\n%s", a.orders(), r.log)
	}
	onlyOurs(t, cache)
	r.stop()

	again := startACME(t, a, yaml)
	again.by(secure, a.pool)
	if got := again.chat(again.service()); got.status != 200 {
		t.Errorf("after a restart: %d %s", got.status, got.body)
	}
	second, err := handshake(secure, &tls.Config{ServerName: acmeDomain, RootCAs: a.pool})
	if err != nil || !second.Equal(first) || a.orders() != 1 {
		t.Errorf("after a restart: another certificate, %d orders, %v", a.orders(), err)
	}
}

// onlyOurs holds that nobody else may read a folder with keys.
func onlyOurs(t *testing.T, folder string) {
	t.Helper()
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", info, err)
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v %v", f.Name(), info.Mode(), err)
		}
		have[f.Name()] = true
	}
	if !have["acme_account+key"] || !have[acmeDomain] {
		t.Errorf("kept: %v", have)
	}
}

// An authority that can't be reached is told in the log once, and leaves the
// other listeners alone.
func TestACMEDown(t *testing.T) {
	secure := freeAddress(t)
	r := startYAML(t, acmeYAML(secure, "http://"+freeAddress(t)+"/dir", t.TempDir(), ""))
	if a := r.chat(r.service()); a.status != 200 {
		t.Errorf("the other listener: %d %s", a.status, a.body)
	}
	r.until("it is told", func() bool { return strings.Contains(r.log.String(), "no certificate") })
	for _, name := range []string{acmeDomain, strings.ToUpper(acmeDomain), "other.contoso.com"} {
		if _, err := handshake(secure, &tls.Config{ServerName: name, InsecureSkipVerify: true}); err == nil {
			t.Errorf("%s has a certificate", name)
		}
	}
	text := r.log.String()
	if strings.Count(text, "no certificate") != 1 || !strings.Contains(text, "domain="+acmeDomain) || !strings.Contains(text, "connection refused") || strings.Contains(text, "other.contoso.com") {
		t.Error(text)
	}
	if a := r.chat(r.service()); a.status != 200 {
		t.Errorf("the other listener: %d %s", a.status, a.body)
	}
}

// The directory of another machine has to be https.
func TestACMEDirectoryIsEncrypted(t *testing.T) {
	pairs := strings.NewReplacer("{listen}", "127.0.0.1:8080", "{admin}", "127.0.0.1:9090", "{backend}", "http://127.0.0.1:1", "{folder}", t.TempDir()+"/usage", "{model}", "", "{grant}", "", "{gateway}", "")
	for url, good := range map[string]bool{"http://acme.contoso.com/dir": false, "http://10.0.0.1/dir": false, "https://acme.contoso.com/dir": true, "http://127.0.0.1:14000/dir": true} {
		s, err := New(Options{Text: []byte(pairs.Replace(acmeYAML("127.0.0.1:8443", url, t.TempDir(), "")))})
		if err == nil {
			s.Close()
		} else if !strings.Contains(err.Error(), "directory: plain http to another machine") {
			t.Error(err)
		}
		if (err == nil) != good {
			t.Errorf("%s: %v", url, err)
		}
	}
}

// The authority has no client certificate. It is let in for its challenge, which
// carries no call; whoever else comes without one isn't served.
func TestACMEWithClientCertificates(t *testing.T) {
	t.Parallel()
	clients, secure, cache := newAuthority(t), freeAddress(t), t.TempDir()
	writeFile(t, cache+"/ca.pem", clients.pem())
	a := newACME(t, secure, 24*3600)
	r := startACME(t, a, acmeYAML(secure, a.url, cache, "\n      clientCertificates: {ca: "+cache+"/ca.pem}"))
	cert, key := clients.issue("client")
	pair, err := tls.X509KeyPair([]byte(cert), []byte(key))
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{ServerName: acmeDomain, RootCAs: a.pool, Certificates: []tls.Certificate{pair}}
	if _, err := handshake(secure, config); err != nil {
		t.Fatal(err)
	}
	if _, err := handshake(secure, &tls.Config{ServerName: acmeDomain, RootCAs: a.pool, MaxVersion: tls.VersionTLS12}); err == nil {
		t.Error("a client without a certificate is let in")
	}
	keepChallenge(t, cache)
	c, err := tls.Dial("tcp", secure, &tls.Config{ServerName: acmeDomain, InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12, NextProtos: []string{acme.ALPNProto}})
	if err != nil {
		t.Fatalf("the challenge with TLS 1.2: %v", err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	_, _ = io.WriteString(c, "GET /openai/v1/models HTTP/1.1\r\nHost: "+acmeDomain+"\r\nAuthorization: Bearer "+r.service()+"\r\n\r\n")
	if answer, _ := io.ReadAll(c); len(answer) > 0 {
		t.Errorf("a call by the challenge's protocol is answered: %s", answer)
	}
	if strings.Contains(r.log.String(), "no certificate") {
		t.Error(r.log)
	}
}

// keepChallenge puts the certificate of a challenge where the gateway looks.
func keepChallenge(t *testing.T, cache string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := (&acme.Client{Key: key}).TLSALPN01ChallengeCert("token", acmeDomain)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(cert.PrivateKey.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
	text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})...)
	writeFile(t, filepath.Join(cache, acmeDomain+"+token"), string(text))
}

// The certificate is there before somebody asks for it. When it ends soon it is
// made anew while the gateway runs, for the same account.
func TestACMERenews(t *testing.T) {
	t.Parallel()
	secure, cache := freeAddress(t), t.TempDir()
	a := newACME(t, secure, 6)
	startACME(t, a, acmeYAML(secure, a.url, cache, ""))
	slowly(t, "a certificate is kept", func() bool {
		_, err := os.Stat(filepath.Join(cache, acmeDomain))
		return err == nil
	})
	config := &tls.Config{ServerName: acmeDomain, RootCAs: a.pool}
	first, err := handshake(secure, config)
	if err != nil {
		t.Fatal(err)
	}
	slowly(t, "the certificate is renewed", func() bool {
		now, err := handshake(secure, config)
		return err == nil && now.NotAfter.After(first.NotAfter)
	})
	if a.accounts() != 1 {
		t.Errorf("%d accounts", a.accounts())
	}
}

// slowly waits for what takes the authority some seconds.
func slowly(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 300 {
		if is() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("not within 30 s: %s", what)
}
