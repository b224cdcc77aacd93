package blob

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
)

const azurite = "testdata/azurite/node_modules/azurite/dist/src/blob/main.js"

// newAzurite starts the emulator with TLS and OAuth, and makes a container.
func newAzurite(t *testing.T) *store {
	t.Helper()
	node, err := exec.LookPath("node")
	if _, missing := os.Stat(azurite); missing != nil || err != nil {
		t.Skip("SKIPPED: no Azurite to ship to; get it with: npm ci --ignore-scripts --prefix usage/blob/testdata/azurite (and Node.js)")
	}
	dir := t.TempDir()
	cert, key, roots := certificate(t, dir)
	port := freePort(t)
	cmd := exec.Command(node, azurite, "--blobHost", "127.0.0.1", "--blobPort", strconv.Itoa(port), "--cert", cert, "--key", key,
		"--oauth", "basic", "--skipApiVersionCheck", "--disableTelemetry", "--silent", "--location", dir)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	t.Cleanup(client.CloseIdleConnections)
	s := &store{url: "https://127.0.0.1:" + strconv.Itoa(port) + "/devstoreaccount1/usage", client: client}
	for range 200 {
		if resp, err := client.Get(s.url); err == nil {
			resp.Body.Close()
			makeContainer(t, s)
			return s
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("Azurite didn't start: %s", out.String())
	return nil
}

func makeContainer(t *testing.T, s *store) {
	t.Helper()
	c, err := container.NewClient(s.url, token{}, &container.ClientOptions{ClientOptions: azcore.ClientOptions{Transport: s.client}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Create(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
}

func freePort(t *testing.T) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func certificate(t *testing.T, dir string) (cert, key string, roots *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	shape := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, shape, shape, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	roots = x509.NewCertPool()
	roots.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return cert, key, roots
}
