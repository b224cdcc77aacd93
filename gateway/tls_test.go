package gateway

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"palisade/spec"
)

// authority issues certificates in tests.
type authority struct {
	t    testing.TB
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pool *x509.CertPool
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	a := &authority{t: t, pool: x509.NewCertPool()}
	a.key, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	a.cert, _ = x509.ParseCertificate(der)
	a.pool.AddCert(a.cert)
	return a
}

func (a *authority) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw}))
}

// issue is a certificate for 127.0.0.1 and its key, in PEM.
func (a *authority) issue(name string) (cert, key string) {
	a.t.Helper()
	k, _ := rsa.GenerateKey(rand.Reader, 2048)
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &k.PublicKey, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	pkcs8, _ := x509.MarshalPKCS8PrivateKey(k)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
}

// withTLS is testYAML with a listener that has TLS.
func withTLS(more string) string {
	return strings.Replace(testYAML, `listeners: [{address: "{listen}"}]`, `listeners: [{address: "{listen}", `+more+`}]`, 1)
}

func (r *running) secure(config *tls.Config) {
	r.url = strings.Replace(r.url, "http://", "https://", 1)
	r.client = &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}}
	r.t.Cleanup(r.client.CloseIdleConnections)
}

func writeFile(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TLS is 1.2 or later, speaks HTTP/2, and takes a renewed certificate over
// without a restart; a broken one is passed over.
func TestTLSFromFiles(t *testing.T) {
	t.Parallel()
	a, dir := newAuthority(t), t.TempDir()
	cert, key := a.issue("first")
	writeFile(t, dir+"/tls.pem", cert)
	writeFile(t, dir+"/tls.key", key)
	r := startYAML(t, withTLS(`tls: {files: {certificate: `+dir+`/tls.pem, key: `+dir+`/tls.key}}`))
	address := strings.TrimPrefix(r.url, "http://")
	r.secure(&tls.Config{RootCAs: a.pool})
	req, _ := http.NewRequest("GET", r.url+"/openai/v1/models", nil)
	req.Header.Set("Authorization", "Bearer "+r.service())
	resp, err := r.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.ProtoMajor != 2 || resp.StatusCode != 200 {
		t.Errorf("HTTP/%d %d", resp.ProtoMajor, resp.StatusCode)
	}
	if a := r.chat(r.service()); a.status != 200 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if c, err := tls.Dial("tcp", address, &tls.Config{RootCAs: a.pool, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}); err == nil {
		c.Close()
		t.Error("TLS 1.1 is spoken")
	}
	name := func() string {
		c, err := tls.Dial("tcp", address, &tls.Config{RootCAs: a.pool})
		if err != nil {
			return err.Error()
		}
		defer c.Close()
		return c.ConnectionState().PeerCertificates[0].Subject.CommonName
	}
	writeFile(t, dir+"/tls.pem", "broken")
	time.Sleep(60 * time.Millisecond)
	if got := name(); got != "first" {
		t.Errorf("with a broken file: %s", got)
	}
	cert, key = a.issue("second")
	writeFile(t, dir+"/tls.key", key)
	writeFile(t, dir+"/tls.pem", cert)
	for range 100 {
		if name() == "second" {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("after the renewal: %s", name())
}

// A certificate of a Key Vault comes as PEM or PKCS #12.
func TestCertificateInVault(t *testing.T) {
	a := newAuthority(t)
	cert, key := a.issue("vault")
	for name, secret := range map[string]string{"PEM": key + cert, "half": cert, "nothing": "x", "not base64": "%%%"} {
		read := func(_ context.Context, ref spec.SecretRef) (string, error) {
			if ref != "https://kv.vault.azure.net/secrets/gateway" {
				t.Errorf("asked for %s", ref)
			}
			return secret, nil
		}
		pair, err := inVault(read, "https://kv.vault.azure.net/certificates/gateway")()
		if (err == nil) != (name == "PEM") {
			t.Errorf("%s: %v %v", name, pair, err)
		}
		if err == nil && pair.Leaf.Subject.CommonName != "vault" {
			t.Error(pair.Leaf.Subject)
		}
		if err != nil && len(secret) > 5 && strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error tells the secret: %v", name, err)
		}
	}
}

// Client certificates: without one nobody is served where they are asked for,
// and other authorities' aren't taken.
func TestClientCertificates(t *testing.T) {
	t.Parallel()
	a, other, dir := newAuthority(t), newAuthority(t), t.TempDir()
	cert, key := a.issue("server")
	writeFile(t, dir+"/tls.pem", cert)
	writeFile(t, dir+"/tls.key", key)
	writeFile(t, dir+"/ca.pem", a.pem())
	r := startYAML(t, withTLS(`tls: {files: {certificate: `+dir+`/tls.pem, key: `+dir+`/tls.key}}, clientCertificates: {ca: `+filepath.Join(dir, "ca.pem")+`}`))
	r.url = strings.Replace(r.url, "http://", "https://", 1)
	shown := map[*authority]tls.Certificate{}
	for _, from := range []*authority{a, other} {
		cert, key := from.issue("client")
		pair, err := tls.X509KeyPair([]byte(cert), []byte(key))
		if err != nil {
			t.Fatal(err)
		}
		shown[from] = pair
	}
	ask := func(from *authority) error {
		config := &tls.Config{RootCAs: a.pool}
		if from != nil {
			config.Certificates = []tls.Certificate{shown[from]}
		}
		transport := &http.Transport{TLSClientConfig: config}
		defer transport.CloseIdleConnections()
		req, _ := http.NewRequest("GET", r.url+"/openai/v1/models", nil)
		req.Header.Set("Authorization", "Bearer "+r.service())
		resp, err := transport.RoundTrip(req)
		if err == nil {
			resp.Body.Close()
		}
		return err
	}
	if err := ask(a); err != nil {
		t.Error(err)
	}
	if ask(nil) == nil || ask(other) == nil {
		t.Error("a client without a good certificate is served")
	}
	writeFile(t, dir+"/ca.pem", a.pem()+other.pem())
	for range 100 {
		if ask(other) == nil && ask(a) == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("the authorities aren't read again")
}
