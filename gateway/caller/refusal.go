package caller

import "net/http"

// Reason is the machine's word for a refusal, in x-palisade-reason and in
// records.
type Reason string

// The reasons why a call isn't let in.
const (
	TokenMissing       Reason = "token_missing"
	TokenMalformed     Reason = "token_malformed"
	TokenAlgorithm     Reason = "token_algorithm"
	TokenIssuer        Reason = "token_issuer"
	TokenTenant        Reason = "token_tenant"
	TokenSignature     Reason = "token_signature"
	TokenAudience      Reason = "token_audience"
	TokenExpired       Reason = "token_expired"
	TokenNotYetValid   Reason = "token_not_yet_valid"
	TokenType          Reason = "token_type"
	TokenBinding       Reason = "token_binding"
	KeysUnavailable    Reason = "token_keys_unavailable"
	CredentialConflict Reason = "credential_conflict"
	KeyDisabled        Reason = "key_disabled"
	KeyUnknown         Reason = "key_unknown"
	KeyExpired         Reason = "key_expired"
	KeyNetwork         Reason = "key_network"
	MTLSRequired       Reason = "mtls_required"
	SourceUnknown      Reason = "source_unknown"
	ForwardedMalformed Reason = "forwarded_malformed"
	ForwardedMissing   Reason = "forwarded_missing"
)

// Refusal is why a call isn't let in, in the shape of an Azure error.
type Refusal struct {
	// Status is the HTTP status.
	Status int
	// Code is the error code that Azure OpenAI uses in such a case.
	Code string
	// Reason says more exactly what was wrong.
	Reason Reason
	// Message is for a person. It is a constant: nothing of the call is in it.
	Message string
	// Challenge is the WWW-Authenticate header of the answer, or "".
	Challenge string
	// Caller is who the caller proved to be before the refusal, for the
	// record only; nil if nothing was proved.
	Caller *Caller
}

// Error is the reason and the message.
func (r *Refusal) Error() string { return string(r.Reason) + ": " + r.Message }

// shape is what all refusals of one reason have in common.
type shape struct {
	status        int
	code, message string
}

// refuse makes the refusal of a reason.
func refuse(reason Reason) *Refusal {
	s := shapeOf(reason)
	return &Refusal{Status: s.status, Code: s.code, Reason: reason, Message: s.message}
}

// of adds who the caller proved to be.
func (r *Refusal) of(c *Caller) *Refusal {
	r.Caller = c
	return r
}

func shapeOf(reason Reason) shape {
	switch reason {
	case TokenMissing:
		return unauthorized("a call needs an access token: Authorization: Bearer TOKEN")
	case TokenMalformed:
		return unauthorized("the access token isn't well formed")
	case TokenAlgorithm:
		return unauthorized("the access token is signed by an algorithm that isn't accepted")
	case TokenIssuer:
		return unauthorized("the access token is from an issuer that isn't accepted")
	case TokenTenant:
		return unauthorized("the access token is from a tenant that isn't accepted")
	case TokenSignature:
		return unauthorized("the access token's signature isn't one of its issuer's")
	case TokenAudience:
		return unauthorized("the access token is for another service")
	case TokenExpired:
		return unauthorized("the access token has expired")
	case TokenNotYetValid:
		return unauthorized("the access token isn't valid yet")
	case TokenType:
		return unauthorized("the token isn't an access token of a user or an application")
	case TokenBinding:
		return unauthorized("the access token is bound to a certificate or key that the connection doesn't show")
	}
	return otherShape(reason)
}

func otherShape(reason Reason) shape {
	switch reason {
	case KeysUnavailable:
		return shape{http.StatusServiceUnavailable, "ServiceUnavailable", "the issuer's signing keys can't be read at the moment"}
	case CredentialConflict:
		return shape{http.StatusBadRequest, "BadRequest", "the call has several credentials that differ"}
	case KeyDisabled:
		return shape{http.StatusForbidden, "AuthenticationTypeDisabled", "Key based authentication is disabled for this resource."}
	case KeyUnknown:
		return unauthorized("the key isn't known")
	case KeyExpired:
		return unauthorized("the key has expired")
	case KeyNetwork:
		return forbidden("the key doesn't work from this network")
	case MTLSRequired:
		return forbidden("a call needs a client certificate")
	case ForwardedMalformed:
		return shape{http.StatusBadRequest, "BadRequest", "X-Forwarded-For isn't well formed"}
	case ForwardedMissing:
		return shape{http.StatusBadRequest, "BadRequest", "the proxy doesn't say in X-Forwarded-For where the call comes from"}
	}
	return forbidden("it isn't known where the call comes from")
}

func unauthorized(message string) shape {
	return shape{http.StatusUnauthorized, "401", message}
}

func forbidden(message string) shape {
	return shape{http.StatusForbidden, "AccessDenied", message}
}
