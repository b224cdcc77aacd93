package gateway

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"sync/atomic"

	"palisade/spec"
)

// tlsConfig is the TLS of a listener, or nil for a plain one. TLS 1.2 is the
// oldest version; its cipher suites are Go's, all with forward secrecy.
func tlsConfig(l *spec.Listener) (*tls.Config, *certificate, error) {
	if l.TLS == nil {
		return nil, nil, nil
	}
	if l.TLS.Files == nil {
		return nil, nil, fmt.Errorf("%s: tls: only files are supported so far", l.Pos)
	}
	c := &certificate{files: *l.TLS.Files}
	if err := c.load(); err != nil {
		return nil, nil, err
	}
	config := &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current.Load(), nil },
	}
	return config, c, clientCertificates(config, l.ClientCertificates)
}

func clientCertificates(config *tls.Config, c *spec.ClientCertificates) error {
	if c == nil {
		return nil
	}
	pem, err := os.ReadFile(string(c.CA))
	if err != nil {
		return fmt.Errorf("authorities of client certificates: %w", err)
	}
	config.ClientCAs = x509.NewCertPool()
	if !config.ClientCAs.AppendCertsFromPEM(pem) {
		return fmt.Errorf("authorities of client certificates: no certificate in %s", c.CA)
	}
	config.ClientAuth = tls.VerifyClientCertIfGiven
	if c.Required {
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return nil
}

// certificate is a certificate in files that may be renewed.
type certificate struct {
	files   spec.CertificateFiles
	stamp   string
	current atomic.Pointer[tls.Certificate]
}

// load reads the files if they have changed. On an error the certificate that
// was read before stays.
func (c *certificate) load() error {
	stamp, err := stampOf(string(c.files.Certificate), string(c.files.Key))
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	if stamp == c.stamp {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(string(c.files.Certificate), string(c.files.Key))
	if err != nil {
		return errors.New("certificate: the files aren't a certificate chain and its key")
	}
	c.current.Store(&pair)
	c.stamp = stamp
	return nil
}

// stampOf changes when one of the files does.
func stampOf(paths ...string) (string, error) {
	stamp := ""
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return "", err
		}
		stamp += fmt.Sprint(info.ModTime().UnixNano(), info.Size(), ";")
	}
	return stamp, nil
}
