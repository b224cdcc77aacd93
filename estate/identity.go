package estate

// ManagedIdentity is Microsoft.ManagedIdentity/userAssignedIdentities.
type ManagedIdentity struct {
	*Resource
	// PrincipalID and ClientID are known of a live identity; else not Set.
	PrincipalID Field[string]
	ClientID    Field[string]
}

// FederatedCredential lets an outside token become its Parent, a managed
// identity or a Graph application, without a secret.
type FederatedCredential struct {
	*Resource
	Issuer    Field[string]
	Subject   Field[string]
	Audiences List[string]
}
