package caller

import (
	"net/http"
	"strings"
)

// maxCredential is the longest token or key that is looked at, in bytes. Entra
// keeps its tokens well below; web servers cut headers not far above.
const maxCredential = 16 << 10

// credential is what a call shows: a token, a key, or neither.
type credential struct {
	value string
	token bool
}

// credentialOf reads the three headers that clients of Azure OpenAI use. The
// same value twice is one credential, as some clients send it so; two that
// differ are refused, because one of them would pass unchecked.
func credentialOf(h http.Header) (credential, *Refusal) {
	bearer, refusal := bearerOf(h)
	if refusal != nil {
		return credential{}, refusal
	}
	value, refusal := single(bearer, h["Api-Key"])
	if refusal != nil {
		return credential{}, refusal
	}
	value, refusal = single(value, h["Ocp-Apim-Subscription-Key"])
	if refusal != nil {
		return credential{}, refusal
	}
	if value == "" {
		return credential{}, refuse(TokenMissing)
	}
	if len(value) > maxCredential {
		return credential{}, refuse(TokenMalformed)
	}
	return credential{value, bearer != "" && isToken(bearer)}, nil
}

// bearerOf is the value of Authorization: Bearer, or "".
func bearerOf(h http.Header) (string, *Refusal) {
	values := h["Authorization"]
	if len(values) == 0 {
		return "", nil
	}
	if len(values) > 1 {
		return "", refuse(CredentialConflict)
	}
	scheme, value, found := strings.Cut(values[0], " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return "", refuse(TokenMalformed)
	}
	value = strings.Trim(value, " ")
	if value == "" {
		return "", refuse(TokenMissing)
	}
	return value, nil
}

// single joins what one more header says to what is known.
func single(known string, values []string) (string, *Refusal) {
	for _, v := range values {
		v = strings.Trim(v, " ")
		if v != "" && known != "" && v != known {
			return "", refuse(CredentialConflict)
		}
		if v != "" {
			known = v
		}
	}
	return known, nil
}

// isToken tells tokens from keys: clients of the v1 API send keys as Bearer
// too. Tokens have dots or begin like a JSON object in base64; keys neither.
func isToken(bearer string) bool {
	return strings.HasPrefix(bearer, "eyJ") || strings.IndexByte(bearer, '.') >= 0
}
