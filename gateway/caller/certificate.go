package caller

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// clientCertificate is the certificate of the other end of the connection,
// which the listener has verified, or nil.
func clientCertificate(r *http.Request) *x509.Certificate {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return nil
	}
	return r.TLS.PeerCertificates[0]
}

// onConnection holds a token that is bound to a certificate against the one of
// the connection (RFC 8705 section 3), and adds that to the caller.
func onConnection(c *Caller, r *http.Request) (*Caller, *Refusal) {
	certificate := clientCertificate(r)
	if c.bound != nil && (certificate == nil || sha256.Sum256(certificate.Raw) != *c.bound) {
		return nil, refuse(TokenBinding).of(c)
	}
	if certificate == nil {
		return c, nil
	}
	with := *c
	with.Certificate = certificate
	return &with, nil
}

// thumbprint reads the x5t#S256 of a confirmation.
func thumbprint(raw json.RawMessage) (*[32]byte, bool) {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return nil, false
	}
	sum, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(sum) != sha256.Size {
		return nil, false
	}
	return (*[32]byte)(sum), true
}
