package gateway

import (
	"cmp"
	"crypto/tls"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"palisade/spec"
)

// acmeCertificates are the certificates of a listener that an authority makes
// over ACME: when the listener starts or, if that didn't work, when they are
// asked for, and again before they end. The challenge is answered in TLS itself
// (tls-alpn-01, RFC 8737), so no other port has to be open.
type acmeCertificates struct {
	manager *autocert.Manager
	domains []string
	log     *slog.Logger

	mu   sync.Mutex
	told map[string]time.Time // when it was last logged that a domain has none
}

// How long the authority may take over one answer, and how often it is logged
// that a domain has no certificate. After a minute autocert tries again.
const (
	acmeWait  = 30 * time.Second
	acmeAgain = time.Minute
)

func (s *Server) byACME(l *spec.Listener) *acmeCertificates {
	from := l.TLS.ACME
	client := &acme.Client{
		DirectoryURL: string(from.Directory), UserAgent: "palisade",
		HTTPClient: cmp.Or(s.options.ACME, &http.Client{Timeout: acmeWait}),
	}
	a := &acmeCertificates{log: s.log.With("address", string(l.Address)), told: map[string]time.Time{}}
	for _, d := range from.Domains {
		a.domains = append(a.domains, strings.ToLower(string(d)))
	}
	a.manager = &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(from.Cache), Email: string(from.Email),
		Client: client, HostPolicy: autocert.HostWhitelist(a.domains...),
	}
	return a
}

// into makes a configuration use the certificates.
func (a *acmeCertificates) into(config *tls.Config) {
	config.GetCertificate = a.get
	config.NextProtos = append(config.NextProtos, acme.ALPNProto)
}

// get is the certificate for a connection. Only the domains have one.
func (a *acmeCertificates) get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	cert, err := a.manager.GetCertificate(hello)
	if err != nil && !isChallenge(hello) {
		a.tell(strings.TrimSuffix(strings.ToLower(hello.ServerName), "."), err)
	}
	return cert, err
}

// isChallenge reports whether it is the authority that connects, to see that
// the domain is ours. No call comes by such a connection: net/http closes it.
func isChallenge(hello *tls.ClientHelloInfo) bool {
	return slices.Equal(hello.SupportedProtos, []string{acme.ALPNProto})
}

// prepare has each certificate read or made, and so renewed in time, before
// somebody asks for it. If that doesn't work the operator hears of it now.
func (a *acmeCertificates) prepare() {
	for _, d := range a.domains {
		_, _ = a.get(&tls.ClientHelloInfo{
			ServerName:       d,
			SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256},
			SupportedCurves:  []tls.CurveID{tls.CurveP256},
			CipherSuites:     []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
		})
	}
}

// tell logs why a domain has no certificate. What others ask for isn't logged.
func (a *acmeCertificates) tell(domain string, err error) {
	if !slices.Contains(a.domains, domain) {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if at, before := a.told[domain]; before && time.Since(at) < acmeAgain {
		return
	}
	a.told[domain] = time.Now()
	a.log.Error("no certificate", "domain", domain, "error", err)
}
