package caller

import (
	"strings"

	"palisade/spec"
)

// Cloud is where one Azure cloud issues its tokens. {tid} stands for a tenant.
// Source: entra-docs, authentication-national-cloud.md; the issuers of version
// 1.0: entra-docs, access-token-claims-reference.md.
type Cloud struct {
	// Authority is where people and programs sign in, without a final slash.
	Authority string
	// V1Issuer and V2Issuer are the iss claims of the two versions of tokens.
	V1Issuer, V2Issuer string
	// Graph is Microsoft Graph, without a final slash.
	Graph string
}

// CloudOf is the cloud that a spec names.
func CloudOf(c spec.Cloud) Cloud {
	switch c {
	case spec.USGovCloud:
		return Cloud{
			Authority: "https://login.microsoftonline.us",
			V1Issuer:  "https://sts.windows.net/{tid}/",
			V2Issuer:  "https://login.microsoftonline.us/{tid}/v2.0",
			Graph:     "https://graph.microsoft.us",
		}
	case spec.ChinaCloud:
		return Cloud{
			Authority: "https://login.partner.microsoftonline.cn",
			V1Issuer:  "https://sts.chinacloudapi.cn/{tid}/",
			V2Issuer:  "https://login.partner.microsoftonline.cn/{tid}/v2.0",
			Graph:     "https://microsoftgraph.chinacloudapi.cn",
		}
	}
	return Cloud{
		Authority: "https://login.microsoftonline.com",
		V1Issuer:  "https://sts.windows.net/{tid}/",
		V2Issuer:  "https://login.microsoftonline.com/{tid}/v2.0",
		Graph:     "https://graph.microsoft.com",
	}
}

// V1 and V2 are the iss claims of a tenant's tokens.
func (c Cloud) V1(tenant string) string { return inTenant(c.V1Issuer, tenant) }

// V2 is the iss claim of a tenant's tokens of version 2.0.
func (c Cloud) V2(tenant string) string { return inTenant(c.V2Issuer, tenant) }

// Metadata is the OpenID Connect metadata of a tenant. Tokens of version 1.0
// are signed with the same keys.
func (c Cloud) Metadata(tenant string) string {
	return c.Authority + "/" + tenant + "/v2.0/.well-known/openid-configuration"
}

func inTenant(pattern, tenant string) string {
	return strings.Replace(pattern, "{tid}", tenant, 1)
}
