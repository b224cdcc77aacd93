package estate

import "palisade/arm"

// Vault is Microsoft.KeyVault/vaults.
type Vault struct {
	*Resource
	// RBAC reports that roles, not access policies, give access to the data.
	// Absent: true when created with API version 2026-02-01 or later, else
	// false (azure-security-docs access-control-default.md).
	RBAC                Field[bool]
	AccessPolicies      List[AccessPolicy]
	PublicNetworkAccess Field[string] // Enabled | Disabled | SecuredByPerimeter; absent: Enabled
	Network             NetworkRules
	PurgeProtection     Field[bool] // absent: false
	SoftDelete          Field[bool] // absent: true
	// TemplateDeployment lets who may deploy read secrets; absent: false.
	TemplateDeployment Field[bool]
	Connections        List[EndpointConnection]
}

// AccessPolicy gives a principal rights in a vault that isn't in RBAC mode.
type AccessPolicy struct {
	Principal    PrincipalRef
	Application  Field[string]
	Tenant       Field[string]
	Secrets      List[string] // get, list, set, …, all
	Keys         List[string]
	Certificates List[string]
	Pos          arm.Pos
}

// PolicyChange adds, replaces or removes access policies of a vault, its
// Parent: Microsoft.KeyVault/vaults/accessPolicies. Name is add, replace or
// remove.
type PolicyChange struct {
	*Resource
	Policies List[AccessPolicy]
}

// VaultSecret is Microsoft.KeyVault/vaults/secrets. Parent is the vault.
type VaultSecret struct {
	*Resource
	Value   arm.Value   // as written; null where absent
	Secrets []Secret    // whose keys the value holds
	Enabled Field[bool] // absent: true
}

func decodeVault(e *Estate, r *Resource) {
	e.Vaults.add(r, &Vault{
		Resource:            r,
		RBAC:                r.prop("enableRbacAuthorization").flag(r.APIVersion >= "2026-02-01"),
		AccessPolicies:      list(r.prop("accessPolicies"), decodeAccessPolicy),
		PublicNetworkAccess: r.prop("publicNetworkAccess").text("Enabled"),
		Network:             r.prop("networkAcls").networkRules("AzureServices"),
		PurgeProtection:     r.prop("enablePurgeProtection").flag(false),
		SoftDelete:          r.prop("enableSoftDelete").flag(true),
		TemplateDeployment:  r.prop("enabledForTemplateDeployment").flag(false),
		Connections:         r.prop("privateEndpointConnections").endpointConnections(),
	})
}

func decodeAccessPolicy(n node) (AccessPolicy, bool) {
	p := n.at("permissions")
	return AccessPolicy{
		Principal:    n.at("objectId").principal(),
		Application:  n.at("applicationId").text(""),
		Tenant:       n.at("tenantId").text(""),
		Secrets:      p.at("secrets").texts(),
		Keys:         p.at("keys").texts(),
		Certificates: p.at("certificates").texts(),
		Pos:          n.pos,
	}, true
}

func decodePolicyChange(e *Estate, r *Resource) {
	e.PolicyChanges.add(r, &PolicyChange{r, list(r.prop("accessPolicies"), decodeAccessPolicy)})
}

func decodeVaultSecret(e *Estate, r *Resource) {
	value := r.prop("value").v
	e.VaultSecrets.add(r, &VaultSecret{
		Resource: r,
		Value:    value,
		Secrets:  SecretsIn(value),
		Enabled:  r.prop("attributes", "enabled").flag(true),
	})
}
