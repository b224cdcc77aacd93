package estate

import "palisade/arm"

// Connection is a connection of an account or project to another service:
// Microsoft.CognitiveServices/accounts/connections and
// …/accounts/projects/connections. Parent is the account or project.
type Connection struct {
	*Resource
	Category  Field[string] // AzureOpenAI, CognitiveSearch, AzureStorageAccount, …
	AuthType  Field[string] // AAD, ApiKey, AccountKey, CustomKeys, ManagedIdentity, SAS, …
	Target    Field[string] // URL, or text with unknown parts as the unknown
	TargetID  Ref           // resource id in metadata.ResourceId, if written
	SharedAll Field[bool]   // all users of the account may use it; absent: false
	// Credentials is the object with the secret, as written; null where absent.
	Credentials arm.Value
	Secrets     []Secret // whose keys the credentials hold
}

// KeyAuth answers whether the connection holds a key, password or token rather
// than use an identity.
func (c *Connection) KeyAuth() Answer {
	return Is(c.AuthType, "AccessKey", "AccountKey", "ApiKey", "CustomKeys", "OAuth2",
		"PAT", "SAS", "ServicePrincipal", "UsernamePassword")
}

func decodeConnection(e *Estate, r *Resource) {
	credentials := r.prop("credentials").v
	e.Connections.add(r, &Connection{
		Resource:    r,
		Category:    r.prop("category").text(""),
		AuthType:    r.prop("authType").text(""),
		Target:      r.prop("target").text(""),
		TargetID:    r.prop("metadata", "ResourceId").ref(),
		SharedAll:   r.prop("isSharedToAll").flag(false),
		Credentials: credentials,
		Secrets:     SecretsIn(credentials),
	})
}
