package caller

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
)

const maxClaims = 8 << 10 // bytes of a claims challenge

// bearerChallenge says where tokens come from: the tenant of the spec. Clients
// that follow a challenge (Azure's SDKs do) sign in there.
func (a *Authenticator) bearerChallenge() string {
	if a.home == "" {
		return "Bearer"
	}
	return `Bearer authorization_uri="` + a.cloud.Authority + "/" + a.home + `/oauth2/v2.0/authorize"`
}

// challengeOf is the WWW-Authenticate header of a refusal (RFC 6750 section 3).
// A call without any credential gets no error code.
func (a *Authenticator) challengeOf(reason Reason) string {
	if reason == TokenMissing {
		return a.challenge
	}
	return joined(a.challenge, `error="invalid_token"`)
}

func joined(challenge, parameter string) string {
	if challenge == "Bearer" {
		return challenge + " " + parameter
	}
	return challenge + ", " + parameter
}

// ClaimsChallenge turns the 401 of an upstream that wants more of a token, such
// as a new sign-in after a password change (continuous access evaluation), into
// the WWW-Authenticate header for the client. It is "" if the answer has no
// such challenge. Only the claims are passed on; where to sign in is ours.
// Source: entra-docs, claims-challenge.md.
func (a *Authenticator) ClaimsChallenge(status int, header http.Header) string {
	if status != http.StatusUnauthorized {
		return ""
	}
	for _, line := range header["Www-Authenticate"] {
		if claims := claimsIn(line); claims != "" {
			return joined(a.challenge, `error="insufficient_claims", claims="`+claims+`"`)
		}
	}
	return ""
}

// claimsIn finds the claims of a Bearer challenge, in base64 of JSON.
func claimsIn(line string) string {
	if len(line) > 2*maxClaims {
		return ""
	}
	c := challenges{rest: line}
	bearer, insufficient, claims := false, false, ""
	for c.next() {
		if c.scheme {
			if bearer && insufficient && claims != "" {
				break
			}
			bearer, insufficient, claims = strings.EqualFold(c.name, "Bearer"), false, ""
			continue
		}
		switch strings.ToLower(c.name) {
		case "error":
			insufficient = c.value == "insufficient_claims"
		case "claims":
			claims = c.value
		}
	}
	if !bearer || !insufficient || !isClaims(claims) {
		return ""
	}
	return claims
}

// isClaims reports whether text is base64 of a JSON object. Its letters can't
// end the quotes that it is put in.
func isClaims(text string) bool {
	if text == "" || len(text) > maxClaims {
		return false
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		raw, err = base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	}
	_, notObject := members(raw)
	return err == nil && notObject == nil && json.Valid(raw) && !strings.ContainsAny(text, "\r\n")
}

// challenges walks the schemes and parameters of WWW-Authenticate (RFC 9110
// section 11.6.1).
type challenges struct {
	rest        string
	scheme      bool
	name, value string
}

func (c *challenges) next() bool {
	c.rest = strings.TrimLeft(c.rest, " \t,")
	if c.rest == "" {
		return false
	}
	end := strings.IndexAny(c.rest, " \t,=\"")
	if end < 0 {
		end = len(c.rest)
	}
	if end == 0 {
		return false // not a name: the rest means nothing
	}
	c.name, c.rest = c.rest[:end], c.rest[end:]
	c.value = ""
	after := strings.TrimLeft(c.rest, " \t")
	if c.scheme = !strings.HasPrefix(after, "="); c.scheme {
		return true
	}
	return c.parameter(strings.TrimLeft(after[1:], " \t"))
}

func (c *challenges) parameter(text string) bool {
	inner, quoted := strings.CutPrefix(text, `"`)
	if !quoted {
		end := strings.IndexAny(text, " \t,")
		if end < 0 {
			end = len(text)
		}
		c.value, c.rest = text[:end], text[end:]
		return true
	}
	for i := 0; i < len(inner); i++ {
		switch inner[i] {
		case '\\':
			i++
		case '"':
			c.value, c.rest = strings.ReplaceAll(inner[:i], `\`, ""), inner[i+1:]
			return true
		}
	}
	return false
}
