package gateway

import (
	"bytes"
	"context"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"palisade/spec"
)

// tlsConfig is the TLS of a listener, or nil for a plain one. TLS 1.2 is the
// oldest version; its cipher suites are Go's, all with forward secrecy.
func (s *Server) tlsConfig(l *spec.Listener, set *setup) (*tls.Config, *certificate, error) {
	if l.TLS == nil {
		return nil, nil, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	c := &certificate{now: s.wall}
	switch {
	case l.TLS.Files != nil:
		c.read = c.files(*l.TLS.Files)
	case l.TLS.Vault != "":
		read, err := set.pools.Secrets()
		if err != nil {
			return nil, nil, fmt.Errorf("%s: certificate: %w", l.Pos, err)
		}
		c.read, c.every = inVault(read, string(l.TLS.Vault)), vaultEvery
	case l.TLS.ACME != nil:
		c.acme = s.byACME(l)
		c.acme.into(config)
	default:
		return nil, nil, fmt.Errorf("%s: tls: no certificate", l.Pos)
	}
	if c.read != nil {
		if err := c.load(); err != nil {
			return nil, nil, err
		}
		config.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current.Load(), nil }
	}
	return config, c, c.clients(config, l.ClientCertificates)
}

// certificate is a certificate that may be renewed, and the authorities of
// clients' certificates, which may change.
type certificate struct {
	now     func() time.Time
	read    func() (*tls.Certificate, error) // nil pair: nothing new; nil func: ACME looks after it
	every   time.Duration                    // how often it is read; each time files are looked at if 0
	mu      sync.Mutex
	due     time.Time
	stamp   string
	current atomic.Pointer[tls.Certificate]
	acme    *acmeCertificates // nil: there is read

	ca      string
	caStamp string
	pool    atomic.Pointer[x509.CertPool]
}

// How often a vault is asked for a certificate, and after it couldn't be.
const (
	vaultEvery      = time.Hour
	vaultAgain      = time.Minute
	certificateWait = 15 * time.Second
)

// load reads what may have changed. On an error what was read before stays.
func (c *certificate) load() error {
	if !c.mu.TryLock() {
		return nil // it is being read
	}
	defer c.mu.Unlock()
	return errors.Join(c.loadPair(), c.loadClients())
}

func (c *certificate) loadPair() error {
	if c.read == nil || c.now().Before(c.due) {
		return nil
	}
	pair, err := c.read()
	if err != nil {
		c.due = c.now().Add(min(c.every, vaultAgain))
		return err
	}
	c.due = c.now().Add(c.every)
	if pair != nil {
		c.current.Store(pair)
	}
	return nil
}

// files reads two PEM files, if one of them has changed.
func (c *certificate) files(f spec.CertificateFiles) func() (*tls.Certificate, error) {
	return func() (*tls.Certificate, error) {
		stamp, err := stampOf(string(f.Certificate), string(f.Key))
		if err != nil {
			return nil, fmt.Errorf("certificate: %w", err)
		}
		if stamp == c.stamp {
			return nil, nil
		}
		pair, err := tls.LoadX509KeyPair(string(f.Certificate), string(f.Key))
		if err != nil {
			return nil, errors.New("certificate: the files aren't a certificate chain and its key")
		}
		c.stamp = stamp
		return &pair, nil
	}
}

// inVault reads a certificate of a Key Vault. Its chain and key are the value
// of the secret that has its name, as PEM or PKCS #12 without a password.
// Source: Microsoft's documentation of Key Vault certificates, "Composition of
// a certificate".
func inVault(read func(context.Context, spec.SecretRef) (string, error), ref string) func() (*tls.Certificate, error) {
	secret := spec.SecretRef(strings.Replace(ref, "/certificates/", "/secrets/", 1))
	return func() (*tls.Certificate, error) {
		ctx, cancel := context.WithTimeout(context.Background(), certificateWait)
		defer cancel()
		text, err := read(ctx, secret)
		if err != nil {
			return nil, fmt.Errorf("certificate: %w", err)
		}
		if strings.Contains(text, "-----BEGIN") {
			pair, err := tls.X509KeyPair([]byte(text), []byte(text))
			if err != nil {
				return nil, errors.New("certificate: the secret isn't a certificate chain and its key")
			}
			return &pair, nil
		}
		data, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
		if err != nil {
			return nil, errors.New("certificate: the secret isn't PEM or PKCS #12")
		}
		return fromPKCS12(data)
	}
}

// fromPKCS12 reads a chain and its key, whose bags may stand in any order.
func fromPKCS12(data []byte) (*tls.Certificate, error) {
	unfit := errors.New("certificate: the secret isn't a certificate chain and its key")
	key, first, others, err := pkcs12.DecodeChain(data, "")
	if err != nil {
		return nil, unfit
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, unfit
	}
	public, ok := signer.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok {
		return nil, unfit
	}
	rest := append([]*x509.Certificate{first}, others...)
	is := func(x *x509.Certificate) bool { return public.Equal(x.PublicKey) }
	pair := &tls.Certificate{PrivateKey: key}
	for i := slices.IndexFunc(rest, is); i >= 0; i = slices.IndexFunc(rest, is) {
		x := rest[i]
		rest = slices.Delete(rest, i, i+1)
		pair.Certificate = append(pair.Certificate, x.Raw)
		if pair.Leaf == nil {
			pair.Leaf = x
		}
		is = func(above *x509.Certificate) bool { return bytes.Equal(above.RawSubject, x.RawIssuer) }
	}
	if pair.Leaf == nil {
		return nil, unfit
	}
	return pair, nil
}

// clients asks for clients' certificates.
func (c *certificate) clients(config *tls.Config, from *spec.ClientCertificates) error {
	if from == nil {
		return nil
	}
	c.ca = string(from.CA)
	if err := c.loadClients(); err != nil {
		return err
	}
	config.ClientAuth = tls.VerifyClientCertIfGiven
	if from.Required {
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	config.ClientCAs = c.pool.Load()
	base := config.Clone()
	config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		now, challenge := c.pool.Load(), c.acme != nil && isChallenge(hello)
		if now == base.ClientCAs && !challenge {
			return nil, nil
		}
		renewed := base.Clone()
		renewed.ClientCAs = now
		if challenge {
			renewed.ClientAuth = tls.NoClientCert // the authority has none, and gets no further
		}
		return renewed, nil
	}
	return nil
}

// loadClients reads the authorities, if their file has changed.
func (c *certificate) loadClients() error {
	if c.ca == "" {
		return nil
	}
	stamp, err := stampOf(c.ca)
	if err != nil || stamp == c.caStamp {
		return err
	}
	pem, err := os.ReadFile(c.ca)
	if err != nil {
		return fmt.Errorf("authorities of client certificates: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return fmt.Errorf("authorities of client certificates: no certificate in %s", c.ca)
	}
	c.pool.Store(pool)
	c.caStamp = stamp
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
