// Package caller says who calls the gateway and from where.
//
// A Door stands at one listener. It reads the PROXY protocol of a trusted load
// balancer, believes X-Forwarded-For from trusted proxies only, holds what the
// listener asks of client certificates, and hands the credential of a call to
// the Authenticator: an Entra access token of version 1.0 or 2.0, a token of
// another OpenID Connect issuer, or one of the gateway's own keys.
//
// Everything is closed by default. No Authenticator can be made that accepts
// nobody, no Door without an Authenticator, and a call with no credential, with
// two, or with one that can't be checked is a *Refusal. No text of this package
// contains a token, a key or a claim.
package caller
