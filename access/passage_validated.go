package access

import (
	"strings"

	"palisade/estate"
)

// lookAway are attributes with the values by which a policy does look.
var lookAway = [][2]string{{"require-signed-tokens", "true"}, {"ignore-error", "false"}, {"validate-trust", "true"}}

// validated is what a policy asks that looks at a token or certificate. What
// makes it look away counts. Source: azure-docs api-management/
// validate-jwt-policy.md, validate-azure-ad-token-policy.md,
// validate-client-certificate-policy.md.
func validated(e *estate.PolicyElement) asked {
	if e.Partial {
		return notKnownAsked("not all that it validates by is known")
	}
	for _, a := range lookAway {
		value := strings.ToLower(strings.TrimSpace(e.Attrs[a[0]]))
		switch {
		case value == "" || value == a[1]:
		case estate.IsComputed(value):
			return notKnownAsked("whether it validates is computed")
		case a[0] == "validate-trust":
			return notKnownAsked("certificates of any issuer are taken")
		default:
			return nothingAsked
		}
	}
	if token, ok := e.Attrs["token-value"]; ok && !strings.Contains(token, "context.Request") {
		return notKnownAsked("it may not be the caller's token that it validates")
	}
	if takesAnyTenant(e) {
		return notKnownAsked("tokens of every tenant are taken")
	}
	return tokenAsked
}

// takesAnyTenant reports whether tokens of any tenant of Entra pass, with nothing
// else that they have to show.
func takesAnyTenant(e *estate.PolicyElement) bool {
	if e.Child("required-claims") != nil || e.Child("client-application-ids") != nil || e.Child("issuers") != nil {
		return false
	}
	from := []string{e.Attrs["tenant-id"]}
	for _, c := range e.Children {
		if c.Name == "openid-config" {
			from = append(from, c.Attrs["url"])
		}
	}
	for _, text := range from {
		for part := range strings.SplitSeq(strings.ToLower(strings.TrimSpace(text)), "/") {
			switch part {
			case "common", "organizations", "consumers":
				return true
			}
		}
	}
	return false
}

// headerChecked is what check-header asks: without values, any will do.
func headerChecked(e *estate.PolicyElement) asked {
	if e.Child("value") == nil && !e.Open {
		return nothingAsked
	}
	return keyAsked
}
