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

func decodeManagedIdentity(e *Estate, r *Resource) {
	e.Identities.add(r, &ManagedIdentity{
		Resource:    r,
		PrincipalID: r.prop("principalId").text(""),
		ClientID:    r.prop("clientId").text(""),
	})
}

func decodeFederatedCredential(e *Estate, r *Resource) {
	e.FederatedCredentials.add(r, &FederatedCredential{
		Resource:  r,
		Issuer:    r.prop("issuer").text(""),
		Subject:   r.prop("subject").text(""),
		Audiences: r.prop("audiences").texts(),
	})
}

// findCarriers indexes which resources carry each user-assigned identity.
func (e *Estate) findCarriers() {
	for _, r := range e.Resources {
		for _, ref := range r.Identity.UserAssigned.Each() {
			for _, key := range ref.Keys() {
				e.carriers[key] = append(e.carriers[key], r)
			}
		}
	}
}
