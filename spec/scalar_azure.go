package spec

import (
	"regexp"
	"strings"
)

// GUID is an identifier in Entra or Azure, in lower case.
type GUID string

const guidPattern = `[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}`

var guidExpr = regexp.MustCompile("^" + guidPattern + "$")

func (*GUID) form() form { return form{says: "GUID", pattern: guidExpr.String()} }

// ParseGUID reads a GUID that doesn't come from the file, in any case.
func ParseGUID(text string) (g GUID, ok bool) {
	ok = g.parse(text) == nil
	return g, ok
}

func (g *GUID) parse(text string) error {
	if !guidExpr.MatchString(text) {
		return isNot(g.form())
	}
	*g = GUID(strings.ToLower(text))
	return nil
}

// ResourceID is the ID of a resource or a resource group in Azure.
type ResourceID string

var resourceIDExpr = regexp.MustCompile(`^/subscriptions/` + guidPattern + `/resourceGroups/[^/\s]+(/providers/[^/\s]+(/[^/\s]+/[^/\s]+)+)?$`)

func (*ResourceID) form() form {
	return form{says: "resource ID /subscriptions/…/resourceGroups/…", pattern: resourceIDExpr.String()}
}

func (r *ResourceID) parse(text string) error {
	if !resourceIDExpr.MatchString(text) {
		return isNot(r.form())
	}
	*r = ResourceID(text)
	return nil
}

// Type is the resource type, such as Microsoft.Network/virtualNetworks, or
// "resourceGroups".
func (r ResourceID) Type() string {
	parts := strings.Split(string(r), "/")
	if len(parts) < 9 {
		return "resourceGroups"
	}
	t := parts[6]
	for i := 7; i < len(parts); i += 2 {
		t += "/" + parts[i]
	}
	return t
}

// AccountID is the resource ID of an account of Azure OpenAI or AI Services.
type AccountID string

var accountIDExpr = regexp.MustCompile(`^/subscriptions/` + guidPattern + `/resourceGroups/[^/\s?#%]{1,90}/providers/Microsoft\.CognitiveServices/accounts/[A-Za-z0-9][A-Za-z0-9_.-]{1,63}$`)

func (*AccountID) form() form {
	return form{says: "resource ID /subscriptions/…/resourceGroups/…/providers/Microsoft.CognitiveServices/accounts/NAME", pattern: accountIDExpr.String()}
}

func (a *AccountID) parse(text string) error {
	if !accountIDExpr.MatchString(text) {
		return isNot(a.form())
	}
	*a = AccountID(text)
	return nil
}

// Principal is a managed identity: the object ID of its principal, or the
// resource ID of the identity or of the resource that has it.
type Principal string

func (*Principal) form() form {
	return form{says: "GUID or resource ID", pattern: "(" + guidExpr.String() + ")|(" + resourceIDExpr.String() + ")"}
}

func (p *Principal) parse(text string) error {
	var g GUID
	if g.parse(text) == nil {
		*p = Principal(g)
		return nil
	}
	var r ResourceID
	if r.parse(text) != nil || r.Type() == "resourceGroups" {
		return isNot(p.form())
	}
	*p = Principal(r)
	return nil
}

// IsResourceID reports whether it is a resource ID rather than an object ID.
func (p Principal) IsResourceID() bool { return strings.HasPrefix(string(p), "/") }

// DataAction is an action on the data of an account; * stands for any text.
type DataAction string

var dataActionExpr = regexp.MustCompile(`^Microsoft\.CognitiveServices/accounts/[A-Za-z0-9_*/-]+$`)

func (*DataAction) form() form {
	return form{says: "data action Microsoft.CognitiveServices/accounts/…", pattern: dataActionExpr.String()}
}

func (a *DataAction) parse(text string) error {
	if !dataActionExpr.MatchString(text) {
		return isNot(a.form())
	}
	*a = DataAction(text)
	return nil
}

// SecretRef, KeyRef and CertificateRef are things in a Key Vault, by their
// URL, with or without a version.
type (
	SecretRef      string
	KeyRef         string
	CertificateRef string
)

// vaultExpr knows the vaults of all clouds.
func vaultExpr(kind string) *regexp.Regexp {
	return regexp.MustCompile(`^https://[A-Za-z0-9-]{3,24}\.(vault\.azure\.net|vault\.usgovcloudapi\.net|vault\.azure\.cn)/` +
		kind + `/[A-Za-z0-9-]{1,127}(/[0-9A-Fa-f]{32})?$`)
}

var (
	secretExpr      = vaultExpr("secrets")
	keyExpr         = vaultExpr("keys")
	certificateExpr = vaultExpr("certificates")
)

func vaultForm(kind string, e *regexp.Regexp) form {
	return form{says: "Key Vault reference https://VAULT.vault.azure.net/" + kind + "/NAME", pattern: e.String(), secret: true}
}

func (*SecretRef) form() form      { return vaultForm("secrets", secretExpr) }
func (*KeyRef) form() form         { return vaultForm("keys", keyExpr) }
func (*CertificateRef) form() form { return vaultForm("certificates", certificateExpr) }

func (r *SecretRef) parse(text string) error {
	if !secretExpr.MatchString(text) {
		return isNot(r.form())
	}
	*r = SecretRef(text)
	return nil
}

func (r *KeyRef) parse(text string) error {
	if !keyExpr.MatchString(text) {
		return isNot(r.form())
	}
	*r = KeyRef(text)
	return nil
}

func (r *CertificateRef) parse(text string) error {
	if !certificateExpr.MatchString(text) {
		return isNot(r.form())
	}
	*r = CertificateRef(text)
	return nil
}

// Hash is sha256: and 64 hexadecimal digits.
type Hash string

var hashExpr = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

func (*Hash) form() form {
	return form{says: "sha256: and 64 hexadecimal digits", bare: true, pattern: hashExpr.String(), secret: true}
}

func (h *Hash) parse(text string) error {
	if !hashExpr.MatchString(text) {
		return isNot(h.form())
	}
	*h = Hash(text)
	return nil
}
