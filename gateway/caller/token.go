package caller

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// verified is a token that was found good: who it is of, and until when and by
// which key that holds.
type verified struct {
	caller    *Caller
	key       *signingKey
	notBefore time.Time
	expires   time.Time
	lookUp    bool // the groups are to be looked up
}

// verify checks a token from the start. The library parses it and checks the
// signature; claims are checked here and nowhere else.
func (a *Authenticator) verify(ctx context.Context, text string) (*verified, *Refusal) {
	if strings.Trim(text, tokenLetters) != "" || strings.Count(text, ".") != 2 {
		return nil, refuse(TokenMalformed)
	}
	c := &claims{}
	var by *issuer
	var key *signingKey
	find := func(t *jwt.Token) (any, error) {
		var refusal *Refusal
		if by, key, refusal = a.signer(ctx, t.Header, c); refusal != nil {
			return nil, refusal
		}
		return key.public, nil
	}
	token, err := a.parser.ParseWithClaims(text, c, find)
	if err != nil {
		return nil, tokenFault(token, err)
	}
	return a.read(by, key, c)
}

const tokenLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."

func newParser() *jwt.Parser {
	return jwt.NewParser(jwt.WithValidMethods(algorithms), jwt.WithoutClaimsValidation(), jwt.WithStrictDecoding())
}

// tokenFault says which of our refusals an error of the library is.
func tokenFault(token *jwt.Token, err error) *Refusal {
	var ours *Refusal
	if errors.As(err, &ours) {
		return ours
	}
	if token != nil && token.Header["alg"] != nil {
		if alg, _ := token.Header["alg"].(string); !slices.Contains(algorithms, alg) {
			return refuse(TokenAlgorithm)
		}
	}
	if errors.Is(err, jwt.ErrTokenSignatureInvalid) {
		return refuse(TokenSignature)
	}
	return refuse(TokenMalformed)
}

// signer finds the issuer and the key that a token says it is from. Nothing of
// it is proved yet.
func (a *Authenticator) signer(ctx context.Context, header map[string]any, c *claims) (*issuer, *signingKey, *Refusal) {
	alg, _ := header["alg"].(string)
	kid, _ := header["kid"].(string)
	if _, critical := header["crit"]; critical || kid == "" || len(kid) > 512 {
		return nil, nil, refuse(TokenMalformed)
	}
	if !accessType(header["typ"]) {
		return nil, nil, refuse(TokenType)
	}
	by := a.issuers.byClaim[c.issuer]
	if by == nil {
		return nil, nil, a.stranger(c)
	}
	key, err := by.keys.key(ctx, kid)
	switch {
	case errors.Is(err, errKeysNotKnown):
		return nil, nil, refuse(KeysUnavailable)
	case err != nil || !by.accepts(key):
		return nil, nil, refuse(TokenSignature)
	case !key.fits(alg):
		return nil, nil, refuse(TokenAlgorithm)
	}
	return by, key, nil
}

// accessType reports whether the typ of a header can be that of an access
// token: it is absent, JWT, or the at+jwt of RFC 9068.
func accessType(typ any) bool {
	if typ == nil {
		return true
	}
	s, _ := typ.(string)
	return strings.EqualFold(s, "JWT") || strings.EqualFold(strings.TrimPrefix(strings.ToLower(s), "application/"), "at+jwt")
}

// stranger tells a tenant that isn't accepted from any other issuer.
func (a *Authenticator) stranger(c *claims) *Refusal {
	read := reader{all: c.all}
	tenant := strings.ToLower(read.text("tid"))
	if tenant != "" && (c.issuer == a.cloud.V1(tenant) || c.issuer == a.cloud.V2(tenant)) {
		return refuse(TokenTenant)
	}
	return refuse(TokenIssuer)
}

// read checks the claims of a token whose signature is right.
func (a *Authenticator) read(by *issuer, key *signingKey, c *claims) (*verified, *Refusal) {
	read := workload
	if by.tenant != "" {
		read = entra
	}
	caller, refusal := read(by, c)
	if refusal != nil {
		return nil, refusal
	}
	caller.Issuer, caller.Subject, caller.Expires = by.iss, c.subject, c.expires
	caller.bound = c.confirmation.certificate
	if refusal := a.current(by, c); refusal != nil {
		return nil, refusal.of(caller)
	}
	return &verified{
		caller: caller, key: key, notBefore: c.notBefore, expires: c.expires,
		lookUp: by.tenant != "" && by.tenant == a.home && !caller.GroupsComplete && a.groups != nil,
	}, nil
}

// current checks what all tokens have: audience, times, and no proof but a
// certificate.
func (a *Authenticator) current(by *issuer, c *claims) *Refusal {
	now := a.now()
	switch {
	case !c.has(by.audiences):
		return refuse(TokenAudience)
	case c.expires.IsZero():
		return refuse(TokenMalformed)
	case !now.Before(c.expires.Add(a.skew)):
		return refuse(TokenExpired)
	case now.Before(c.notBefore.Add(-a.skew)) || now.Before(c.issued.Add(-a.skew)):
		return refuse(TokenNotYetValid)
	case c.confirmation.other:
		return refuse(TokenBinding)
	}
	return nil
}

// workload reads a token of an issuer other than Entra.
func workload(by *issuer, c *claims) (*Caller, *Refusal) {
	if c.subject == "" {
		return nil, refuse(TokenMalformed)
	}
	read := reader{all: c.all}
	id := read.text("jti")
	if read.err != nil {
		return nil, refuse(TokenMalformed)
	}
	return &Caller{
		Kind: Workload, ID: "oidc:" + by.name + "/" + c.subject,
		IssuerName: by.name, TokenID: id, GroupsComplete: true,
	}, nil
}
