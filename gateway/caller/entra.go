package caller

import (
	"encoding/json"
	"slices"
	"strings"
)

// entraClaims are the claims of Entra's access tokens. Source: entra-docs,
// access-token-claims-reference.md and optional-claims-reference.md.
type entraClaims struct {
	version, tenant, object string
	app                     string // appid in version 1.0, azp in 2.0
	kind                    string // idtyp
	scopes, roles           []string
	resource, id            string
	capabilities            []string
}

func readEntra(c *claims) (entraClaims, error) {
	r := reader{all: c.all}
	e := entraClaims{
		version: r.text("ver"), tenant: lower(r.text("tid")), object: lower(r.text("oid")),
		kind: r.text("idtyp"), scopes: strings.Fields(r.text("scp")), roles: r.texts("roles"),
		resource: r.text("xms_mirid"), id: r.text("uti"), capabilities: r.oneOrMore("xms_cc"),
	}
	name := "azp"
	if e.version == "1.0" {
		name = "appid"
	}
	e.app = lower(r.text(name))
	return e, r.err
}

// entra reads a token of a tenant.
func entra(by *issuer, c *claims) (*Caller, *Refusal) {
	e, err := readEntra(c)
	if err != nil || !isGUID(e.object) || !isGUID(e.app) || c.subject == "" {
		return nil, refuse(TokenMalformed)
	}
	if e.tenant != by.tenant {
		return nil, refuse(TokenTenant)
	}
	if e.version != by.version {
		return nil, refuse(TokenIssuer)
	}
	kind := e.callerKind(c.subject)
	if kind == Nobody {
		return nil, refuse(TokenType)
	}
	groups, complete := groupsOf(c)
	return &Caller{
		Kind: kind, ID: "entra:" + e.tenant + "/" + e.object,
		Tenant: e.tenant, ObjectID: e.object, AppID: e.app,
		Groups: groups, GroupsComplete: complete, Roles: e.roles, Scopes: e.scopes,
		Resource: e.resource, TokenID: e.id,
		HandlesClaims: slices.ContainsFunc(e.capabilities, func(s string) bool { return strings.EqualFold(s, "cp1") }),
	}, nil
}

// callerKind tells users from applications. idtyp is optional: without it only
// an application's token has no scp and a sub that equals oid. What is neither,
// such as the ID token of a user, is nobody.
func (e *entraClaims) callerKind(subject string) Kind {
	delegated := len(e.scopes) > 0
	switch {
	case delegated && (e.kind == "" || e.kind == "user"):
		return User
	case delegated:
		return Nobody
	case e.kind == "app" || e.kind == "" && lower(subject) == e.object:
		if e.resource != "" {
			return ManagedIdentity
		}
		return App
	}
	return Nobody
}

// groupsOf reads the groups of a token, and whether they are all. They aren't
// when a caller is in more than a token holds (200), which _claim_names and
// hasgroups say. Without the claim nothing is known: the token's application
// may not ask for groups.
func groupsOf(c *claims) ([]string, bool) {
	r := reader{all: c.all}
	written := r.texts("groups")
	_, present := c.all["groups"]
	complete := present && r.err == nil && !overage(c.all)
	groups := make([]string, 0, len(written))
	for _, g := range written {
		if g = lower(g); isGUID(g) {
			groups = append(groups, g)
		} else {
			complete = false // a name such as sAMAccountName
		}
	}
	return groups, complete
}

func overage(all map[string]json.RawMessage) bool {
	if raw, found := all["hasgroups"]; found && string(raw) != "false" {
		return true
	}
	raw, found := all["_claim_names"]
	if !found {
		return false
	}
	names, err := members(raw)
	return err != nil || names["groups"] != nil
}

func lower(s string) string { return strings.ToLower(s) }

// isGUID reports whether text in lower case is an identifier of Entra.
func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f') {
			return false
		}
	}
	return true
}
