package upstream

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
)

const maxClaims = 8 << 10 // bytes of a claims challenge

// claimsOf are the claims that an answer of 401 wants of the token, such as one
// that was given out after a password change or a change of network (continuous
// access evaluation), as JSON; "" if it wants none.
// Source: entra-docs, claims-challenge.md.
func claimsOf(resp *http.Response) string {
	if resp.StatusCode != http.StatusUnauthorized {
		return ""
	}
	for _, line := range resp.Header["Www-Authenticate"] {
		if claims := claimsIn(line); claims != "" {
			return claims
		}
	}
	return ""
}

// claimsIn finds the claims of a Bearer challenge, as JSON.
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
	if !bearer || !insufficient {
		return ""
	}
	return decoded(claims)
}

// decoded is a JSON object out of base64, or "".
func decoded(text string) string {
	if text == "" || len(text) > maxClaims {
		return ""
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		raw, err = base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	}
	var members map[string]json.RawMessage
	if err != nil || json.Unmarshal(raw, &members) != nil || members == nil {
		return ""
	}
	return string(raw)
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
