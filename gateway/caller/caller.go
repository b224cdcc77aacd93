package caller

import (
	"crypto/x509"
	"time"
)

// Kind says what sort of caller it is. The zero value is nobody.
type Kind uint8

// The kinds of caller.
const (
	Nobody          Kind = iota
	User                 // a person in Entra
	App                  // a service principal in Entra
	ManagedIdentity      // the same, of an Azure resource
	Workload             // the subject of an issuer other than Entra
	KeyHolder            // whoever has one of the gateway's keys
)

// String is the word that records use.
func (k Kind) String() string {
	switch k {
	case User:
		return "user"
	case App:
		return "app"
	case ManagedIdentity:
		return "managedIdentity"
	case Workload:
		return "workload"
	case KeyHolder:
		return "key"
	}
	return "nobody"
}

// Caller is who calls. It is shared by all calls with the same token, so it
// must not be changed.
type Caller struct {
	Kind Kind
	// ID names the caller uniquely and stays the same from token to token:
	// entra:TENANT/OBJECTID, oidc:ISSUERNAME/SUBJECT or key:NAME.
	ID string
	// Issuer is the iss claim of the token.
	Issuer string
	// IssuerName is the issuer's name in the spec; "" for Entra.
	IssuerName string
	// Tenant, ObjectID and AppID (the client ID of the application that got
	// the token) are GUIDs in lower case, of callers in Entra.
	Tenant, ObjectID, AppID string
	// Subject is the sub claim. In Entra it differs between applications.
	Subject string
	// Groups are object IDs in lower case. Unless GroupsComplete, the caller
	// may be in others too: not being listed then means unknown, not no.
	Groups         []string
	GroupsComplete bool
	// Roles are application roles, and Scopes what a user has delegated.
	Roles, Scopes []string
	// Resource is the ARM ID of the resource that a managed identity belongs
	// to, by the claim xms_mirid. Entra doesn't document it: a hint only.
	Resource string
	// TokenID is uti or jti, by which a token is found in sign-in logs.
	TokenID string
	// Expires is when the token or key ends.
	Expires time.Time
	// HandlesClaims reports a client that understands claims challenges (the
	// capability cp1 in xms_cc).
	HandlesClaims bool
	// Certificate is the client's, if the connection has one.
	Certificate *x509.Certificate
	// Key is the name of the gateway's key.
	Key string

	bound *[32]byte // SHA-256 of the certificate that the token is bound to
}
